"""No HDF5 file makes the program read other files, crash, or reserve what the file cannot hold."""

import os
import shutil
from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from bulk2cell.cells.check_hdf5 import check_hdf5
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput

KINDS = {"csr": sp.csr_matrix, "csc": sp.csc_matrix, "dense": np.asarray}
VALUES = sp.random(40, 6, 0.5, "csr", np.float32, random_state=0)


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same cells, in every kind of storage; do not write into them."""
    folder = tmp_path_factory.mktemp("whole")
    written = {kind: write_h5ad(folder / f"{kind}.h5ad", kind) for kind in KINDS}
    return {**written, "10x": write_10x(folder / "10x.h5")}


@pytest.fixture
def copied(whole_files: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a file of a kind of storage, to be spoilt."""
    return lambda kind: Path(shutil.copy(whole_files[kind], tmp_path))


def write_h5ad(path: Path, kind: str) -> Path:
    """Write cells with something of everything that AnnData reads."""
    X = KINDS[kind](VALUES.toarray())
    obs = pd.DataFrame({"line": pd.Categorical(["a", "b"] * 20)}, index=[f"c{i}" for i in range(40)])
    var = pd.DataFrame({"symbol": pd.Categorical(list("ABCDEF"))}, index=[f"ENSG{i}" for i in range(6)])
    whole = ad.AnnData(X, obs=obs, var=var, layers={"counts": X.copy()}, obsm={"X_pca": np.ones((40, 2))})
    whole.raw = whole
    whole.write_h5ad(path)
    return path


def write_10x(path: Path) -> Path:
    """Write the same cells as Cell Ranger does, the last feature being an antibody."""
    columns = VALUES.tocsr()
    with h5py.File(path, "w") as file:
        file["matrix/shape"] = np.array([6, 40])
        file["matrix/data"] = columns.data
        file["matrix/indices"], file["matrix/indptr"] = columns.indices, columns.indptr
        file["matrix/barcodes"] = np.array([b"c%d" % i for i in range(40)])
        names = np.array(list(b"ABCDEF")).astype("S1")
        for name in ("name", "id", "genome"):
            file[f"matrix/features/{name}"] = names
        file["matrix/features/feature_type"] = np.array([b"Gene Expression"] * 5 + [b"Antibody Capture"])
    return path


def read_all(path: Path) -> np.ndarray:
    with open_cells(path, CellInput(), []) as file:
        blocks = [file.block(start, start + file.step) for start in file.starts()]
        assert len(file.names(0, file.count)) == len(file.obs()) == file.count
        return np.concatenate([b.toarray() if sp.issparse(b) else b for b in blocks])


def replaced(file: h5py.File, name: str, value: object) -> None:
    del file[name]
    file[name] = value


def not_filled(file: h5py.File, name: str, shape: tuple[int, ...]) -> None:
    attributes, kind = dict(file[name].attrs), file[name].dtype
    del file[name]
    file.create_dataset(name, shape, kind, chunks=True).attrs.update(attributes)


def external(file: h5py.File, name: str) -> None:
    shape = file[name].shape
    del file[name]
    secret = Path(file.filename).with_name("secret")
    file.create_dataset(name, shape, "u1", external=[(os.fspath(secret), 0, h5py.h5f.UNLIMITED)])


def virtual(file: h5py.File, name: str) -> None:
    layout = h5py.VirtualLayout(file[name].shape, "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", file[name].shape)
    del file[name]
    file.create_virtual_dataset(name, layout)


FOREIGN: dict[str, tuple[Callable[[h5py.File, str], None], str]] = {
    "external storage": (external, "is stored in another file"),
    "virtual dataset": (virtual, "is stored in another file"),
    "external link": (lambda f, name: replaced(f, name, h5py.ExternalLink("other.h5", "/")), "is a link"),
    "soft link": (lambda f, name: replaced(f, name, h5py.SoftLink("/obs")), "is a link"),
    "link to itself": (lambda f, name: replaced(f, name, h5py.SoftLink(f"/{name}")), "is a link"),
    "group that holds itself": (lambda f, name: replaced(f, name, f["/"]), "appears in two places"),
}


