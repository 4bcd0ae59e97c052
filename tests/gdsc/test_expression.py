"""The same expression in every layout in which it is published gives the same bulk lines."""

import gzip
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.gdsc.expression import read_expression
from bulk2cell.gdsc.lines import read_response_table
from bulk2cell.preprocess.bulk import Bulk, load_bulk

LINES = pd.DataFrame(
    {
        "CELL_LINE_NAME": ["A549", "NCI-H1975", "PC-14", "HCC-827", "SK-MEL-28"],
        "COSMIC_ID": [905949, 924244, 753608, 1240146, 905954],
        "SANGER_MODEL_ID": ["SIDM00903", "SIDM00759", "SIDM00237", "SIDM01067", "SIDM01045"],
        "ModelID": ["ACH-000681", "ACH-000587", "ACH-000030", "ACH-000012", "ACH-000615"],
    }
)
GENES = pd.DataFrame(
    {
        "symbol": ["TP53", "EGFR", "BRAF", "KRAS", "MYC", "PTEN"],
        "entrez": ["7157", "1956", "673", "3845", "4609", "5728"],
        "ensembl": [
            f"ENSG00000{end}" for end in ("141510", "146648", "157764", "133703", "136997", "171862")
        ],
    }
)
CLEAN = pd.DataFrame(
    np.random.default_rng(0).uniform(2, 12, (5, 6)).round(4),
    index=LINES["CELL_LINE_NAME"].rename("line"),
    columns=GENES["symbol"].rename(None),
)
Write = Callable[[Path], Path]


def named(lines: "pd.Series[str]", genes: "pd.Series[str]") -> pd.DataFrame:
    return pd.DataFrame(CLEAN.to_numpy(), index=pd.Index(lines, name=None), columns=list(genes))


def as_csv(table: pd.DataFrame, path: Path, **how: object) -> Path:
    table.to_csv(path, **how)  # type: ignore[call-overload]
    return path


def symbol_entrez() -> "pd.Series[str]":
    return GENES["symbol"] + " (" + GENES["entrez"] + ")"


def gdsc_rma(folder: Path) -> Path:
    """GDSC's text, with an array of a line again, a line and a gene that nobody knows."""
    table = named("DATA." + LINES["COSMIC_ID"].astype(str), GENES["symbol"]).T
    table["DATA.905949.1"], table["DATA.1"] = 3.0, 4.0
    table.loc["", :] = 9.0
    table.insert(0, "GENE_title", ["a gene, described [Source:HGNC Symbol;Acc:1]"] * len(table))
    return as_csv(table, folder / "Cell_line_RMA.txt", sep="\t", index_label="GENE_SYMBOLS")


def depmap(folder: Path) -> Path:
    return as_csv(named(LINES["ModelID"], symbol_entrez()), folder / "OmicsExpression.csv")


def depmap_of_profiles(folder: Path) -> Path:
    """DepMap since 2025: row numbers first, ids of the profile, and of one line a second profile."""
    table = named(LINES["ModelID"], symbol_entrez()).reset_index(names="ModelID")
    again = table.iloc[[0]].assign(**dict.fromkeys(symbol_entrez(), 1.0))
    table = pd.concat([again, table], ignore_index=True)
    table.insert(0, "SequencingID", [f"CDS-{number:06d}" for number in range(6)])
    table.insert(2, "IsDefaultEntryForModel", ["No"] + ["Yes"] * 5)
    table.insert(3, "ModelConditionID", [f"MC-{number:06d}" for number in range(6)])
    table.insert(4, "IsDefaultEntryForMC", ["No"] + ["Yes"] * 5)
    return as_csv(table, folder / "OmicsExpression.csv")


