"""The same counts in every container that is read give the same cells to the bit."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp
from anndata.io import write_elem

from bulk2cell.cells.find_mtx import sha256_of_cells
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

GENES = [f"GENE{number}" for number in range(30)]
IDS = [f"ENSG{number:011d}" for number in range(30)]
CELLS = [f"AAC{number}-1" for number in range(8)]


@pytest.fixture
def cells() -> ad.AnnData:
    """Counts, some of genes that are expressed by nobody."""
    counts = np.random.default_rng(0).poisson(0.8, (8, 30)).astype(np.float32)
    counts[:, 7] = 0
    var = pd.DataFrame({"gene_ids": IDS}, index=GENES)
    return ad.AnnData(sp.csr_matrix(counts), obs=pd.DataFrame(index=CELLS), var=var)


def write_tenx_h5(cells: ad.AnnData, path: Path, version: int) -> Path:
    """Write as Cell Ranger 2 (a group per genome) or 3 does."""
    by_cell = cells.X.tocsr()
    with h5py.File(path, "w") as file:
        group = file.create_group("matrix" if version == 3 else "GRCh38")
        group["barcodes"] = np.array(CELLS, "S")
        group["data"], group["indices"] = by_cell.data.astype(np.int32), by_cell.indices.astype(np.int64)
        group["indptr"], group["shape"] = by_cell.indptr.astype(np.int64), np.array([30, 8], np.int32)
        if version == 3:
            features = group.create_group("features")
            features["id"], features["name"] = np.array(IDS, "S"), np.array(GENES, "S")
            features["feature_type"] = np.array(["Gene Expression"] * 30, "S")
            features["genome"] = np.array(["GRCh38"] * 30, "S")
        else:
            group["genes"], group["gene_names"] = np.array(IDS, "S"), np.array(GENES, "S")
    return path


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode())) if path.suffix == ".gz" else path.write_text(text)


def write_mtx(
    cells: ad.AnnData,
    folder: Path,
    names: tuple[str, str, str] = ("matrix.mtx", "features.tsv", "barcodes.tsv"),
    features: Callable[[int], str] = lambda n: f"{IDS[n]}\t{GENES[n]}\tGene Expression",
    by_cell: bool = False,
    header: str = "",
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / "plain.mtx"
    scipy.io.mmwrite(plain, cells.X if by_cell else cells.X.T, field="integer")
    write_text(folder / names[0], plain.read_text())
    plain.unlink()
    write_text(folder / names[1], header + "".join(f"{features(n)}\n" for n in range(30)))
    write_text(folder / names[2], "".join(f"{name}\n" for name in CELLS))
    return folder


def write_h5mu(cells: ad.AnnData, path: Path, name: str) -> Path:
    other = ad.AnnData(
        np.ones((8, 3), np.float32), obs=cells.obs, var=pd.DataFrame(index=["CD3", "CD4", "CD8"])
    )
    with h5py.File(path, "w") as file:
        write_elem(file, f"mod/{name}", cells)
        write_elem(file, "mod/prot", other)
        write_elem(file, "obs", cells.obs)
        write_elem(file, "var", pd.DataFrame(index=[*GENES, *other.var_names]))
        file.attrs["encoding-type"] = "MuData"
    return path


def write_h5ad(cells: ad.AnnData, path: Path) -> Path:
    cells.write_h5ad(path)
    return path


def write_zarr(cells: ad.AnnData, path: Path) -> Path:
    cells.write_zarr(path)
    return path


def write_table(cells: ad.AnnData, path: Path, separator: str, turned: bool) -> Path:
    table = cells.to_df().astype(int)
    write_text(path, (table.T if turned else table).to_csv(sep=separator))
    return path


def write_parquet(cells: ad.AnnData, path: Path) -> Path:
    cells.to_df().to_parquet(path)
    return path


WAYS: dict[str, Callable[[ad.AnnData, Path], Path]] = {
    "h5ad": lambda c, d: write_h5ad(c, d / "cells.h5ad"),
    "H5AD": lambda c, d: write_h5ad(c, d / "cells.H5AD"),
    "h5ad named h5": lambda c, d: write_h5ad(c, d / "cells.h5"),
    "h5ad without suffix": lambda c, d: write_h5ad(c, d / "cells"),
    "zarr": lambda c, d: write_zarr(c, d / "cells.zarr"),
    "h5mu": lambda c, d: write_h5mu(c, d / "cells.h5mu", "rna"),
    "h5mu, GEX": lambda c, d: write_h5mu(c, d / "cells.h5mu", "GEX"),
    "10x h5": lambda c, d: write_tenx_h5(c, d / "cells.h5", 3),
    "10x h5 without suffix": lambda c, d: write_tenx_h5(c, d / "cells", 3),
    "10x h5 of version 2": lambda c, d: write_tenx_h5(c, d / "cells.h5", 2),
    "10x folder": lambda c, d: write_mtx(c, d / "m", ("matrix.mtx.gz", "features.tsv.gz", "barcodes.tsv.gz")),
    "10x folder of version 2": lambda c, d: write_mtx(
        c, d / "m", ("matrix.mtx", "genes.tsv", "barcodes.tsv"), lambda n: f"{IDS[n]}\t{GENES[n]}"
    ),
    "path of a matrix": lambda c, d: write_mtx(c, d / "m") / "matrix.mtx",
    "GSM prefix": lambda c, d: write_mtx(
        c, d / "m", tuple(f"GSM1_a_{name}" for name in ("matrix.mtx", "features.tsv", "barcodes.tsv"))
    ),
    "one of two samples": lambda c, d: (
        write_mtx(c[:, ::-1], d / "m", tuple(f"b_{n}" for n in ("matrix.mtx", "genes.tsv", "barcodes.tsv")))
        and write_mtx(c, d / "m", tuple(f"a_{n}" for n in ("matrix.mtx", "genes.tsv", "barcodes.tsv")))
        / "a_matrix.mtx"
    ),
    "outs": lambda c, d: (
        write_mtx(c[:, ::-1], d / "outs" / "raw_feature_bc_matrix")
        and write_mtx(c, d / "outs" / "filtered_feature_bc_matrix").parent
    ),
    "genome folder": lambda c, d: write_mtx(c, d / "filtered_gene_bc_matrices" / "GRCh38").parent,
    "STARsolo": lambda c, d: write_mtx(c, d / "Solo.out" / "Gene" / "filtered").parents[1],
    "kb": lambda c, d: write_mtx(
        c,
        d / "kb",
        ("cells_x_genes.mtx", "cells_x_genes.genes.txt", "cells_x_genes.barcodes.txt"),
        lambda n: GENES[n],
        by_cell=True,
    ),
    "cells in rows": lambda c, d: write_mtx(c, d / "m", by_cell=True),
    "features of one column": lambda c, d: write_mtx(c, d / "m", features=lambda n: GENES[n]),
    "features that name chromosomes": lambda c, d: write_mtx(
        c, d / "m", features=lambda n: f"{IDS[n]}\t{GENES[n]}\tchr{n}"
    ),
    "features with a header": lambda c, d: write_mtx(c, d / "m", header="gene_id\tgene_name\ttype\n"),
    "Windows": lambda c, d: write_mtx(
        c, d / "m", features=lambda n: f"{IDS[n]}\t{GENES[n]}\tGene Expression\r"
    ),
    "csv": lambda c, d: write_table(c, d / "cells.csv", ",", turned=False),
    "tsv.gz, genes in rows": lambda c, d: write_table(c, d / "cells.tsv.gz", "\t", turned=True),
    "parquet": lambda c, d: write_parquet(c, d / "cells.parquet"),
}


@pytest.mark.parametrize("way", WAYS)
def test_cells_are_the_same_in_every_container(way: str, cells: ad.AnnData, tmp_path: Path) -> None:
    path = WAYS[way](cells.copy(), tmp_path)
    assert len(sha256_of_cells(path)) == 64
    with open_cells(path, CellInput(), GENES) as file:
        block = sp.csr_matrix(file.block(0, 8))
        assert np.array_equal(block.toarray(), cells.X.toarray())
        assert list(file.names(0, 8)) == CELLS
        assert list(file.var.index) == GENES


def refused(path: Path) -> str:
    with pytest.raises(InputError) as raised, open_cells(path, CellInput(), GENES):
        pass
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"RDX3\nX\n\0\0", "an R object .*sceasy"),
        (gzip.compress(b"X\n\0\0\0\3"), "an R object"),
        (b"BZh91AY&SY", "unpack it first"),
        (b"\xfd7zXZ\0", "unpack it first"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an Excel file"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"\x80\x05\x95", "a pickle, .*not opened"),
        (b"\x93NUMPY\1\0", "a numpy file"),
        (bytes(257) + b"ustar\x0000", "a tar archive"),
        (gzip.compress(bytes(257) + b"ustar\x0000"), "a tar archive"),
        (bytes(range(7)) * 90, "not a file of cells; what is read: h5ad, h5mu"),
        (b"", "it is empty"),
    ],
)
@pytest.mark.parametrize("name", ["cells.h5ad", "cells"])
def test_what_is_not_read_is_named_whatever_its_name(
    tmp_path: Path, content: bytes, words: str, name: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        raise InputError(refused(tmp_path / name))


def test_a_gzipped_h5ad_is_to_be_unpacked(cells: ad.AnnData, tmp_path: Path) -> None:
    packed = gzip.compress(write_h5ad(cells, tmp_path / "c.h5ad").read_bytes())
    (tmp_path / "c.h5ad.gz").write_bytes(packed)
    assert "gunzip it first" in refused(tmp_path / "c.h5ad.gz")


def test_excel_and_other_archives_are_told_apart(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "cells.xlsx")
    assert "turns some gene names into dates" in refused(tmp_path / "cells.xlsx")
    np.savez(tmp_path / "cells.npz", a=np.ones(3))
    assert "numpy file" in refused(tmp_path / "cells.npz")


def test_a_loom_and_a_foreign_hdf5_are_named(tmp_path: Path) -> None:
    for name, parts, words in (
        ("cells.loom", ("row_attrs", "col_attrs", "layers"), "loom file"),
        ("cells.h5seurat", ("assays", "meta.data"), "h5Seurat"),
        ("cells.h5", ("something",), "an HDF5 file of something, but neither h5ad"),
    ):
        with h5py.File(tmp_path / name, "w") as file:
            for part in parts:
                file.create_group(part)
        assert words in refused(tmp_path / name)


def test_modalities_that_may_be_anything_are_named(cells: ad.AnnData, tmp_path: Path) -> None:
    assert "(atac, prot)" in refused(write_h5mu(cells, tmp_path / "cells.h5mu", "atac"))


def test_several_samples_in_a_folder_are_named(cells: ad.AnnData, tmp_path: Path) -> None:
    for start in ("GSM1_", "GSM2_"):
        write_mtx(cells, tmp_path, tuple(start + n for n in ("matrix.mtx", "genes.tsv", "barcodes.tsv")))
    message = refused(tmp_path)
    assert "2 matrices in it (GSM1_matrix.mtx, GSM2_matrix.mtx); give the path of one of them" in message


def test_a_folder_of_other_files_names_one(cells: ad.AnnData, tmp_path: Path) -> None:
    write_h5ad(cells, tmp_path / "cells.h5ad")
    assert "no matrix.mtx with features.tsv" in refused(tmp_path)
    assert "such as cells.h5ad in it" in refused(tmp_path)


def test_another_file_beside_a_matrix_changes_its_digest(cells: ad.AnnData, tmp_path: Path) -> None:
    matrix = write_mtx(cells, tmp_path) / "matrix.mtx"
    before = sha256_of_cells(matrix)
    (tmp_path / "barcodes.tsv").write_text("".join(f"x{name}\n" for name in CELLS))
    assert sha256_of_cells(matrix) != before


def test_a_zarr_that_could_run_programs_or_claims_too_much_is_refused(
    cells: ad.AnnData, tmp_path: Path
) -> None:
    for name, change, words in (
        ("pickle", {"codecs": [{"name": "numcodecs.pickle"}]}, "unpacked by pickle"),
        (
            "shard",
            {"codecs": [{"name": "sharding_indexed", "configuration": {"codecs": [{"name": "x"}]}}]},
            "by x",
        ),
        ("size", {"shape": [10**9, 10**6]}, "claims to hold"),
        ("shape", {"shape": "large"}, "metadata cannot be read"),
    ):
        store = write_zarr(cells, tmp_path / f"{name}.zarr")
        metadata = next(
            file for file in store.rglob("*") if file.name in (".zarray", "zarr.json") and "X" in str(file)
        )
        facts = json.loads(metadata.read_text())
        metadata.write_text(json.dumps({**facts, "shape": [3], **change}))
        assert words in refused(store)
    store = write_zarr(cells, tmp_path / "link.zarr")
    (store / "X" / "other").symlink_to(tmp_path)
    assert "is a link" in refused(store)