@pytest.mark.parametrize("kind", [*KINDS, "10x"])
@pytest.mark.parametrize("case", FOREIGN)
def test_a_file_that_is_not_whole_in_itself_is_refused(
    tmp_path: Path, copied: Callable[[str], Path], kind: str, case: str
) -> None:
    (tmp_path / "secret").write_text("root:x:0:0\n" * 100)
    path, place = copied(kind), "matrix/barcodes" if kind == "10x" else "obsm/X_pca"
    spoil, message = FOREIGN[case]
    with h5py.File(path, "a") as file:
        spoil(file, place)
    with pytest.raises(InputError, match=message) as raised:
        read_all(path)
    assert f"/{place}" in str(raised.value)


def test_two_paths_to_every_group_do_not_go_on_for_ever(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "many.h5ad", "w") as file:
        for level in range(60):
            file.create_group(f"{level}")
        for level in range(59):
            file[f"{level}/a"] = file[f"{level}/b"] = file[f"{level + 1}"]
    with pytest.raises(InputError, match="appears in two places"):
        check_hdf5(tmp_path / "many.h5ad")


def test_groups_too_deep_to_be_read_are_one_line(copied: Callable[[str], Path]) -> None:
    path = copied("csc")
    with h5py.File(path, "a") as file:
        group = file["uns"]
        for _ in range(3000):
            group = group.create_group("a")
    with pytest.raises(InputError, match="cannot be read as h5ad"):
        read_all(path)


def codes(file: h5py.File, where: str, code: int) -> None:
    file[f"{where}/codes"][1] = code


def wide(file: h5py.File, index: int) -> None:
    found = file["X/indices"][:].astype(np.int64)
    found[3] = index
    replaced(file, "X/indices", found)


def declared_csc(file: h5py.File) -> None:
    file["X"].attrs["encoding-type"] = "csc_matrix" if len(file["X/indptr"]) == 41 else "csr_matrix"


SPARSE: dict[str, Callable[[h5py.File], None]] = {
    "declared the other way": declared_csc,
    "an index far beyond": lambda f: wide(f, 2**40),
    "an index of k + 2^32": lambda f: wide(f, 2**32),
    "an index below 0": lambda f: wide(f, -1),
    "an index just beyond": lambda f: wide(f, 40),
    "bounds that descend": lambda f: f["X/indptr"].write_direct(f["X/indptr"][:][::-1].copy()),
    "bounds beyond the values": lambda f: replaced(f, "X/indptr", f["X/indptr"][:] * 1000),
    "bounds below 0": lambda f: replaced(f, "X/indptr", f["X/indptr"][:] - 5),
    "bounds missing": lambda f: replaced(f, "X/indptr", f["X/indptr"][:-1]),
    "bounds of text": lambda f: replaced(f, "X/indptr", ["a"] * len(f["X/indptr"])),
    "indices with decimals": lambda f: replaced(f, "X/indices", f["X/indices"][:] + 0.5),
    "fewer values than indices": lambda f: replaced(f, "X/data", f["X/data"][:-1]),
    "complex values": lambda f: replaced(f, "X/data", f["X/data"][:] * 1j),
    "values of text": lambda f: replaced(f, "X/data", ["1"] * len(f["X/data"])),
    "values of bytes": lambda f: replaced(f, "X/data", np.zeros(len(f["X/data"]), "V4")),
    "values of records": lambda f: replaced(f, "X/data", np.zeros(len(f["X/data"]), "f4,f4")),
    "a shape below 0": lambda f: f["X"].attrs.__setitem__("shape", [-40, 6]),
    "a shape of one number": lambda f: f["X"].attrs.__setitem__("shape", [40]),
    "a shape of text": lambda f: f["X"].attrs.__setitem__("shape", ["40", "6"]),
    "absurdly many cells": lambda f: f["X"].attrs.__setitem__("shape", [10**12, 6]),
    "absurdly many genes": lambda f: f["X"].attrs.__setitem__("shape", [40, 10**12]),
    "no values": lambda f: f.__delitem__("X/data"),
}
ANY: dict[str, Callable[[h5py.File], None]] = {
    "a category beyond": lambda f: codes(f, "obs/line", 2),
    "a category of -2": lambda f: codes(f, "obs/line", -2),
    "a symbol beyond": lambda f: codes(f, "var/symbol", 6),
    "a symbol of -2": lambda f: codes(f, "var/symbol", -2),
    "cells' names that are not UTF-8": lambda f: replaced(f, "obs/_index", np.array([b"\xff\xfe"] * 40, "O")),
    "genes' names that are not UTF-8": lambda f: replaced(f, "var/_index", np.array([b"\xff\xfe"] * 6, "O")),
    "absurdly many names": lambda f: not_filled(f, "obs/_index", (10**12,)),
    "a layer of an absurd size": lambda f: not_filled(f, "obsm/X_pca", (10**6, 10**6)),
    "X of one dimension": lambda f: replaced(f, "X", np.ones(40)),
    "X of three dimensions": lambda f: replaced(f, "X", np.ones((40, 6, 2))),
    "X of text": lambda f: replaced(f, "X", [["1"] * 6] * 40),
    "X complex": lambda f: replaced(f, "X", np.ones((40, 6), complex)),
    "X of records": lambda f: replaced(f, "X", np.zeros((40, 6), "f4,f4")),
    "X of bytes": lambda f: replaced(f, "X", np.zeros((40, 6), "V4")),
    "X and names not filled": lambda f: [
        not_filled(f, "obs/_index", (10**9,)),
        replaced(f, "X", np.ones((1, 1))),
        not_filled(f, "X", (10**9, 6)),
    ],
    "no names": lambda f: f.__delitem__("var/_index"),
    "an obs that is no table": lambda f: replaced(f, "obs", 1.0),
}


