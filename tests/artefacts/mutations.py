"""Changes to artefacts, drawn at random: of what a manifest says, of bytes, of tables, weights and expression."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from bulk2cell.artefacts.manifest import Kind
from made_up import forge

Draw = Callable[[st.SearchStrategy[Any]], Any]

ODD_TEXTS = [
    "",
    "x",
    "0",
    "A",
    "B",
    "cells",
    "../x",
    "/etc/passwd",
    "=1+1",
    "\x1b[31m",
    "a\nb",
    "\0",
    "{x}",
    "<b>",
]
ODD_NUMBERS = [0, 1, -1, 2, 0.5, -0.5, 1e-300, 1e300, 2**31, 2**63, 10**30, True, False]
ODD_VALUES = st.sampled_from(
    [None, *ODD_TEXTS, *ODD_NUMBERS, [], ["a", "a"], [[]], [1], {}, {"a": 1}, {"": {}}]
)
ODD_COLUMNS: list[Callable[["pd.Series[Any]"], Any]] = [
    lambda values: values.astype(str),
    lambda values: None,
    lambda values: np.nan,
    lambda values: np.inf,
    lambda values: -1,
    lambda values: 2**62,
    lambda values: "x",
    lambda values: True,
    lambda values: b"\xff",
    lambda values: values.iloc[0],
    lambda values: values.mask(np.arange(len(values)) == 0),
    lambda values: [[1, 2]] * len(values),
    lambda values: pd.Timestamp(0),
    lambda values: pd.Categorical(values.astype(str)),
    lambda values: values.to_numpy()[::-1],
]
ODD_TABLES: list[Callable[[pd.DataFrame], pd.DataFrame]] = [
    lambda table: table[:0],
    lambda table: table[:1],
    lambda table: table[1:],
    lambda table: pd.concat([table, table]),
    lambda table: table[::-1],
    lambda table: table.iloc[:, :0],
    lambda table: table.set_index(table.columns[0]),
]
ODD_ARRAYS: list[Callable[[np.ndarray[Any, Any]], np.ndarray[Any, Any]]] = [
    lambda value: np.full_like(value, -1),
    np.zeros_like,
    lambda value: value.astype(np.float64),
    lambda value: value.astype(np.int8),
    lambda value: (value * 1e30).astype(value.dtype),
    lambda value: (value * 1e-30).astype(value.dtype),
    lambda value: value[:1].copy() if value.ndim else value,
    lambda value: value[..., :-1].copy() if value.ndim else value,
    lambda value: value.reshape(-1),
    lambda value: np.ascontiguousarray(value.T),
    lambda value: value[None].copy(),
    lambda value: np.zeros((0, *value.shape[1:]), value.dtype),
    lambda value: np.where(np.arange(value.size).reshape(value.shape) == 0, np.nan, value).astype(np.float32),
    lambda value: np.where(np.arange(value.size).reshape(value.shape) == 0, np.inf, value).astype(np.float32),
]


def mutate(folder: Path, kind: Kind, draw: Draw) -> str:
    """Change an artefact at one place or a few, as chance does or as a person does who computes all checksums anew."""
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 4]))):
        names = [f"{kind}.json"] * 3 + sorted(file.name for file in folder.iterdir())
        name = draw(st.sampled_from(names))
        file = folder / name
        of_content = {".json": of_json, ".parquet": of_table, ".safetensors": of_weights, ".h5ad": of_h5ad}
        if draw(st.booleans()) and file.suffix != ".json":
            of_bytes(file, draw)
        elif file.suffix in of_content and file.stat().st_size:
            try:
                of_content[file.suffix](file, draw)
            except Exception:
                of_bytes(file, draw)
    if draw(st.sampled_from([True, True, False])):
        try:
            forge(folder, kind)
        except (ValueError, KeyError, AttributeError, TypeError, OSError):
            return "as chance does"
        return "with all checksums made anew"
    return "as chance does"


def of_json(file: Path, draw: Draw) -> None:
    """Replace, take away, add or swap something in a manifest."""
    facts = json.loads(file.read_text())
    places = list(_places(facts))
    place, key = draw(st.sampled_from(places))
    change = draw(st.sampled_from(["replace", "replace", "replace", "take", "add", "swap"]))
    if change == "replace":
        place[key] = draw(ODD_VALUES)
    elif change == "take":
        del place[key]
    elif change == "swap":
        place[key] = draw(st.sampled_from([holder[name] for holder, name in places]))
    elif isinstance(place, dict):
        place[draw(st.sampled_from(ODD_TEXTS))] = draw(ODD_VALUES)
    else:
        place.append(draw(ODD_VALUES))
    file.write_text(json.dumps(facts, indent=1) + "\n")


def _places(facts: Any) -> Any:
    for key in list(facts) if isinstance(facts, dict) else range(min(len(facts), 5)):
        yield facts, key
        if isinstance(facts[key], dict | list):
            yield from _places(facts[key])


def of_bytes(file: Path, draw: Draw) -> None:
    """Change, take away or overwrite bytes."""
    content = bytearray(file.read_bytes())
    place = draw(st.integers(0, max(len(content) - 1, 0)))
    change = draw(st.sampled_from(["flip", "flip", "truncate", "overwrite", "double"]))
    if change == "flip" and content:
        content[place] ^= 1 << draw(st.integers(0, 7))
    elif change == "truncate":
        del content[place:]
    elif change == "overwrite":
        content[place : place + 8] = draw(st.binary(min_size=8, max_size=8))
    else:
        content *= 2
    file.write_bytes(content)


def of_table(file: Path, draw: Draw) -> None:
    """Change a column of a table, or its rows."""
    table = pd.read_parquet(file)
    if draw(st.booleans()):
        table = draw(st.sampled_from(ODD_TABLES))(table)
    else:
        column = draw(st.sampled_from(list(table.columns)))
        if draw(st.booleans()):
            table[column] = draw(st.sampled_from(ODD_COLUMNS))(table[column])
        else:
            table = table.drop(columns=column)
    table.to_parquet(file)


def of_weights(file: Path, draw: Draw) -> None:
    """Change a tensor, take it away or give it another name."""
    tensors = load_file(file)
    name = draw(st.sampled_from(sorted(tensors)))
    change = draw(st.sampled_from(["value", "value", "value", "take", "rename"]))
    if change == "value":
        tensors[name] = draw(st.sampled_from(ODD_ARRAYS))(tensors[name])
    elif change == "take":
        del tensors[name]
    else:
        tensors[f"{name}.x"] = tensors.pop(name)
    save_file(tensors, file)


def of_h5ad(file: Path, draw: Draw) -> None:
    """Change or take away something in an h5ad."""
    with h5py.File(file, "r+") as store:
        names: list[str] = []
        store.visit(names.append)
        name = draw(st.sampled_from(names))
        item = store[name]
        change = draw(st.sampled_from(["take", "attribute", "value", "value"]))
        if change == "take":
            del store[name]
        elif change == "attribute":
            attribute = draw(st.sampled_from(sorted(item.attrs) or ["encoding-type"]))
            if draw(st.booleans()) and attribute in item.attrs:
                del item.attrs[attribute]
            else:
                item.attrs[attribute] = draw(
                    st.sampled_from(["", "csc_matrix", "array", 1, [5, 5], [-1, 2**40]])
                )
        elif isinstance(item, h5py.Dataset):
            value, attributes = item[()], dict(item.attrs)
            del store[name]
            if getattr(value, "dtype", np.dtype(object)).kind in "iuf":
                value = draw(st.sampled_from(ODD_ARRAYS))(value)
            else:
                value = draw(st.sampled_from([value[:1], value[::-1], np.arange(len(value)), "x", 1.5]))
            store[name] = value
            store[name].attrs.update(attributes)
