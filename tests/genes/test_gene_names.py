from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.genes.known import known_names
from bulk2cell.genes.names import highest_repeats, name_genes, to_symbols

FILE = Path("cells.h5ad")
GENES = ["TP53", "EGFR", "KRAS", "HLA-A", "SEPTIN2", "ERCC1"]
WANTED = pd.Index(GENES)
ENSEMBL = [
    "ENSG00000141510",
    "ENSG00000146648",
    "ENSG00000133703",
    "ENSG00000206503",
    "ENSG00000168385",
    "ENSG00000012061",
]
ENTREZ = ["7157", "1956", "3845", "3105", "4735", "2067"]
ROWS = [str(row) for row in range(6)]

LAYOUTS = {
    "symbols": pd.DataFrame(index=GENES),
    "old symbols": pd.DataFrame(index=["LFS1", *GENES[1:4], "SEPT2", "ERCC1"]),
    "ensembl": pd.DataFrame(index=ENSEMBL),
    "entrez": pd.DataFrame(index=ENTREZ),
    "versions": pd.DataFrame(index=[f"{name}.{row}" for row, name in enumerate(ENSEMBL)]),
    "10x": pd.DataFrame({"gene_ids": ENSEMBL, "feature_types": "Gene Expression"}, index=GENES),
    "ensembl, a column": pd.DataFrame(
        {"feature_name": GENES}, index=[f"ENSG9{row:010d}" for row in range(6)]
    ),
    "categories": pd.DataFrame(
        {"symbol": pd.Categorical(GENES)}, index=[f"ENSG9{row:010d}" for row in range(6)]
    ),
    "census": pd.DataFrame(
        {"soma_joinid": range(6), "feature_id": ENSEMBL, "feature_name": GENES}, index=ROWS
    ),
    "census, some rows": pd.DataFrame({"feature_name": GENES}, index=["1", "2", "9", "10", "12", "13"]),
    "a column of another name": pd.DataFrame({"what it is": "gene", "my names": GENES}, index=ROWS),
    "mixed": pd.DataFrame({"gene_name": [None, None, *GENES[2:]]}, index=[*ENSEMBL[:2], "a", "b", "c", "d"]),
    "mixed in the index": pd.DataFrame(index=[*GENES[:2], *ENSEMBL[2:4], *ENTREZ[4:]]),
    "prefix": pd.DataFrame(index=[f"GRCh38_{name}" for name in GENES]),
    "longer prefix": pd.DataFrame(index=[f"hg19______{name}" for name in ENSEMBL]),
    "spaces": pd.DataFrame(index=[f" {name} " for name in GENES]),
    "symbol|entrez": pd.DataFrame(index=["?|7157", *map("|".join, zip(GENES[1:], ENTREZ[1:], strict=True))]),
    "symbol (entrez)": pd.DataFrame(index=[f"{a} ({b})" for a, b in zip(GENES, ENTREZ, strict=True)]),
    "symbol (entrez) in R": pd.DataFrame(
        index=[f"{a.replace('-', '.')}..{b}." for a, b in zip(GENES, ENTREZ, strict=True)]
    ),
    "ensembl_symbol": pd.DataFrame(index=[f"{a}.3_{b}" for a, b in zip(ENSEMBL, GENES, strict=True)]),
    "symbol_ensembl": pd.DataFrame(index=[f"{b}_{a}" for a, b in zip(ENSEMBL, GENES, strict=True)]),
    "R": pd.DataFrame(index=["TP53", "EGFR", "KRAS", "HLA.A", "SEPTIN2", "X2067"]),
    "excel": pd.DataFrame(index=[*GENES[:4], "2-Sep", "ERCC1"]),
    "excel, iso": pd.DataFrame(index=[*GENES[:4], "2021-09-02", "ERCC1"]),
    "excel, turned": pd.DataFrame(index=[*GENES[:4], "Sep-02", "ERCC1"]),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_genes_are_found_in_every_layout(layout: str) -> None:
    assert list(name_genes(LAYOUTS[layout], WANTED, known_names(WANTED, None), FILE).symbols) == GENES


def test_the_column_that_was_taken_is_recorded_and_said() -> None:
    naming = name_genes(LAYOUTS["census"], WANTED, known_names(WANTED, None), FILE)
    assert naming.column == "feature_name"
    assert naming.notes == (
        "Genes are named by the column feature_name of var: it names 6 of 6 wanted genes; the index holds numbers of rows.",
    )
    assert name_genes(LAYOUTS["10x"], WANTED, known_names(WANTED, None), FILE).column == "index"
    assert name_genes(LAYOUTS["10x"], WANTED, known_names(WANTED, None), FILE).notes == ()


@pytest.mark.parametrize(
    ("names", "note"),
    [
        (
            [f"GRCh38_{name}" for name in GENES],
            "Names of genes that were mended: 6, such as GRCh38_TP53, read as TP53.",
        ),
        (["TP53", "2-Sep"], "Names of genes that were mended: 1, such as 2-Sep, read as SEPTIN2."),
        (["TP53", "1-Mar"], "Genes that are lost because a spreadsheet made dates of their names: 1 (1-Mar)"),
    ],
)
def test_what_was_mended_or_lost_is_said(names: list[str], note: str) -> None:
    (said,) = name_genes(pd.DataFrame(index=names), WANTED, known_names(WANTED, None), FILE).notes
    assert said.startswith(note)


def test_what_makes_names_unique_is_taken_off_and_no_more() -> None:
    names = ["TP53", "TP53-1", "TP53.1", "NKX2-1", "ENSG00000141510.18_PAR_Y", "AC012345.1"]
    naming = name_genes(pd.DataFrame(index=names), WANTED, known_names(WANTED, None), FILE)
    assert list(naming.symbols) == ["TP53", "TP53", "TP53", "NKX2-1", "TP53", "AC012345.1"]
    assert naming.notes == ()


@pytest.mark.parametrize(
    ("names", "what"),
    [
        ([str(row) for row in range(20)], "numbered, not named"),
        ([str(row) for row in range(1, 21)], "numbered, not named"),
        (["Trp53", "Egfr", "Kras", "Ercc1"], "a mouse or another species"),
        (["ENSMUSG00000059552", "ENSMUSG00000020122"], "of another species"),
        (["mm10___Trp53", "mm10___Egfr"], "of another species"),
        (["ENSG99999999999"], r"none of its genes is known \(index: ENSG99999999999\)"),
    ],
)
def test_other_names_are_refused(names: list[str], what: str) -> None:
    with pytest.raises(InputError, match=what):
        name_genes(pd.DataFrame(index=names), WANTED, known_names(WANTED, None), FILE)


def test_a_few_names_of_a_mouse_among_human_ones_are_no_human_genes() -> None:
    names = ["TP53", "EGFR", "Kras"]
    assert (
        list(name_genes(pd.DataFrame(index=names), WANTED, known_names(WANTED, None), FILE).symbols) == names
    )


def test_letter_case_alone_is_mended_and_said() -> None:
    naming = name_genes(
        pd.DataFrame(index=[name.lower() for name in GENES]), WANTED, known_names(WANTED, None), FILE
    )
    assert list(naming.symbols) == GENES
    assert "Names of genes that were mended: 6, such as tp53, read as TP53" in naming.notes[0]
    wanted = pd.Index(["C1orf112", "TP53"])
    upper = name_genes(pd.DataFrame(index=["C1ORF112", "TP53"]), wanted, known_names(wanted, None), FILE)
    assert upper.symbols[0] == "C1orf112"


def test_wanted_genes_keep_their_names_and_an_own_table_goes_first() -> None:
    own = pd.DataFrame({"identifier": ["ENSG00000141510", "G1"], "symbol": ["MINE", "MINE"]})
    names = ["ENSG00000141510", "ENSG00000168385", "GENE0001"]
    mine = pd.Index(["MINE", "SEPT2", "GENE0001"])
    naming = name_genes(pd.DataFrame(index=names), mine, known_names(mine, own), FILE)
    assert list(naming.symbols) == ["MINE", "SEPT2", "GENE0001"]


def test_a_column_gives_no_gene_that_the_index_names() -> None:
    ids = [ENSEMBL[0], "", ENSEMBL[0], ENSEMBL[1]]
    var = pd.DataFrame({"gene_ids": ids}, index=["TP53", "KRAS", "unknown1", "unknown2"])
    symbols = name_genes(var, WANTED, known_names(WANTED, None), FILE).symbols
    assert list(symbols) == ["TP53", "KRAS", "unknown1", "EGFR"]


def test_unknown_names_stay() -> None:
    naming = to_symbols(pd.Index(["EGFR", "RP11-34P13.7", "p53"]), None, FILE)
    assert list(naming.symbols) == ["EGFR", "RP11-34P13.7", "TP53"]


@pytest.mark.parametrize("names", [["ENSG99999999998", "ENSG99999999999"], ["0", "1", "2"]])
def test_ids_that_no_table_knows_are_refused(names: list[str]) -> None:
    with pytest.raises(InputError, match="ids that no table knows"):
        to_symbols(pd.Index(names), None, FILE)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_of_repeats_the_highest_mean_stays_and_names_break_ties(order: list[int]) -> None:
    names, means = pd.Index(["a", "B", "c", "d"])[order], np.array([2.1, 1.5, 4.5, 4.5 + 1e-9])[order]
    best = highest_repeats(np.array([0, 1, 0, 0])[order], names, means)
    assert list(names[best]) == ["c", "B"]