def ccle_gct(folder: Path) -> Path:
    """GenePattern's gct, gz: two lines of their own, two columns of names, lines with their tissue."""
    stripped = LINES["CELL_LINE_NAME"].str.replace("-", "") + "_HAEMATOPOIETIC_AND_LYMPHOID_TISSUE"
    table = named(stripped, GENES["ensembl"] + ".3").T
    table.insert(0, "Description", GENES["symbol"].to_numpy())
    with gzip.open(folder / "CCLE.gct.gz", "wt") as stream:
        stream.write(f"#1.2\n{len(GENES)}\t{len(LINES)}\n")
        table.to_csv(stream, sep="\t", index_label="Name")
    return folder / "CCLE.gct.gz"


def ccle_text(folder: Path) -> Path:
    stripped = LINES["CELL_LINE_NAME"].str.replace("-", "") + "_LUNG"
    table = named(stripped, GENES["ensembl"]).T
    table.insert(0, "transcript_ids", "ENST00000362079.2,ENST00000362080.1")
    return as_csv(table, folder / "CCLE_RNAseq.txt", sep="\t", index_label="gene_id")


def gene_annotations(folder: Path) -> Path:
    """As featureCounts and GEO have it: numbers that are no expression beside the names of genes."""
    table = named(LINES["CELL_LINE_NAME"], GENES["entrez"]).T
    table.insert(0, "Length", 1500)
    table.insert(0, "Chr", "17")
    return as_csv(table, folder / "matrix.tsv", sep="\t", index_label="Geneid")


def line_annotations(folder: Path) -> Path:
    """Row numbers first, ids and ages of the lines beside their names."""
    table = CLEAN.reset_index()
    table.insert(1, "Age", [58, 61, 33, 39, 51])
    table.insert(1, "tissue", ["lung"] * 4 + ["skin"])
    return as_csv(table, folder / "matrix.csv")


def h5ad(folder: Path) -> Path:
    data = ad.AnnData(CLEAN.to_numpy(), obs=LINES.set_index("ModelID"), var=GENES.set_index("ensembl"))
    data.write_h5ad(folder / "bulk.h5ad")
    return folder / "bulk.h5ad"


def h5ad_turned(folder: Path) -> Path:
    ad.read_h5ad(h5ad(folder)).T.write_h5ad(folder / "turned.h5ad")
    return folder / "turned.h5ad"


def parquet_with_a_column_of_names(folder: Path) -> Path:
    CLEAN.reset_index().to_parquet(folder / "bulk.parquet")
    return folder / "bulk.parquet"


def excel(folder: Path) -> Path:
    named(LINES["CELL_LINE_NAME"], GENES["symbol"]).T.to_excel(folder / "bulk.xlsx", index_label="gene")
    return folder / "bulk.xlsx"


LAYOUTS: dict[str, Write] = {
    "genes x lines": lambda folder: as_csv(CLEAN.T, folder / "b.csv"),
    "semicolons, decimal comma": lambda folder: as_csv(CLEAN, folder / "b.csv", sep=";", decimal=","),
    "COSMIC ids": lambda folder: as_csv(named(LINES["COSMIC_ID"], GENES["symbol"]), folder / "b.csv"),
    "Sanger ids": lambda folder: as_csv(named(LINES["SANGER_MODEL_ID"], GENES["symbol"]).T, folder / "b.csv"),
    **{
        write.__name__: write
        for write in (
            gdsc_rma,
            depmap,
            depmap_of_profiles,
            ccle_gct,
            ccle_text,
            gene_annotations,
            line_annotations,
            h5ad,
            h5ad_turned,
            parquet_with_a_column_of_names,
            excel,
        )
    },
}


