"""A table of cells in every layout in which people have them: the names and values of the clean table, to the bit."""

import gzip
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.cells.cell_file import NOTES
from bulk2cell.cells.open_cells import in_memory
from bulk2cell.cells.read_cells import read_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

GENES = [*(f"GENE{number}" for number in range(24)), "C3", "X.Y-1"]
KNOWN = set(GENES)
CELLS = [f"{name}-1" for name in ("AAC", "ACC", "CCA", "GAT", "TTT")]
VALUES = np.random.default_rng(0).poisson(0.7, (len(GENES), len(CELLS)))
COUNTS = pd.DataFrame(VALUES, index=GENES, columns=CELLS)
LOGS = np.log1p(COUNTS).round(6)

Write = Callable[[pd.DataFrame], str]


def text(table: pd.DataFrame, **how: object) -> str:
    return str(table.to_csv(**how))


def each_line(table: str, change: Callable[[str], str]) -> str:
    return "".join(f"{change(line)}\n" for line in table.splitlines())


def as_r(table: pd.DataFrame, separator: str) -> str:
    """As R's write.table: quotes, and no name for the row names."""
    names = separator.join(f'"{name}"' for name in table.columns)
    rows = (
        separator.join([f'"{name}"', *map(str, values)])
        for name, values in zip(table.index, table.to_numpy().tolist(), strict=True)
    )
    return "\n".join([names, *rows]) + "\n"


def numbered(table: pd.DataFrame) -> pd.DataFrame:
    table = table.rename_axis("name").reset_index()
    return table.set_axis(range(1, len(table) + 1))


LAYOUTS: dict[str, Write] = {
    "comma": text,
    "tab": lambda table: text(table, sep="\t"),
    "semicolon": lambda table: text(table, sep=";"),
    "space": lambda table: text(table, sep=" ", index_label="name"),
    "several spaces": lambda table: text(table, sep=" ", index_label="name").replace(" ", "   "),
    "spaces at line ends": lambda table: each_line(text(table, sep=" ", index_label="n"), " {} ".format),
    "decimal comma, semicolon": lambda table: text(table, sep=";", decimal=","),
    "decimal comma, tab": lambda table: text(table, sep="\t", decimal=","),
    "decimal comma, quotes": lambda table: text(table, sep=";", decimal=",", quoting=1),
    "comments": lambda table: f"#GSE1, counts\n# of 5 cells\n\n{text(table)}",
    "comments, spaces": lambda table: f"#GSE1 counts\n{text(table, sep=' ', index_label='n')}",
    "header as a comment": lambda table: f"# all\n#{text(table, sep=chr(9), index_label='name')}",
    "separator as Excel says it": lambda table: (
        f"sep=;\r\n{text(table, sep=';', lineterminator=chr(13) + chr(10))}"
    ),
    "tabs at line ends": lambda table: each_line(text(table, sep="\t"), "{}\t".format),
    "commas at line ends": lambda table: each_line(text(table), "{},,".format),
    "commas at the header's end": lambda table: text(table).replace("\n", ",\n", 1),
    "commas at the rows' ends": lambda table: each_line(text(table), "{},".format).replace(",\n", "\n", 1),
    "an empty column first": lambda table: each_line(text(table, index_label="n"), ",{}".format),
    "empty rows below": lambda table: f"{text(table, index_label='n')},,,\n,,,\n",
    "empty rows above": lambda table: f",,,\n,,,\n{text(table, index_label='n')}",
    "R, comma": lambda table: as_r(table, ","),
    "R, tab": lambda table: as_r(table, "\t"),
    "R, space": lambda table: as_r(table, " "),
    "R, tabs at line ends": lambda table: each_line(as_r(table, "\t"), "{}\t".format),
    "quotes": lambda table: text(table, quoting=2),
    "spaces after commas": lambda table: text(table).replace(",", ", "),
    "Windows": lambda table: text(table, lineterminator="\r\n"),
    "old Mac": lambda table: text(table, lineterminator="\r"),
    "no last line end": lambda table: text(table).rstrip("\n"),
    "empty lines": lambda table: text(table).replace("\n", "\n\n"),
    "header gene": lambda table: text(table, index_label="gene"),
    "header Geneid": lambda table: text(table, sep="\t", index_label="Geneid"),
    "header cell": lambda table: text(table, index_label="cell"),
    "row numbers": lambda table: text(numbered(table)),
    "row numbers, R": lambda table: as_r(numbered(table), "\t"),
}
ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda content: content.encode(),
    "utf-8 with a mark": lambda content: content.encode("utf-8-sig"),
    "utf-16": lambda content: content.encode("utf-16"),
    "gz": lambda content: gzip.compress(content.encode()),
}


