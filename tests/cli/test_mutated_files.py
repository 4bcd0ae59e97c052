"""Whatever file a person gives, the program ends with a documented exit code, and without a traceback.

`pytest tests/cli/test_mutated_files.py --mutations 2000` tries that many of each kind.
"""

import gzip
import resource
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp
from forked import run_forked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bulk2cell.simulate.synthesise import DRUG

for module in ("cells.read_cells", "predict.predict", "preprocess.study", "run.check"):
    import_module(f"bulk2cell.{module}")  # so that no child spends its time on it

DOCUMENTED = {0, 1, 2, 75, 137}
MOST_MEMORY = 8 * 2**30

CELLS = ("csr.h5ad", "csc.h5ad", "dense.h5ad", "10x.h5", "mtx", "cells.csv", "cells.tsv.gz", "cells.parquet")
TABLES = {
    "--bulk": ("bulk.csv", "bulk.parquet"),
    "--response": ("response.csv", "response.parquet"),
    "--labels": ("labels.csv", "labels.parquet"),
    "--gene-ids": ("gene_ids.tsv", "gene_ids.parquet"),
    "--gene-sets": ("gene_sets.gmt",),
}
LARGE = [-(2**63), -(2**32) + 3, -2, -1, 0, 1, 2**31 - 1, 2**32 + 1, 2**40, 10**12, 2**63 - 1]
HOSTILE = [
    *(b"", b"ND", b"0,85", b"<0.1", b"nan", b"inf", b"-1", b"1e400", b"10000000000000000", b"=1+1", b"true"),
    *(
        b"\x00",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b'"',
        b"'",
        b",",
        b"\t",
        b"\r",
        b"\n",
        b"\n\n",
        b"%",
        b"a" * 70_000,
    ),
    *(
        b"[[[[",
        b"{a: b",
        b"&a [*a]",
        b"!!python/object:os.system x",
        b"null",
        b"~",
        b"$(touch F)",
        b"../..",
        b"-",
    ),
]


