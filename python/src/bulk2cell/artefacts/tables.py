"""The tables of artefacts: which columns each has, of which values, and how one is written and read."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Kind, Manifest, damaged
from bulk2cell.calls import CALLS
from bulk2cell.regimes import REGIMES

Column = Callable[["pd.Series[Any]"], bool]


def text(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are text."""
    return bool(pd.api.types.infer_dtype(values.astype(object), skipna=False) == "string")


def text_or_none(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are text or missing."""
    known = values.dropna()
    return known.empty or text(known)


def number_or_none(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are numbers or missing; none is infinite."""
    known = values.dropna()
    real = pd.api.types.is_integer_dtype(known) or pd.api.types.is_float_dtype(known)
    return real and bool(np.isfinite(known.to_numpy(float)).all())


def number(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are finite numbers."""
    return number_or_none(values) and not values.hasnans


def whole(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are whole numbers."""
    return pd.api.types.is_integer_dtype(values) and not values.hasnans


def flag(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are true or false."""
    return pd.api.types.is_bool_dtype(values) and not values.hasnans


def probability(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are probabilities."""
    return number(values) and bool(values.between(0, 1).all())


def call(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are calls."""
    return bool(values.isin(CALLS).all())


def label_or_none(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are 1, 0 or missing."""
    return number_or_none(values) and bool(values.dropna().isin([0, 1]).all())


def label(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are 1 or 0."""
    return label_or_none(values) and not values.hasnans


def regime(values: "pd.Series[Any]") -> bool:
    """Tell whether all values are regimes."""
    return bool(values.isin(list(REGIMES)).all())


CALLED = {"cell": text, "probability": probability, "call": call}
GENE_IDS = {"identifier": text, "symbol": text}
GENE_SETS = {"gene": text, "set": text}
LOSSES = {"stage": text, "epoch": whole, "kept": flag}
ATTRIBUTED = dict.fromkeys(
    ("contribution", "mean_sensitive", "mean_resistant", "mean_abs", "direction", "signed"), number_or_none
)
NETWORK = {"pathways.parquet": GENE_SETS, "gene_ids.parquet": GENE_IDS, "history.parquet": LOSSES}
TABLES: Mapping[Kind, Mapping[str, Mapping[str, Column]]] = {
    "study": {
        "pathways.parquet": GENE_SETS,
        "gene_ids.parquet": GENE_IDS,
        "cell_labels.parquet": {"cell": text, "label": label_or_none, "sample": text_or_none},
    },
    "encoder": NETWORK,
    "model": NETWORK,
    "shots": {"shots.parquet": {"cell": text, "label": label}},
    "predictions": {"predictions.parquet": CALLED},
    "controls": {"controls.parquet": {"control": text, "strategy": text, "repeat": whole, **CALLED}},
    "scores": {
        "scores.parquet": {
            **dict.fromkeys(("pair", "strategy", "gene_sets"), text),
            "seed": whole,
            "regime": regime,
            **dict.fromkeys(("method", "metric"), text),
            "value": number_or_none,
        },
        "intervals.parquet": {
            **dict.fromkeys(("pair", "strategy", "gene_sets"), text),
            "regime": regime,
            **dict.fromkeys(("method", "metric", "over"), text),
            **dict.fromkeys(("mean", "low", "high"), number_or_none),
            "n": whole,
        },
        "cells.parquet": {
            "cell": text,
            "label": label_or_none,
            "sample": text_or_none,
            "n_counts": number_or_none,
            "n_genes": number_or_none,
            "strategy": text,
            "seed": whole,
            **CALLED,
        },
        "clusters.parquet": {"cell": text, "space": text, "umap1": number, "umap2": number},
    },
    "attributions": {
        "genes.parquet": {"gene": text, **ATTRIBUTED},
        "pathways.parquet": {"unit": text, **ATTRIBUTED},
        "enrichment.parquet": {
            "set": text,
            "size": whole,
            **dict.fromkeys(("es", "nes", "p", "fdr"), number),
            "leading_genes": text,
        },
    },
    "screen": {
        "drugs.parquet": {
            **dict.fromkeys(("drug", "release", "synonyms", "target", "pathway"), text),
            "lines": whole,
            "other_release": text,
            "agreement": number_or_none,
            "spread": number,
            **dict.fromkeys(("expected_auroc", "low", "high"), probability),
            "grade": text,
            "selective": flag,
            "best_group": text,
            **dict.fromkeys(("best_contrast", "best_fdr"), number_or_none),
            "sensitive_groups": text,
            "suggested": flag,
        },
        "groups.parquet": {
            **dict.fromkeys(("by", "group", "drug"), text),
            "cells": whole,
            **dict.fromkeys(
                (
                    "score",
                    "unreduced",
                    "specific",
                    "share_sensitive",
                    "share_low",
                    "share_high",
                    "contrast",
                    "p",
                    "fdr",
                ),
                number_or_none,
            ),
        },
        "cell_groups.parquet": {"cell": text, "group": text_or_none, "sample": text_or_none},
    },
}
MAY_BE_EMPTY = frozenset({"history.parquet", "clusters.parquet", "enrichment.parquet"})


def write_table(draft: Draft, kind: Kind, name: str, table: pd.DataFrame) -> None:
    """Put a table into a draft: the columns that an artefact of this kind has in it, in their order."""
    table[[*TABLES[kind][name]]].to_parquet(draft.folder / name, index=False)


def read_table(manifest: Manifest, name: str) -> pd.DataFrame:
    """Read a table of an artefact whose manifest has been read.

    Raises
    ------
    ArtefactError
        If rows or a column are missing, or a column holds other values than it should.
    """
    path = manifest.path / name
    try:
        table = pd.read_parquet(path).reset_index(drop=True)
    except MemoryError:
        raise
    except Exception as error:
        raise damaged(path, f"not a parquet table ({error})", manifest.kind) from error
    if table.empty and name not in MAY_BE_EMPTY:
        raise damaged(path, "has no rows", manifest.kind)
    refuse_wrong_columns(table, TABLES[manifest.kind][name], manifest, name)
    if name == "history.parquet":
        losses = [str(column) for column in table if column not in LOSSES]
        refuse_wrong_columns(table, dict.fromkeys(losses, number_or_none), manifest, name)
    return table


def refuse_wrong_columns(
    table: pd.DataFrame, columns: Mapping[str, Column], manifest: Manifest, name: str
) -> None:
    """Raise if a table of an artefact lacks one of these columns, has it twice, or has wrong values in it.

    Raises
    ------
    ArtefactError
        Naming the column.
    """
    for column, holds in columns.items():
        if list(table.columns).count(column) != 1:
            raise damaged(
                manifest.path / name, f"lacks the column {column!r}, or has it twice", manifest.kind
            )
        if len(table) and not holds(table[column]):
            what = holds.__name__.replace("_", " ")
            raise damaged(
                manifest.path / name, f"column {column!r} holds other values than {what}", manifest.kind
            )