def same(cells: ad.AnnData, table: pd.DataFrame) -> None:
    assert list(cells.var_names) == list(table.index)
    assert list(cells.obs_names) == list(table.columns)
    np.testing.assert_array_equal(cells.X.toarray(), table.T.to_numpy(np.float32))


@pytest.mark.parametrize("turned", [False, True], ids=["genes x cells", "cells x genes"])
@pytest.mark.parametrize("table", [COUNTS, LOGS], ids=["counts", "logs"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_is_read_as_the_clean_table(
    tmp_path: Path, layout: str, table: pd.DataFrame, turned: bool
) -> None:
    (tmp_path / "cells.txt").write_bytes(LAYOUTS[layout](table.T if turned else table).encode())
    cells, orientation = read_cells(tmp_path / "cells.txt", CellInput(), KNOWN)
    assert orientation == ("cells-by-genes" if turned else "genes-by-cells")
    same(cells, table)
    assert bool(cells.uns[NOTES]) == layout.startswith("row numbers")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("layout", ["comma", "tab", "comments"])
def test_every_encoding_is_read(tmp_path: Path, layout: str, encoding: str) -> None:
    (tmp_path / "cells").write_bytes(ENCODINGS[encoding](LAYOUTS[layout](COUNTS)))
    same(read_cells(tmp_path / "cells", CellInput(), KNOWN)[0], COUNTS)


@pytest.mark.parametrize("separator", [",", "\t", ";", " "])
@pytest.mark.parametrize(
    "write", [as_r, lambda table, separator: text(table, sep=separator, index_label="n")]
)
def test_one_column_of_numbers_is_one_cell(
    tmp_path: Path, separator: str, write: Callable[[pd.DataFrame, str], str]
) -> None:
    (tmp_path / "cells.txt").write_text(write(COUNTS[CELLS[:1]], separator))
    same(read_cells(tmp_path / "cells.txt", CellInput(), KNOWN)[0], COUNTS[CELLS[:1]])


FEATURE_COUNTS = {
    "Chr": [f"chr{1 + number % 3}" for number in range(len(GENES))],
    "Start": ["11869;12010" if number % 4 == 0 else number for number in range(len(GENES))],
    "End": range(5, 5 + len(GENES)),
    "Strand": ["+", "-"] * (len(GENES) // 2),
    "Length": range(900, 900 + len(GENES)),
}


@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("at", ["start", "end"])
@pytest.mark.parametrize(
    "annotations",
    [
        FEATURE_COUNTS,
        {"Length": range(len(GENES))},
        {"gene_biotype": ["protein_coding"] * len(GENES), "description": ["a, b [Source:HGNC]"] * len(GENES)},
        {"Total": VALUES.sum(axis=1)},
    ],
    ids=["featureCounts", "length", "biotype", "total"],
)
def test_annotations_of_genes_are_no_cells(
    tmp_path: Path, annotations: dict[str, object], at: str, separator: str
) -> None:
    more = pd.DataFrame(annotations, index=GENES)
    table = pd.concat([more, COUNTS] if at == "start" else [COUNTS, more], axis=1)
    (tmp_path / "counts.txt").write_text(
        "# Program:featureCounts v2.0.1; Command:x\n" + text(table, sep=separator, index_label="Geneid")
    )
    cells, _ = read_cells(tmp_path / "counts.txt", CellInput(), KNOWN)
    same(cells, COUNTS)
    assert list(cells.var) == list(annotations)
    (note,) = in_memory(tmp_path, cells).notes
    assert f"annotation of the genes, not as cells: {', '.join(list(annotations)[:3])}" in note


@pytest.mark.parametrize("header", ["gene_name", "SYMBOL", "hgnc", ""])
@pytest.mark.parametrize("first", ["", "gene_id"])
def test_of_two_columns_of_ids_the_second_is_kept(tmp_path: Path, first: str, header: str) -> None:
    ensembl = [f"ENSG{number:011d}.{number % 9}" for number in range(len(GENES))]
    table = COUNTS.set_axis(ensembl)
    table.insert(0, header, GENES)
    (tmp_path / "counts.txt").write_text(text(table, sep="\t", index_label=first))
    cells, _ = read_cells(tmp_path / "counts.txt", CellInput(), KNOWN)
    same(cells, COUNTS.set_axis(ensembl))
    assert GENES in [cells.var[column].tolist() for column in cells.var]
    numbered(table).to_csv(tmp_path / "numbered.csv")
    same(read_cells(tmp_path / "numbered.csv", CellInput(), KNOWN)[0], COUNTS.set_axis(ensembl))


ABOVE = {
    "tumor": ["53", "53", "58", "58", "60"],
    "malignant(1=no,2=yes,0=unresolved)": ["1", "2", "2", "0", "1"],
    "non-malignant cell type (1=T,2=B)": ["1", "0", "0", "2", "0"],
    "Age": ["41", "41", "NA", "", "60"],
    "Patient": ["Mel53", "Mel53", "Mel58", "Mel58", "Mel60"],
}


@pytest.mark.parametrize("names", [list(ABOVE)[:1], list(ABOVE)[:3], list(ABOVE), ["Patient"]])
@pytest.mark.parametrize("table", [COUNTS, LOGS], ids=["counts", "logs"])
def test_rows_on_top_that_annotate_cells_are_no_genes(
    tmp_path: Path, names: list[str], table: pd.DataFrame
) -> None:
    above = pd.DataFrame({name: ABOVE[name] for name in names}, index=CELLS).T
    (tmp_path / "cells.txt").write_text(text(pd.concat([above, table]), sep="\t", index_label="Cell"))
    cells, _ = read_cells(tmp_path / "cells.txt", CellInput(), KNOWN)
    same(cells, table)
    assert list(cells.obs) == names
    assert cells.obs[names[0]].tolist() == ABOVE[names[0]]
    assert cells.uns[NOTES][0].startswith(
        f"cells.txt: rows on top read as annotation of the cells, not as genes: {names[0]}"
    )


def test_columns_that_annotate_cells_are_no_genes(tmp_path: Path) -> None:
    table = COUNTS.T
    more = {
        "Age": 50,
        "Total": 900,
        "Length": 8,
        "nCount_RNA": 900,
        "S.Score": 0.5,
        "Percent mito": 2.5,
        "PC_1": -1.5,
    }
    more |= {"Chr": "chr1", "Doublet": True, "Cell_type": "T cell"}
    for position, (name, value) in enumerate(more.items()):
        table.insert(2 * position, name, value)
    table.to_csv(tmp_path / "cells.csv")
    cells, _ = read_cells(tmp_path / "cells.csv", CellInput(), KNOWN)
    same(cells, COUNTS)
    assert list(cells.obs) == list(more)


def test_annotations_of_one_name_are_kept_once(tmp_path: Path) -> None:
    table = COUNTS.copy()
    for position in (0, 3):
        table.insert(position, "symbol", GENES, allow_duplicates=True)
    table.to_csv(tmp_path / "cells.csv")
    cells, _ = read_cells(tmp_path / "cells.csv", CellInput(), KNOWN)
    same(cells, COUNTS)
    assert list(cells.var) == ["symbol"]


def test_genes_that_no_table_knows_stay_genes(tmp_path: Path) -> None:
    names = ["AC012345.1", "HLA-DRB5", "MT-ND1", "NEW1", "ENSG00000141510", "7SK", "LINC-PINT"]
    table = pd.concat([COUNTS, COUNTS.iloc[: len(names)].set_axis(names)]).iloc[::-1]
    table.to_csv(tmp_path / "genes.csv")
    table.T.to_csv(tmp_path / "cells.csv")
    for name in ("genes.csv", "cells.csv"):
        same(read_cells(tmp_path / name, CellInput(), KNOWN)[0], table)


def test_cells_are_named_by_the_first_column_that_tells_them_apart(tmp_path: Path) -> None:
    table = COUNTS.T.reset_index(names="barcode")
    table.insert(0, "sample", ["a", "a", "b", "b", "b"])
    table.to_csv(tmp_path / "cells.csv", index=False)
    cells, _ = read_cells(tmp_path / "cells.csv", CellInput(), KNOWN)
    same(cells, COUNTS)
    assert list(cells.obs) == ["sample"]
    assert cells.uns[NOTES][0] == "cells.csv: its cells are named by column barcode, not by the first."


@pytest.mark.parametrize("turned", [False, True])
def test_entrez_ids_on_one_axis_and_numbers_on_the_other(tmp_path: Path, turned: bool) -> None:
    ids = [str(7 * number % 101) for number in range(1, 27)]
    table = COUNTS.set_axis(ids).set_axis([str(number + 1) for number in range(len(CELLS))], axis=1)
    (table.T if turned else table).to_csv(tmp_path / "cells.csv")
    known = {str(number) for number in range(101)}
    same(read_cells(tmp_path / "cells.csv", CellInput(), known)[0], table)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"gene;c1;c2\nGENE1;1.5;x\nGENE2;1;2\n", "row GENE1, column c2: 'x' is not a number"),
        (b"gene\tc1\tc2\nGENE1\t1,234\t5\nGENE2\t1\t2\n", "row GENE1, column c1: '1,234' is not a number"),
        (b"gene;c1;c2\nGENE1;1,234;5\nGENE2;2,000;2\n", "row GENE1, column c1: '1,234' is not a number"),
        (
            b"gene;c1;c2\nGENE1;1.234,5;5\nGENE2;2.000,0;2\n",
            "row GENE1, column c1: '1.234,5' is not a number",
        ),
        (b"gene\tc1\tc2\nGENE1\t1,5\t5\nGENE2\t1.5\t2\n", "row GENE1, column c1: '1,5' is not a number"),
        *(
            (
                f"gene,c1,c2\nGENE1,{value},5\nGENE2,1,2\n".encode(),
                f"row GENE1, column c1: '{value}' is not a number",
            )
            for value in ("NA", "N/A", "")
        ),
        (b"gene,c1,c2\nGENE1,NaN,5\nGENE2,1,2\n", "row GENE1, column c1: 'NaN' is not a number"),
        (b"gene,c1,c2\nGENE1,1,5\nGENE2,1\n", "row GENE2, column c2: '' is not a number"),
        (b"gene,c1,,c2\nGENE1,1,2,3\n", "column 3 has values and no name"),
        (b"gene,c\xe91\nGENE1,1\n", "cells.txt: no UTF-8 .*; save it as UTF-8"),
        ("gene,c1\nGENE1,1\n".encode("utf-16-le"), "not a file of cells; what is read"),
        (b"PK\x03\x04\x14\0", "a zip archive, which is not read"),
        (b"gene,GENE5,GENE6\nGENE1,1,0\nGENE2,0,1\n", "both its rows .* and its columns .* --orientation"),
        (b"gene,c1,c2\n0,1,2\n1,2,3\n2,3,4\n", "neither its rows"),
        (b"gene,kind\nGENE1,a\nGENE2,b\n", "no column of numbers beside its names"),
        (
            b"Table 1\ngene,c1,c2\nGENE1,1,2\n",
            "1 names in the first line, 3 fields in row 1 .* begin a line above that with #",
        ),
        (b"GENE1 and\nGENE2\n", "no rows or no columns"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "cells.txt").write_bytes(content)
    with pytest.raises(InputError, match=message) as raised:
        read_cells(tmp_path / "cells.txt", CellInput(), {*KNOWN, "0", "1", "2"})
    assert "\n" not in str(raised.value)