@pytest.mark.parametrize(
    ("case", "kind"),
    [*product(SPARSE, ["csr", "csc"]), *product(ANY, KINDS)],
)
def test_a_spoilt_file_is_one_line_in_either_way_of_reading(
    copied: Callable[[str], Path], case: str, kind: str
) -> None:
    path = copied(kind)
    with h5py.File(path, "a") as file:
        (SPARSE | ANY)[case](file)
    with pytest.raises(InputError) as raised:
        read_all(path)
    assert str(path) in str(raised.value)
    assert not isinstance(raised.value.__cause__, MemoryError)


@pytest.mark.parametrize("case", SPARSE)
def test_a_spoilt_10x_file_is_one_line(copied: Callable[[str], Path], case: str) -> None:
    path = copied("10x")
    with h5py.File(path, "a") as file:
        file.move("matrix", "X")
        if "shape" in case or "absurd" in case:
            replaced(
                file,
                "X/shape",
                {"a shape of one number": [40], "a shape of text": [b"40", b"6"]}.get(case, [10**12, 10**12]),
            )
        elif "declared" in case:
            replaced(file, "X/shape", file["X/shape"][:][::-1])
        else:
            SPARSE[case](file)
        file.move("X", "matrix")
    with pytest.raises(InputError):
        read_all(path)


def test_antibodies_are_left_out(whole_files: dict[str, Path]) -> None:
    assert np.array_equal(read_all(whole_files["10x"]), VALUES.toarray()[:, :5])


@pytest.mark.parametrize("kind", ["csr", "csc"])
def test_repeated_and_unsorted_entries_add_up(copied: Callable[[str], Path], kind: str) -> None:
    path = copied(kind)
    with h5py.File(path, "a") as file:
        bounds = file["X/indptr"][:]
        parts = [slice(*span) for span in pairwise(bounds)]
        values, indices = file["X/data"][:], file["X/indices"][:]
        backwards = np.concatenate([np.arange(part.stop - 1, part.start - 1, -1) for part in parts])
        replaced(file, "X/data", np.repeat(values[backwards] / 2, 2))
        replaced(file, "X/indices", np.repeat(indices[backwards], 2))
        replaced(file, "X/indptr", bounds * 2)
    with open_cells(path, CellInput(), []) as file:
        block = file.block(0, 40)
        assert block.nnz == VALUES.nnz
        assert block.has_canonical_format
        assert np.array_equal(block.toarray(), VALUES.toarray())
