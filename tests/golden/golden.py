"""What `golden.json` holds of every artefact, and how a file that differs is told.

Usage: python tests/golden/golden.py --write

Exact things are held exactly, texts and whole numbers as a hash. Floats differ in their last bits from processor to
processor, and what was trained by more: a column's mean and mean absolute value are held, and compared with a tolerance.
To the bit, two versions are compared on one machine by `benchmarks/digests.py`.

`--write` makes `golden.json` anew. One may where an artefact is meant to change: a new column, another method, other
words. Say in the commit which and why; a redesign is no reason.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from safetensors.numpy import load_file

Entry = dict[str, Any]
Summary = dict[str, dict[str, Entry]]

GOLDEN = Path(__file__).with_name("golden.json")
MAKE = Path(__file__).with_name("make_every_kind.py")

KINDS = (
    *("study", "encoder", "shots", "model", "predictions"),
    *("controls", "scores", "attributions", "report", "benchmark"),
)
VERSIONS = ("bulk2cell", "libraries", "inputs", "files", "sha256")  # of a manifest; checksums follow floats
COUNTED = ("call",)  # a cell at the threshold may fall on either side
UNSTABLE = (
    "umap1",
    "umap2",
    "leading_genes",
)  # another last bit gives another map, or another gene at the peak
RANKED = ("genes", "pathways", "enrichment")  # tables in the order of a float
RANKING_METRICS = ("auroc", "auprc", "brier")  # on which no single call has a say

# Of a mean; other kernels of OpenBLAS, torch and numpy (Haswell, Nehalem) moved none by a tenth of it.
RELATIVE, ABSOLUTE = 1e-3, 1e-4
CELLS = 3


def make(folder: Path) -> None:
    """Make artefacts of every kind in an empty folder."""
    ended = subprocess.run([sys.executable, MAKE], check=False, cwd=folder, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{MAKE.name} failed: {ended.stderr[-2000:]}")


def summarise(folder: Path) -> Summary:
    """Return what is held of a folder's files, by file and column; of a table that is there twice, of the parquet alone."""
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): dict(_columns(file)) if _is_held(file) else {} for file in files}


def _is_held(file: Path) -> bool:
    """Tell whether more than the name is held of a file: of artefacts, but those that a benchmark makes as `run` does."""
    in_artefact = any((file.parent / f"{kind}.json").is_file() for kind in KINDS)
    return in_artefact and "runs" not in file.parts


def _columns(file: Path) -> Iterator[tuple[str, Entry]]:
    match file.suffix:
        case ".parquet":
            table = pd.read_parquet(file)
            yield "columns", {"is": " ".join(map(str, table.columns))}
            for name in table:
                yield str(name), _entry(str(name), table[name].to_numpy(), file.stem in RANKED)
            for metric in RANKING_METRICS if {"metric", "value"} <= {*table} else ():
                yield f"value of {metric}", _figures(table.loc[table["metric"] == metric, "value"].to_numpy())
        case ".safetensors":
            for name, tensor in sorted(load_file(file).items()):
                yield name, _entry(name, tensor)
        case ".h5ad":
            yield from _hdf5(file)
        case ".json":
            for name, fact in json.loads(file.read_text()).items():
                if name == "content":
                    for key, value in fact.items():
                        yield f"content.{key}", _facts(value)
                elif name not in VERSIONS:
                    yield name, _facts(fact)


def _hdf5(file: Path) -> Iterator[tuple[str, Entry]]:
    found: dict[str, Entry] = {}

    def visit(name: str, each: h5py.Group | h5py.Dataset) -> None:
        about = {
            key: np.asarray(value).tolist() for key, value in each.attrs.items() if key != "column-order"
        }
        entry = {"attributes": json.dumps(about, sort_keys=True, default=str)} if about else {}
        if isinstance(each, h5py.Dataset):
            values = each.asstr()[()] if h5py.check_string_dtype(each.dtype) else each[()]
            of = name.split("/")[-2 if name.endswith("/codes") else -1].removeprefix("bulk2cell_")
            entry |= _entry(of, np.asarray(values))
        found[name] = entry

    with h5py.File(file) as data:
        data.visititems(visit)
    yield from sorted(found.items())