@pytest.fixture(scope="module")
def given_files(world: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One valid file of each kind; do not write into them."""
    folder = tmp_path_factory.mktemp("given")
    cells = ad.read_h5ad(world / "cells.h5ad")[::10].copy()
    cells.var["symbol"] = pd.Categorical(cells.var_names)
    cells.layers["counts"], cells.obsm["X_pca"] = cells.X.copy(), np.ones((cells.n_obs, 2))
    for name, kind in (("csr", sp.csr_matrix), ("csc", sp.csc_matrix), ("dense", lambda X: X.toarray())):
        cells.X = kind(sp.csr_matrix(cells.X))
        cells.write_h5ad(folder / f"{name}.h5ad")
    counts = sp.csr_matrix(cells.X)
    write_10x(folder / "10x.h5", counts, list(cells.obs_names), list(cells.var_names))
    (folder / "mtx").mkdir()
    scipy.io.mmwrite(folder / "mtx" / "matrix.mtx", counts.T.tocoo())
    (folder / "mtx" / "barcodes.tsv").write_text("\n".join(cells.obs_names))
    (folder / "mtx" / "genes.tsv").write_text("".join(f"{name}\t{name}\n" for name in cells.var_names))
    table = cells.to_df().astype(int)
    table.to_csv(folder / "cells.csv")
    table.to_csv(folder / "cells.tsv.gz", sep="\t")
    table.to_parquet(folder / "cells.parquet")
    bulk, response = pd.read_parquet(world / "bulk.parquet"), pd.read_parquet(world / "response.parquet")
    labels = cells.obs[["label"]].rename_axis("cell")
    gene_ids = pd.DataFrame({"identifier": [f"ID{i}" for i in range(500)], "symbol": cells.var_names[:500]})
    for name, frame, index in (
        *(("bulk", bulk, True), ("response", response, False)),
        *(("labels", labels, True), ("gene_ids", gene_ids, False)),
    ):
        separator, suffix = ("\t", "tsv") if name == "gene_ids" else (",", "csv")
        frame.to_csv(folder / f"{name}.{suffix}", sep=separator, index=index)
        frame.to_parquet(folder / f"{name}.parquet")
    shutil.copy(world / "gene_sets.gmt", folder)
    (folder / "pairs.csv").write_text(f"pair,drug,cells,label_column\none,{DRUG},csr.h5ad,label\n")
    (folder / "params.yaml").write_text("hidden: 32\ndropout: 0.1\nstrategy: ridge_pathways\nseeds: 2\n")
    (folder / "grid.yaml").write_text("dropout: [0.1, 0.3]\nhidden: [32, 64]\n")
    return folder


def write_10x(path: Path, counts: sp.csr_matrix, cells: list[str], genes: list[str]) -> None:
    with h5py.File(path, "w") as file:
        file["matrix/shape"] = np.array(counts.shape[::-1])
        file["matrix/data"], file["matrix/indices"] = counts.data, counts.indices
        file["matrix/indptr"], file["matrix/barcodes"] = counts.indptr, np.array(cells, "S")
        for name in ("name", "id", "genome"):
            file[f"matrix/features/{name}"] = np.array(genes, "S")
        file["matrix/features/feature_type"] = np.array(["Gene Expression"] * len(genes), "S")


def spoil_bytes(data: st.DataObject, path: Path) -> None:
    """Flip, cut, repeat or insert bytes; of a gz also within."""
    zipped = path.suffix == ".gz" and data.draw(st.booleans(), "within the gz")
    content = bytearray(gzip.decompress(path.read_bytes()) if zipped else path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4), "times")):
        where = data.draw(
            st.integers(0, max(len(content) - 1, 0)) | st.integers(0, min(len(content), 4096)), "at"
        )
        match data.draw(st.sampled_from(["flip", "cut", "repeat", "insert", "fill"]), "what"):
            case "flip" if where < len(content):
                content[where] ^= 1 << data.draw(st.integers(0, 7), "bit")
            case "cut":
                del content[where:]
            case "repeat":
                content[where:where] = content[where : where + data.draw(st.integers(1, 3000), "bytes")]
            case "insert":
                content[where:where] = data.draw(st.sampled_from(HOSTILE), "text")
            case "fill":
                size = len(content[where : where + 8])
                content[where : where + size] = bytes([data.draw(st.sampled_from([0, 255]), "byte")]) * size
    path.write_bytes(gzip.compress(content) if zipped else content)


def spoil_fields(data: st.DataObject, path: Path) -> None:
    """Replace fields of a text."""
    zipped = path.suffix == ".gz"
    content = gzip.decompress(path.read_bytes()) if zipped else path.read_bytes()
    separator = b"\t" if b"\t" in content else b"," if b"," in content else b" "
    lines = content.split(b"\n")
    for _ in range(data.draw(st.integers(1, 3), "times")):
        row = data.draw(st.integers(0, len(lines) - 1) | st.integers(0, min(2, len(lines) - 1)), "row")
        fields = lines[row].split(separator)
        column = data.draw(st.integers(0, len(fields) - 1), "column")
        fields[column] = data.draw(st.sampled_from([*HOSTILE, fields[0], fields[-1]]), "text")
        lines[row] = separator.join(fields)
    spoilt = b"\n".join(lines)
    path.write_bytes(gzip.compress(spoilt) if zipped else spoilt)


def spoil_hdf5(data: st.DataObject, path: Path) -> None:
    """Delete, link or replace parts of an HDF5 file, or their attributes and values."""
    with h5py.File(path, "a") as file:
        names: list[str] = []
        file.visit(names.append)
        for _ in range(data.draw(st.integers(1, 3), "times")):
            name = data.draw(st.sampled_from(names), "part")
            if file.get(name, getlink=True) is None or isinstance(
                file.get(name, getlink=True), h5py.SoftLink
            ):
                continue
            match data.draw(st.sampled_from(["delete", "link", "replace", "attribute", "values"]), "what"):
                case "delete":
                    del file[name]
                case "link":
                    target = data.draw(st.sampled_from(names), "target")
                    links: list[object] = [h5py.SoftLink(f"/{target}"), h5py.ExternalLink("/etc/passwd", "/")]
                    replace(
                        file, name, data.draw(st.sampled_from([*links, file.get(target, file["/"])]), "link")
                    )
                case "replace":
                    replace(file, name, other_content(data))
                case "attribute":
                    kinds = [
                        "csr_matrix",
                        "csc_matrix",
                        "array",
                        "dataframe",
                        "categorical",
                        "dict",
                        "null",
                        "x",
                    ]
                    value = st.sampled_from(kinds) | st.lists(st.sampled_from(LARGE), max_size=3)
                    known = ["encoding-type", "encoding-version", "shape", "_index", "column-order"]
                    file[name].attrs[data.draw(st.sampled_from(known), "attribute")] = data.draw(
                        value, "value"
                    )
                case "values" if isinstance(file[name], h5py.Dataset) and file[name].size:
                    spoil_values(data, file[name])


def replace(file: h5py.File, name: str, value: object) -> None:
    del file[name]
    file[name] = value


def other_content(data: st.DataObject) -> object:
    shape = data.draw(st.lists(st.sampled_from([0, 1, 2, 30, 31, 500]), max_size=3), "shape")
    kind = data.draw(st.sampled_from(["f8", "i8", "u8", "f2", "c16", "?", "S3", "V4", "f4,i4", "O"]), "kind")
    return np.full(shape, b"\xff\xfe", h5py.string_dtype()) if kind == "O" else np.zeros(shape, kind)


def spoil_values(data: st.DataObject, part: h5py.Dataset) -> None:
    """Replace one value, and give numbers more room if the new one needs it."""
    values = np.atleast_1d(part[()])
    place = data.draw(st.integers(0, values.size - 1), "place")
    if values.dtype.kind in "iuf":
        values = values.astype(np.int64 if values.dtype.kind != "f" else np.float64)
        values.flat[place] = data.draw(st.sampled_from(LARGE), "value")
    elif values.dtype.kind in "OS":
        values.flat[place] = data.draw(st.sampled_from([b"\xff\xfe", b"", b"a" * 5000]), "value")
    file, name, attributes = part.file, part.name, dict(part.attrs)
    del file[name]
    file[name] = values.reshape(values.shape)
    file[name].attrs.update(attributes)


def spoil_parquet(data: st.DataObject, path: Path) -> None:
    """Replace a column by one of another kind or name."""
    frame = pd.read_parquet(path)
    position = data.draw(st.integers(0, min(frame.shape[1] - 1, 5)), "column")
    rows = len(frame)
    others: dict[str, Callable[[], object]] = {
        "text": lambda: ["0.5"] * (rows - 1) + ["ND"],
        "missing": lambda: [None] * rows,
        "lists": lambda: [[1, 2]] * rows,
        "bytes": lambda: [b"\xff\xfe"] * rows,
        "dates": lambda: pd.date_range("2020-01-01", periods=rows),
        "truth": lambda: [True] * rows,
        "one name": lambda: ["same"] * rows,
        "large": lambda: [1e300] * rows,
        "categories": lambda: pd.Categorical(["a"] * rows),
        "nullable": lambda: pd.array([1] * (rows - 1) + [None], "Int64"),
    }
    column = others[data.draw(st.sampled_from(sorted(others)), "kind")]()
    match data.draw(st.sampled_from(["replace", "index", "drop", "rename", "no rows"]), "what"):
        case "replace":
            frame.isetitem(position, column)
        case "index":
            frame.index = pd.Index(list(column))  # type: ignore[call-overload]
        case "drop":
            frame = frame.drop(columns=frame.columns[position])
        case "rename":
            frame.columns = [*frame.columns[:position], "", *frame.columns[position + 1 :]]
        case "no rows":
            frame = frame[:0]
    frame.to_parquet(path)


def spoil(data: st.DataObject, path: Path) -> None:
    """Spoil a file as befits its kind, or byte by byte."""
    if path.is_dir():
        path = data.draw(st.sampled_from(sorted(path.iterdir())), "file")
    structured = spoil_fields
    if path.suffix in (".h5ad", ".h5"):
        structured = spoil_hdf5
    elif path.suffix == ".parquet":
        structured = spoil_parquet
    (structured if data.draw(st.booleans(), "structured") else spoil_bytes)(data, path)


def copied(given_files: Path, name: str, folder: Path) -> Path:
    if (given_files / name).is_dir():
        return Path(shutil.copytree(given_files / name, folder / name, dirs_exist_ok=True))
    return Path(shutil.copy(given_files / name, folder))


def ends_well(*words: object) -> None:
    ended = run_forked(*words, limits={resource.RLIMIT_DATA: MOST_MEMORY})
    assert ended.code in DOCUMENTED, f"{ended.code}: {words}\n{ended.err}"
    assert "Traceback" not in ended.err, ended.err
    if ended.code:
        assert ended.err.splitlines()[-1].startswith("error: "), ended.err


def tried(request: pytest.FixtureRequest, test: Callable[..., None]) -> None:
    """Run a test on as many mutations as are asked for."""
    number = request.config.getoption("--mutations")
    bounded = settings(
        max_examples=number,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    bounded(given(st.data())(test))()


@pytest.mark.parametrize("name", CELLS)
def test_cells(
    request: pytest.FixtureRequest,
    given_files: Path,
    world: Path,
    tiny_model: Path,
    tmp_path: Path,
    name: str,
) -> None:
    def test(data: st.DataObject) -> None:
        path, out = copied(given_files, name, tmp_path), tmp_path / "out"
        spoil(data, path)
        shutil.rmtree(out, ignore_errors=True)
        if data.draw(st.sampled_from(["predict", "predict", "preprocess"]), "command") == "predict":
            annotated = ["--annotated"] if path.suffix == ".h5ad" else []
            ends_well("predict", tiny_model, path, "--out", out, *annotated)
        else:
            ends_well(*study_of(given_files, world), "--cells", path, "--label-column", "label", "--out", out)

    tried(request, test)


@pytest.mark.parametrize("option", TABLES)
def test_tables(
    request: pytest.FixtureRequest, given_files: Path, world: Path, tmp_path: Path, option: str
) -> None:
    def test(data: st.DataObject) -> None:
        path, out = (
            copied(given_files, data.draw(st.sampled_from(TABLES[option])), tmp_path),
            tmp_path / "out",
        )
        spoil(data, path)
        shutil.rmtree(out, ignore_errors=True)
        cells = ("--cells", given_files / "csr.h5ad", "--label-column", "label")
        if option == "--response" and data.draw(st.booleans(), "drugs"):
            ends_well("drugs", path)
        else:
            ends_well(*study_of(given_files, world), *cells, "--out", out, option, path)

    tried(request, test)


@pytest.mark.parametrize("name", ["pairs.csv", "params.yaml", "grid.yaml"])
def test_sheets_and_parameters(
    request: pytest.FixtureRequest, given_files: Path, world: Path, tmp_path: Path, name: str
) -> None:
    shutil.copy(given_files / "csr.h5ad", tmp_path)

    def test(data: st.DataObject) -> None:
        path = copied(given_files, name, tmp_path)
        spoil(data, path)
        if name == "pairs.csv":
            ends_well("check", path, "--response", world / "response.parquet")
        else:
            ends_well("settings", f"--{path.stem}", path)

    tried(request, test)


def study_of(given_files: Path, world: Path) -> tuple[object, ...]:
    return (
        *(
            "preprocess",
            "--bulk",
            world / "bulk.parquet",
            "--response",
            world / "response.parquet",
            "--drug",
            DRUG,
        ),
        *("--gene-sets", given_files / "gene_sets.gmt", "--hvg", 100, "--min-cells-per-gene", 1),
    )