@pytest.fixture(scope="module")
def response(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("response") / "response.csv"
    LINES.assign(DATASET="GDSC2", DRUG_NAME="Erlotinib", TCGA_DESC="LUAD", AUC=0.5).to_csv(path, index=False)
    return read_response_table(path)


def same(found: Bulk, wanted: Bulk) -> None:
    pd.testing.assert_frame_equal(found.expression.to_df(), wanted.expression.to_df(), check_exact=True)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_lines(tmp_path: Path, response: pd.DataFrame, layout: str) -> None:
    clean = load_bulk(as_csv(CLEAN, tmp_path / "clean.csv"), None, response)
    assert clean.notes == ()
    same(load_bulk(LAYOUTS[layout](tmp_path), None, response), clean)


@pytest.mark.parametrize(
    ("write", "notes"),
    [
        (
            gdsc_rma,
            [
                "its lines are found by the response table's column COSMIC_ID, 5 of 7.",
                "columns that hold no expression: GENE_title.",
                "left out are 2 lines whose id the response table does not have, so that nobody could exclude them by name.",
                "left out are 1 genes without a name.",
            ],
        ),
        (
            depmap_of_profiles,
            [
                "its lines are found by the response table's column ModelID, 6 of 6.",
                "columns that hold no expression: SequencingID, IsDefaultEntryForModel, ModelConditionID and 1 more.",
                "left out are 1 further profiles of a line (not IsDefaultEntryForModel).",
            ],
        ),
        (gene_annotations, ["columns that hold no expression: Chr, Length."]),
        (line_annotations, ["columns that hold no expression: tissue, Age."]),
        (ccle_text, ["columns that hold no expression: transcript_ids."]),
    ],
)
def test_what_was_decided_is_said(
    tmp_path: Path, response: pd.DataFrame, write: Write, notes: list[str]
) -> None:
    path = write(tmp_path)
    assert list(read_expression(path, response).notes) == [f"{path.name}: {note}" for note in notes]


def test_lines_of_one_name_are_left_out_and_said(tmp_path: Path, response: pd.DataFrame) -> None:
    table = CLEAN.rename(index={"PC-14": "a-549"})
    read = read_expression(as_csv(table, tmp_path / "b.csv"), response)
    assert sorted(read.table.index) == ["H1975", "HCC827", "SKMEL28"]
    (note,) = read.notes
    assert note == "b.csv: left out are 2 lines whose names are the same but for case and punctuation."


def test_lines_of_another_drug_or_none_keep_their_own_name(tmp_path: Path, response: pd.DataFrame) -> None:
    """They can be excluded by it."""
    table = CLEAN.rename(index={"PC-14": "My-Line_LUNG", "A549": "A549_LUNG"})
    for name in ("NCI-H1975", "HCC-827", "SK-MEL-28"):
        table = table.rename(index={name: f"{name}_LUNG"})
    read = read_expression(as_csv(table, tmp_path / "b.csv"), response)
    assert set(read.table.index) == {"A549", "H1975", "HCC827", "SKMEL28", "MYLINE"}
    assert read.notes == ()


@pytest.mark.parametrize(
    ("write", "hint"),
    [
        (depmap, r"\(ACH-000681, ACH-000587, ACH-000030\).*CellLineName of DepMap's Model.csv"),
        (depmap_of_profiles, "CellLineName of DepMap's Model.csv"),
        (gdsc_rma, "these are COSMIC ids|they are COSMIC ids: .*COSMIC_ID"),
    ],
)
def test_lines_that_the_response_table_cannot_know_are_told_by_their_ids(
    tmp_path: Path, response: pd.DataFrame, write: Write, hint: str
) -> None:
    with pytest.raises(InputError, match=hint):
        read_expression(write(tmp_path), response.drop(columns=["ModelID", "COSMIC_ID"]))


def test_what_stands_beside_several_lines_names_none(tmp_path: Path, response: pd.DataFrame) -> None:
    table = CLEAN.rename(index={"A549": "LUAD"})
    with pytest.raises(InputError, match="none of its lines"):
        read_expression(as_csv(table.loc[["LUAD"]], tmp_path / "b.csv"), response)


@pytest.mark.parametrize("content", ["line,TP53\n", "line\nA549\n"])
def test_a_table_without_lines_or_genes_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "b.csv").write_text(content)
    with pytest.raises(InputError, match="no lines or no genes"):
        read_expression(tmp_path / "b.csv", None)
