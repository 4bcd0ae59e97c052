import warnings
from pathlib import Path

import anndata as ad
import pandas as pd
import pytest

import published_layouts as layouts
from bulk2cell.errors import CatalogueError, InputError
from bulk2cell.published.pair import Cells, PairFile
from bulk2cell.published.samples import find_accession, group_samples, join_samples, read_sample

FILES = (PairFile(name="x"),)


def test_files_that_belong_together_are_one_sample(tmp_path: Path) -> None:
    members = layouts.tenx(layouts.counts(["A-1"]), "GSM1_day0") | {
        "sub/GSM2_day1.csv.gz": b"",
        "GSM3.h5": b"",
    }
    (tmp_path / "RAW.tar").write_bytes(layouts.tar(members))
    (tmp_path / "GSE1_matrix.mtx.gz").touch()
    (tmp_path / "GSE1_features.tsv.gz").touch()
    found = group_samples(sorted(tmp_path.iterdir()))
    assert {name: sorted(files) for name, files in found.items()} == {
        "GSE1": ["GSE1_features.tsv.gz", "GSE1_matrix.mtx.gz"],
        "GSM1_day0": ["GSM1_day0_barcodes.tsv.gz", "GSM1_day0_genes.tsv.gz", "GSM1_day0_matrix.mtx.gz"],
        "GSM2_day1.csv.gz": ["sub/GSM2_day1.csv.gz"],
        "GSM3.h5": ["GSM3.h5"],
    }
    assert [find_accession(name) for name in found] == ["GSE1", "GSM1", "GSM2", "GSM3"]


@pytest.mark.parametrize("name", ["cells.csv", "matrix.mtx"])
def test_two_files_of_one_name_are_told_not_mixed(tmp_path: Path, name: str) -> None:
    (tmp_path / "RAW.tar").write_bytes(layouts.tar({f"one/{name}": b"", f"two/{name}": b""}))
    with pytest.raises(CatalogueError, match=f"RAW.tar: '{name}' is the name of two files"):
        group_samples([tmp_path / "RAW.tar"])
    for archive in ("A.tar", "B.tar"):
        (tmp_path / archive).write_bytes(layouts.tar({name: b""}))
    with pytest.raises(CatalogueError, match=f"B.tar: '{name}' is the name of two files"):
        group_samples([tmp_path / "A.tar", tmp_path / "B.tar"])


def test_a_10x_matrix_outside_an_archive(tmp_path: Path) -> None:
    frame = layouts.counts(["A-1", "C-1"])
    for name, content in layouts.tenx(frame, "day0").items():
        (tmp_path / name).write_bytes(content)
    ((name, members),) = group_samples(sorted(tmp_path.iterdir())).items()
    (tmp_path / "taken").mkdir()
    cells = read_sample(name, members, Cells(files=FILES, scale="counts"), tmp_path / "taken")
    pd.testing.assert_frame_equal(cells.to_df().T, frame.astype("float32"), check_names=False)


def test_a_gene_name_that_does_not_fit_is_named(tmp_path: Path) -> None:
    (tmp_path / "t.csv.gz").write_bytes(layouts.table(layouts.counts(["A", "C"]), ","))
    (tmp_path / "taken").mkdir()
    cells = Cells(files=FILES, scale="counts", orientation="genes-by-cells", gene_name="(ENSG.*)")
    with pytest.raises(CatalogueError, match=r"t.csv.gz: gene 'TP53' does not match gene_name"):
        read_sample("t", {"t.csv.gz": tmp_path / "t.csv.gz"}, cells, tmp_path / "taken")


def test_a_file_per_cell_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.counts").write_text("TP53 x\n")
    (tmp_path / "taken").mkdir()
    with pytest.raises(InputError, match=r"a.counts: no two columns of gene and count"):
        read_sample(
            "a",
            {"a.counts": tmp_path / "a.counts"},
            Cells(files=FILES, scale="counts", one_per_file=True),
            tmp_path / "taken",
        )


def test_log_values_are_never_added_up() -> None:
    def sample() -> ad.AnnData:
        frame = layouts.counts(["A", "C"], ["TP53", "MYC", "TP53"]).T
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ad.AnnData(frame.astype("float32"))

    assert join_samples({"a": sample(), "b": sample()}, "tpm").shape == (4, 2)
    with pytest.raises(InputError, match="a: gene TP53 is named twice, and log values cannot be added up"):
        join_samples({"a": sample(), "b": sample()}, "log")


def test_a_gene_whose_name_is_empty_by_the_catalogues_pattern_is_told(tmp_path: Path) -> None:
    (tmp_path / "cells.csv").write_text("gene,a,b\nTP53_1,1,2\n_2,3,4\n")
    cells = Cells(files=FILES, scale="counts", orientation="genes-by-cells", gene_name=r"([A-Z0-9]+)?_\d")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogueError, match=r"cells.csv: gene '_2' does not match gene_name"):
        read_sample("cells.csv", {"cells.csv": tmp_path / "cells.csv"}, cells, tmp_path / "empty")
