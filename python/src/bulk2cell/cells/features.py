"""Features that are no genes: left out of a file of cells, its totals included, and said."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bulk2cell.cells.cell_file import Block, CellFile
from bulk2cell.cells.orientation import is_gene
from bulk2cell.genes.clean import OTHER_ENSEMBL, OTHER_SPECIES
from bulk2cell.genes.known import packaged_names
from bulk2cell.printable import some

TYPE_COLUMNS = ("feature_types", "feature_type", "Type", "type")
ID_COLUMNS = ("gene_ids", "gene_id", "feature_id")
EXPRESSION = "gene expression"
# What tools write beside genes; none of it is a gene's name (ERCC1 to ERCC8 are genes, ERCC-00002 is a spike-in).
NO_GENES = {
    "summaries of counting tools": re.compile(
        r"__.+|N_(unmapped|multimapping|noFeature|ambiguous)|Unassigned_.+|\*|unmapped|no_feature|ambiguous|"
        r"too_low_aQual|not_aligned|alignment_not_unique",
        re.IGNORECASE,
    ),
    "spike-ins": re.compile(
        r"(gSpikein_)?ERCC[-_.]\d{5}([-_.].*)?|SIRV.*\d.*|(RNA_)?SPIKE[-_ ]?(IN)?S?[-_ ]?\d*", re.IGNORECASE
    ),
    "peaks": re.compile(r"(chr[\dXYMTUn]\w*|\d{1,2}|[XY]|(GL|KI)\d+\.\d)[:_-]\d+[_-]\d+"),
    "antibodies and tags": re.compile(
        r"(.+[-_.])?(TotalSeq[-_. ]?[ABCD]?|Hashtag[-_. ]?\d+|HTO[-_. ]?\d+)([-_.].*)?|ADT[-_].+",
        re.IGNORECASE,
    ),
}
# Of names of letters and digits alone only such can be one of these.
NEARLY_ODD = re.compile(r"(?i:SIRV|SPIKE|HASHTAG|HTO|TOTALSEQ)|^[a-z]")
COLUMNS_OF_TABLES = frozenset(
    ("chr", "chrom", "chromosome", "start", "end", "strand", "length", "total", "sum", "age", "sex", "gender")
)
# Only such a name can be any of these or of another species; looking closely at every name takes time.
SUSPECT = rf"[^A-Z0-9]|^ENS[^G]|SIRV|SPIKE|HASHTAG|HTO|TOTALSEQ|^({'|'.join(COLUMNS_OF_TABLES).upper()})$"
MOST_FOREIGN = (
    0.9  # of the names: two genomes side by side have about half each; more is a file of another species
)
IN_WORDS = re.compile(r"[a-z_]+([^A-Za-z0-9-].*)?")  # tumor, n_counts, malignant(1=no,2=yes)
MOST_WORDS = 0.05  # of the names: a file that writes more in small letters writes its genes so
# No gene that no table knows holds near this share; rows of totals, of unmapped reads or of a tag do.
LARGE_SHARE = 0.1
TIMES_EVEN = 10  # in a panel of few genes each may hold that much: a share is large if it is ten times an even one, too


def genes_alone(file: CellFile, known: Collection[str]) -> CellFile:
    """Return a file of cells without its features that are no genes.

    Parameters
    ----------
    known
        Names of genes.
    """
    aside = features_aside(file.var, known)
    out: NDArray[np.bool_] = np.zeros(len(file.var), bool)
    for mask in aside.values():
        out |= mask
    sums = first_sums(file)
    notes = [*file.notes]
    for what, mask in aside.items():
        notes.append(
            f"Features left out as no genes of the cells: {int(mask.sum())} {what} "
            f"({some(file.var.index[mask])}){share_of(sums, mask)}."
        )
    notes += [of_unknown(name, share) for name, share in large_unknown(file.var, sums, out, known)]
    if not out.any():
        return replace(file, notes=tuple(notes))
    columns = np.flatnonzero(~out)
    block = file.block

    def genes_of(start: int, stop: int) -> Block:
        return block(start, stop)[:, columns]

    return replace(file, var=file.var.iloc[columns], block=genes_of, notes=tuple(notes))


def features_aside(var: pd.DataFrame, known: Collection[str]) -> dict[str, NDArray[np.bool_]]:
    """Return which features are no genes, by what they are; a feature is counted once, and not all may be."""
    names = [str(name) for name in var.index]
    found: dict[str, NDArray[np.bool_]] = {}
    for column in TYPE_COLUMNS:
        kinds = pd.Series(var[column].astype(str) if column in var else [], dtype=object)
        expression = kinds.str.lower().str.replace(r"[ _.-]+", " ", regex=True).to_numpy() == EXPRESSION
        if expression.any() and not expression.all():
            others = sorted(set(kinds[~expression]))
            found[f"of the type {some(others)}"] = ~expression
            break
    suspects = suspects_among(names)
    odd = [place for place in suspects if not names[place].isalnum() or NEARLY_ODD.search(names[place])]
    for what, pattern in NO_GENES.items():
        found[what] = np.zeros(len(names), bool)
        found[what][[p for p in odd if pattern.fullmatch(names[p]) and names[p] not in known]] = True
    foreign = np.zeros(len(names), bool)
    for ids in [names, *(var[column].astype(str).tolist() for column in ID_COLUMNS if column in var)]:
        places = suspects if ids is names else suspects_among(ids)
        foreign[[place for place in places if is_of_other_species(ids[place])]] = True
    if foreign.mean() <= MOST_FOREIGN:
        found["genes of another species"] = foreign
    words = np.zeros(len(names), bool)
    words[[place for place in suspects if is_in_words(names[place], known)]] = True
    if words.mean() <= MOST_WORDS:
        found["columns of notes"] = words
    seen = np.zeros(len(names), bool)
    left = {}
    for what, mask in found.items():
        new = mask & ~seen
        if new.any() and not (new | seen).all():
            left[what], seen = new, seen | new
    return left


def suspects_among(names: list[str]) -> list[int]:
    """Return the places of the names that can be of something else than a gene."""
    return [int(place) for place in np.flatnonzero(pc.match_substring_regex(pa.array(names), SUSPECT))]


def is_of_other_species(name: str) -> bool:
    """Tell whether a name is an Ensembl id of another species, or begins with the name of its genome."""
    if name.isalnum():
        return name.startswith("ENS") and OTHER_ENSEMBL.match(name) is not None
    return bool(OTHER_SPECIES.match(name) or OTHER_ENSEMBL.match(name))


def is_in_words(name: str, known: Collection[str]) -> bool:
    """Tell whether an unknown name is that of a column or row of notes, such as Length, tumor or n_counts."""
    if name.lower() in COLUMNS_OF_TABLES:
        return name not in known
    return IN_WORDS.fullmatch(name) is not None and not (name in known or name.upper() in known)


def first_sums(file: CellFile) -> NDArray[np.float64]:
    """Return the sum of each feature over the first block of cells."""
    return np.asarray(file.block(0, min(file.step, file.count)).sum(axis=0, dtype=np.float64)).ravel()


def share_of(sums: NDArray[np.float64], mask: NDArray[np.bool_]) -> str:
    """Return the share of the first cells' values that these features hold, in words; nothing where values have no total."""
    total = sums.sum()
    return (
        f", {sums[mask].sum() / total:.1%} of the first cells' values"
        if (sums >= 0).all() and total > 0
        else ""
    )


def large_unknown(
    var: pd.DataFrame, sums: NDArray[np.float64], out: NDArray[np.bool_], known: Collection[str]
) -> Iterator[tuple[str, float]]:
    """Yield features of unknown names that hold much of the first cells' values, and their share."""
    kept = np.where(out, 0, sums)
    if not (kept >= 0).all() or not kept.sum() > 0:
        return
    large = max(LARGE_SHARE, TIMES_EVEN / np.count_nonzero(~out))
    for place in map(int, np.flatnonzero(kept > large * kept.sum())):
        names = [str(name) for name in (var.index[place], *var.iloc[place])]
        forms = [*names, *(name.upper() for name in names)]
        if not any(is_gene(form, known) or is_gene(form, packaged_names()) for form in forms):
            yield str(var.index[place]), float(kept[place] / kept.sum())


def of_unknown(name: str, share: float) -> str:
    """Return what a person should know of such a feature."""
    return (
        f"{name} holds {share:.0%} of the first cells' values and is no known gene: if it is none, take it out of the file, "
        "for it is part of every cell's total."
    )
