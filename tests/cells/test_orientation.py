from pathlib import Path
from typing import Any

import pytest

from bulk2cell.cells.orientation import decide_orientation, gene_share
from bulk2cell.errors import InputError

KNOWN = {"TP53", "EGFR", "7157", "1956"}
FILE = Path("cells.csv")


@pytest.mark.parametrize(
    "genes", [["TP53", "EGFR", "NEW1"], ["7157", "1956"], ["ENSG00000141510.3", "ENSG00000146648"]]
)
def test_the_axis_named_by_genes_is_found(genes: list[str]) -> None:
    barcodes = ["ACGTACGT-1", "TTTTACGT-1"]
    assert decide_orientation(barcodes, genes, "auto", KNOWN, FILE) == "cells-by-genes"
    assert decide_orientation(genes, barcodes, "auto", KNOWN, FILE) == "genes-by-cells"


def test_cells_that_are_numbered_do_not_pass_for_entrez_ids() -> None:
    numbered = [str(number) for number in range(1, 2000)]
    known = KNOWN.union(numbered[:1400])
    assert decide_orientation(numbered, ["TP53", "EGFR"], "auto", known, FILE) == "cells-by-genes"


@pytest.mark.parametrize("start", [0, 1])
def test_names_that_count_are_no_genes(start: int) -> None:
    numbered = [str(number) for number in range(start, start + 50)]
    known = {*numbered, *(str(number) for number in range(900, 920))}
    entrez = [str(number) for number in range(900, 1000)]
    assert decide_orientation(entrez, numbered, "auto", known, FILE) == "genes-by-cells"
    assert decide_orientation(numbered, entrez, "auto", known, FILE) == "cells-by-genes"
    with pytest.raises(InputError, match="neither its rows"):
        decide_orientation(numbered, ["AC", "GT"], "auto", known, FILE)


def test_cells_that_are_named_as_wells_may_be_known_genes() -> None:
    wells = [f"{row}{column}" for row in "ABCDEFGH" for column in range(1, 13)]
    known = {*KNOWN, "C3", "C5", "C6", "F2", "F3", "F5"}
    assert decide_orientation(["TP53", "EGFR", "x", "y"], wells, "auto", known, FILE) == "genes-by-cells"


def test_genes_on_both_axes_have_to_be_declared() -> None:
    axes = ["TP53", "EGFR", "x"], ["EGFR", "TP53"]
    with pytest.raises(InputError, match=r"both its rows \(TP53, EGFR, x\).*--orientation"):
        decide_orientation(*axes, "auto", KNOWN, FILE)
    assert decide_orientation(*axes, "genes-by-cells", KNOWN, FILE) == "genes-by-cells"


@pytest.mark.parametrize(
    ("declared", "found"), [("cells-by-genes", "genes-by-cells"), ("genes-by-cells", "cells-by-genes")]
)
def test_a_wrong_declaration_is_told(declared: Any, found: str) -> None:
    axes = (["TP53", "EGFR"], ["AC", "GT"])
    rows, columns = axes if found == "genes-by-cells" else axes[::-1]
    with pytest.raises(InputError, match=rf"declared {declared}.*TP53.*--orientation {found}"):
        decide_orientation(rows, columns, declared, KNOWN, FILE)


def test_no_genes_on_either_axis() -> None:
    with pytest.raises(InputError, match=r"neither its rows \(a, b\) nor its columns \(c, d\)"):
        decide_orientation(["a", "b"], ["c", "d"], "auto", KNOWN, FILE)


def test_share_of_genes() -> None:
    assert gene_share(["TP53", "x", "EGFR", "y"], KNOWN) == 0.5
    assert gene_share([], KNOWN) == 0
