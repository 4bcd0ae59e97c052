"""What tools, R and spreadsheets make of a gene's name, and the name that it was."""

import re
from collections.abc import Iterator

HUMAN = re.compile(
    r"(grch3[78]|hg(18|19|38)|human|homo_sapiens|h_?sapiens)(_?pre_?mrna)?[-_.:]+|gene[-:]", re.IGNORECASE
)
OTHER_SPECIES = re.compile(
    r"(grcm3[89]|mm(9|10|39)|mouse|mus_musculus|m_?musculus|rn[4-7]|rat|rattus_norvegicus|grcz1[01]|danrer\d+|dm[36]|"
    r"bdgp6|saccer3)(_?pre_?mrna)?[-_.:]+",
    re.IGNORECASE,
)
OTHER_ENSEMBL = re.compile(r"ENS[A-FH-Z][A-Z]*G\d{11}")
HUMAN_ENSEMBL = re.compile(r"ENSG(\d{11}|R\d{10})")
NUMBERED = re.compile(
    r"(.+?)(?:\||;| ?\(|\.\.)(\d+)[).]?"
)  # TP53|7157, TP53 (7157), and TP53..7157. as R has it
UNIQUE = re.compile(r"(.+)[-._]\d{1,2}")  # what scanpy and R put after a name that occurs again
PUNCTUATION = re.compile(r"[|_;:() ]+")
DAY_MONTH = re.compile(r"X?(\d{1,2})[-./ ]([A-Za-z]{3,5})([-./ ]\d{2,4})?")
MONTH_DAY = re.compile(r"([A-Za-z]{3,5})[-./ ](\d{1,2})")
ISO = re.compile(r"X?(\d{4})[-./](\d{2})[-./](\d{2})( 00:00:00)?")
# Families of symbols that spreadsheets take for dates: 1-Mar was MARCH1 or MARC1.
FAMILIES = {"mar": ("MARCH", "MARC"), "sep": ("SEPT",), "dec": ("DEC",)}
MONTHS = {3: "mar", 9: "sep", 12: "dec"}


def plain_forms(name: str) -> Iterator[str]:
    """Yield what a name may have been, the likeliest first; an identifier in it goes before a symbol.

    Spaces and quotes around it, a prefix of the human genome, Ensembl's version, what makes a repeated name unique, R's dots
    for other characters, and a second name of the same gene are taken off.
    """
    if name.isalnum() and not (name[:1] == "X" and name[1:].isdigit()) and not name.startswith("ENSGR"):
        return
    bare = name.strip().strip("\"'").strip()
    if prefix := HUMAN.match(bare):
        bare = bare[prefix.end() :]
    found = HUMAN_ENSEMBL.search(bare)
    parts = [bare]
    if found:
        yield found[0].replace("ENSGR", "ENSG0")
        parts = [
            part for part in PUNCTUATION.split(bare.replace(found[0], "")) if part.strip("-. 0123456789")
        ]
    elif numbered := NUMBERED.fullmatch(bare):
        yield numbered[2]
        parts = [numbered[1].strip()]
    for part in parts:
        yield part
        if part[:1] == "X" and part[1:].isdigit():
            yield part[1:]
        if "." in part:
            yield part.replace(".", "-")
        if unique := UNIQUE.fullmatch(part):
            yield unique[1]
            yield unique[1].replace(".", "-")


def is_only_marked(name: str, form: str) -> bool:
    """Tell whether a name is a form with no more than spaces, a version or a number that makes it unique."""
    rest = name.strip()
    return rest.startswith(form) and re.fullmatch(r"([-._]\d{1,2}|_PAR_Y)*", rest[len(form) :]) is not None


def former_of_date(name: str) -> list[str]:
    """Return the symbols that a spreadsheet may have turned into this date; none if it is no date."""
    found: list[tuple[str, int]] = []
    if not (name[:1].isdigit() or name[:1] == "X" or name[:3].lower() in FAMILIES):
        return []
    if match := DAY_MONTH.fullmatch(name):
        found = [(match[2], int(match[1]))]
    elif match := MONTH_DAY.fullmatch(name):
        found = [(match[1], int(match[2]))]
    elif match := ISO.fullmatch(name):
        month, day = MONTHS.get(int(match[2]), ""), int(match[3])
        found = [(month, day)]
        if day == 1 and 2001 < int(match[1]) < 2016:  # Sep-02 read as September 2002
            found.append((month, int(match[1]) - 2000))
    return [f"{family}{number}" for month, number in found for family in FAMILIES.get(month[:3].lower(), ())]
