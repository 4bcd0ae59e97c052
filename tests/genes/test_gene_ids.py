from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import InputError
from bulk2cell.genes.ids import packaged_gene_ids, read_gene_ids, write_gene_ids

HGNC = pd.DataFrame(
    {
        "hgnc_id": ["HGNC:1", "HGNC:2", "HGNC:3"],
        "symbol": ["MARCHF1", "SEPTIN1", "KRAS"],
        "alias_symbol": ["RNF171|SHARED", "SHARED|KRAS", "NA"],
        "prev_symbol": ["MARCH1", "SEPT1|DIFF6", ""],
        "entrez_id": ["55016", "1731", ""],
        "ensembl_gene_id": ["ENSG00000145416", "", "ENSG00000133703"],
    }
)
KNOWN = {
    "MARCHF1": "MARCHF1",
    "RNF171": "MARCHF1",
    "MARCH1": "MARCHF1",
    "55016": "MARCHF1",
    "ENSG00000145416": "MARCHF1",
    "SEPTIN1": "SEPTIN1",
    "SEPT1": "SEPTIN1",
    "DIFF6": "SEPTIN1",
    "1731": "SEPTIN1",
    "KRAS": "KRAS",
    "NA": "KRAS",
    "ENSG00000133703": "KRAS",
}


def as_dict(path: Path) -> dict[str, str]:
    table = read_gene_ids(path)
    assert list(table.columns) == ["identifier", "symbol"]
    assert table["identifier"].is_unique
    assert table["identifier"].is_monotonic_increasing
    return dict(zip(table["identifier"], table["symbol"], strict=True))


def test_hgncs_complete_set_without_ambiguous_aliases(tmp_path: Path) -> None:
    HGNC.to_csv(tmp_path / "hgnc_complete_set.txt", sep="\t", index=False)
    assert as_dict(tmp_path / "hgnc_complete_set.txt") == KNOWN


def test_hgncs_website_names_its_columns_otherwise(tmp_path: Path) -> None:
    (tmp_path / "hgnc.tsv").write_text(
        "HGNC ID\tApproved symbol\tStatus\tAlias symbols\tNCBI Gene ID(supplied by NCBI)\tPrevious symbols\t"
        "Ensembl gene ID\n"
        "HGNC:7729\tSEPTIN2\tApproved\tKIAA0158, hNedd5\t4735\tDIFF6, SEPT2\tENSG00000168385\n"
        "HGNC:6\tA1S9T\tSymbol Withdrawn\t\t\t\t\n"
    )
    names = ["KIAA0158", "hNedd5", "4735", "DIFF6", "SEPT2", "ENSG00000168385", "SEPTIN2"]
    assert as_dict(tmp_path / "hgnc.tsv") == dict.fromkeys(names, "SEPTIN2")


@pytest.mark.parametrize(
    ("former", "alias", "symbol"), [("A", "B", "A"), ("A", "A", "A"), ("A|B", "C", None), ("", "A|B", None)]
)
def test_a_previous_symbol_comes_before_an_alias_of_another_gene(
    tmp_path: Path, former: str, alias: str, symbol: str | None
) -> None:
    rows = [
        (gene, "OLD" if gene in former else "", "OLD" if gene in alias else "") for gene in ("A", "B", "C")
    ]
    table = pd.DataFrame(rows, columns=["symbol", "prev_symbol", "alias_symbol"])
    table.to_csv(tmp_path / "genes.csv", index=False)
    assert as_dict(tmp_path / "genes.csv").get("OLD") == symbol


def test_the_packaged_table_knows_ids_and_names_of_any_time() -> None:
    names = packaged_gene_ids().set_index("identifier")["symbol"]
    assert names.index.is_unique
    known = [
        "TP53",
        "p53",
        "7157",
        "ENSG00000141510",
        "SEPT2",
        "MARCH1",
        "MARC1",
        "DEC1",
        "MT-CO1",
        "HLA-A",
        "ERCC1",
    ]
    symbols = ["TP53"] * 4 + ["SEPTIN2", "MARCHF1", "MTARC1", "DELEC1", "MT-CO1", "HLA-A", "ERCC1"]
    assert names[known].tolist() == symbols
    assert names.nunique() > 43_000
    assert names.index.str.match(r"ENSG\d{11}$").sum() > 39_000


def test_the_packaged_table_is_read_and_written_back_the_same(tmp_path: Path) -> None:
    write_gene_ids(packaged_gene_ids(), tmp_path / "gene_ids.parquet")
    pd.testing.assert_frame_equal(read_gene_ids(tmp_path / "gene_ids.parquet"), packaged_gene_ids())


def test_a_gene_without_another_name_is_known_by_its_symbol(tmp_path: Path) -> None:
    table = pd.DataFrame({"symbol": ["A", "B"], "prev_symbol": ["OLD|OLDER, OLDEST", ""], "alias": ["", ""]})
    table.to_csv(tmp_path / "genes.csv", index=False)
    assert as_dict(tmp_path / "genes.csv") == {"A": "A", "B": "B", "OLD": "A", "OLDER": "A", "OLDEST": "A"}


def test_the_order_of_the_rows_changes_nothing(tmp_path: Path) -> None:
    HGNC.to_csv(tmp_path / "a.tsv.gz", sep="\t", index=False)
    HGNC[::-1].to_csv(tmp_path / "b.tsv.gz", sep="\t", index=False)
    pd.testing.assert_frame_equal(read_gene_ids(tmp_path / "a.tsv.gz"), read_gene_ids(tmp_path / "b.tsv.gz"))


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    HGNC.to_csv(tmp_path / "hgnc.tsv", sep="\t", index=False)
    table = read_gene_ids(tmp_path / "hgnc.tsv")
    table.to_parquet(tmp_path / "gene_ids.parquet", index=False)
    pd.testing.assert_frame_equal(read_gene_ids(tmp_path / "gene_ids.parquet"), table)


def test_numbers_missing_values_and_versions(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"symbol": ["KRAS", "TP53"], "entrez": [3845.0, None], "ensembl": [None, "ENSG00000141510.18"]}
    )
    table.to_parquet(tmp_path / "genes.parquet")
    assert as_dict(tmp_path / "genes.parquet") == {
        "KRAS": "KRAS",
        "3845": "KRAS",
        "TP53": "TP53",
        "ENSG00000141510": "TP53",
    }


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("gene,alias\nKRAS,KRAS2\n", "no column symbol"),
        ("symbol,colour\nKRAS,red\n", "no column identifier or"),
        ("symbol,alias\n", "no gene in it"),
        ("", "cannot be read as a table"),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, content: str, what: str) -> None:
    (tmp_path / "genes.csv").write_text(content)
    with pytest.raises(InputError, match=what):
        read_gene_ids(tmp_path / "genes.csv")


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_gene_ids(tmp_path / "none.csv")


def test_real_names(real_data: Path) -> None:
    names = as_dict(real_data / "gene_ids" / "entrez_symbol_ensembl.tsv.gz")
    assert names["1956"] == names["ENSG00000146648"] == names["EGFR"] == "EGFR"
