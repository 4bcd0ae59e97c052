"""Read names of genes: as they are, or as they were before tools, R or a spreadsheet changed them."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.genes.clean import OTHER_SPECIES, former_of_date, is_only_marked, plain_forms

CHANGED_ALNUM = ("X", "ENSGR")  # of letters and digits alone R and Ensembl make only such of other names
FEWEST_ENTREZ = 0.5  # of Entrez ids of human genes HGNC knows nine in ten, of 0 to 20,000 it knows four
IDENTIFIER = re.compile(r"\d+|ENSG\d+")
ABSENT = frozenset(("", "nan", "NaN", "NA", "None", "<NA>", "null", "-", "---"))
OTHER_CASE = re.compile(
    r"[A-Z][a-z0-9.-]*[a-z][a-z0-9.-]*|[^A-Z]*"
)  # Trp53, trp53: not how human genes are written


@dataclass(frozen=True)
class Read:
    """What a column says: the symbol of each gene, None where it is unknown; names that were cleaned, and lost dates."""

    symbols: NDArray[np.object_]
    cleaned: dict[str, str]
    dates: list[str]


def read_names(column: "pd.Index[str]", known: Mapping[str, str], wanted: Collection[str]) -> Read:
    """Read the symbols of names: as they are if they are known, else as they were before they were changed.

    An old name of a gene that the file calls by its current symbol, too, is another gene there, and stays unknown.
    """
    codes, different = pd.factorize(column)
    names: list[str] = different.tolist()
    present, goal = set(names), set(wanted)
    symbols: list[str | None] = [known.get(name) for name in names]
    cleaned: dict[str, str] = {}
    dates: list[str] = []
    for place, (name, symbol) in enumerate(zip(names, symbols, strict=True)):
        if symbol is None and name.isalnum() and not name.startswith(CHANGED_ALNUM):
            continue
        if symbol is None:
            formers = former_of_date(name)
            found = meant_by(formers, known) if formers else likeliest(name, known, goal)
            if found is not None:
                symbols[place] = known[found]
                if formers or not is_only_marked(name, found):
                    cleaned[name] = known[found]
            elif formers:
                dates.append(name)
        elif symbol != name and symbol in present and not IDENTIFIER.fullmatch(name):
            symbols[place] = None
    unknown = [name for name, symbol in zip(names, symbols, strict=True) if symbol is None]
    of_case = in_another_case(unknown, present, goal, sum(symbol in goal for symbol in symbols))
    if of_case:
        symbols = [of_case.get(name, symbol) for name, symbol in zip(names, symbols, strict=True)]
    return Read(np.array(symbols, dtype=object)[codes], cleaned | of_case, dates)


def meant_by(formers: Collection[str], known: Mapping[str, str]) -> str | None:
    """Return the one of these names that is known, unless they stand for several genes."""
    found = [former for former in formers if former in known]
    return found[0] if len({known[former] for former in found}) == 1 else None


def likeliest(name: str, known: Mapping[str, str], goal: Collection[str]) -> str | None:
    """Return the known name that a name may have been, one of a wanted gene first."""
    if name in ABSENT or OTHER_SPECIES.match(name):
        return None
    forms = [form for form in plain_forms(name) if form in known]
    return next((form for form in forms if known[form] in goal), forms[0] if forms else None)


def in_another_case(
    unknown: Collection[str], present: set[str], goal: set[str], exact: int
) -> dict[str, str]:
    """Return the wanted genes that unknown names are in another letter case.

    Names that are not in capitals may be another species': a few among `exact` human ones are not taken, and such as Trp53
    never.
    """
    case = {symbol.upper(): symbol for symbol in goal - present}
    found = {name: case[name.upper()] for name in unknown if name.upper() in case}
    strange = [name for name in found if OTHER_CASE.fullmatch(name)]
    taken = len(strange) > exact and all(name == name.lower() for name in strange)
    return {name: symbol for name, symbol in found.items() if taken or not OTHER_CASE.fullmatch(name)}


def are_row_numbers(names: "pd.Index[str]", found: Read) -> bool:
    """Tell whether names are the numbers of rows: 0, 1, 2 or 1, 2, 3 and so on, or numbers that are mostly no Entrez ids."""
    if not all(name.isdecimal() for name in names):
        return False
    numbers = [int(name) for name in names]
    if len(numbers) > 1 and numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1))):
        return True
    return sum(symbol is not None for symbol in found.symbols) < FEWEST_ENTREZ * len(numbers)