def _entry(name: str, values: np.ndarray[Any, Any], ranked: bool = False) -> Entry:
    """Return what is held of a column: its dtype and shape, and a figure or a hash of its values."""
    shape = "x".join(map(str, values.shape))
    entry: Entry = {"is": f"{values.dtype}[{shape}]"}
    if name in UNSTABLE:
        return entry
    if name in COUNTED:
        found, counts = np.unique(values.astype(str), return_counts=True)
        return entry | {"counts": dict(zip(found.tolist(), counts.tolist(), strict=True))}
    if values.dtype.kind == "f":
        return entry | _figures(values.ravel(), ranked)
    texts = [_masked(str(value)) for value in values.ravel()]
    return entry | {"sha256": _hash(sorted(texts) if ranked else texts)}


def _figures(values: np.ndarray[Any, Any], ranked: bool = False) -> Entry:
    """Return means of the known values; one of them weighs each by its place, so that their order counts."""
    known = values[~np.isnan(values)].astype(float)
    if not len(known):
        return {"missing": len(values)}
    means = {"mean": float(known.mean()), "mean_abs": float(np.abs(known).mean())}
    if not ranked:
        means["by_place"] = float((known * np.cos(np.arange(len(known)))).mean())
    return {
        "missing": len(values) - len(known),
        **{name: float(f"{mean:.6g}") for name, mean in means.items()},
    }


def _facts(value: Any) -> Entry:
    """Return what is held of a fact: itself where it is short and exact; else a hash, and figures of its floats."""
    floats: list[float] = []

    def exact(part: Any) -> Any:
        if isinstance(part, Mapping):
            return {key: exact(each) for key, each in part.items()}
        if isinstance(part, list):
            return [exact(each) for each in part]
        if isinstance(part, float):
            floats.append(part)
            return "float"
        return _masked(part) if isinstance(part, str) else part

    text = json.dumps(exact(value), ensure_ascii=False)
    figures = _figures(np.array(floats)) if floats else {}
    return {"is": text if len(text) <= 60 else _hash([text]), **figures}


def _masked(text: str) -> str:
    """Return a sentence without its numbers, which a float may have been rounded to."""
    return re.sub(r"\d+(\.\d+)?", "#", text) if " " in text else text


def _hash(texts: list[str]) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def differences(expected: Summary, found: Summary) -> list[str]:
    """Return a line for each file and column that is not as expected."""
    lines = [f"{file}: not made any more" for file in expected if file not in found]
    lines += [f"{file}: new" for file in found if file not in expected]
    for file in expected.keys() & found.keys():
        before, now = expected[file], found[file]
        lines += [f"{file}, {name}: gone" for name in before if name not in now]
        lines += [f"{file}, {name}: new" for name in now if name not in before]
        lines += [
            f"{file}, {name}: expected {before[name]}, found {now[name]}"
            for name in before.keys() & now.keys()
            if not _alike(before[name], now[name])
        ]
    return sorted(lines)


def _alike(before: Entry, now: Entry) -> bool:
    if before.keys() != now.keys():
        return False
    for name, value in before.items():
        if name == "counts":
            every = value.keys() | now[name].keys()
            if any(abs(value.get(each, 0) - now[name].get(each, 0)) > CELLS for each in every):
                return False
        elif name in ("mean", "mean_abs", "by_place"):
            # A mean near 0 is as precise as the values that it is of.
            if abs(value - now[name]) > max(ABSOLUTE, RELATIVE * before["mean_abs"]):
                return False
        elif value != now[name]:
            return False
    return True


def text_of(summary: Summary) -> str:
    """Return the text of `golden.json`: a line per column."""
    files = []
    for file, columns in summary.items():
        lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in columns.items())
        files.append(f" {json.dumps(file)}: {{\n{lines}\n }}" if columns else f" {json.dumps(file)}: {{}}")
    return "{\n" + ",\n".join(files) + "\n}\n"


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as made:
        make(Path(made))
        GOLDEN.write_text(text_of(summarise(Path(made))))
