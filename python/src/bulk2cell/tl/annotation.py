"""Where predictions stand in an AnnData: columns of obs, and uns."""

import re
from collections.abc import Mapping
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd

from bulk2cell.artefacts.predictions import Predictions
from bulk2cell.artefacts.screen import Screen
from bulk2cell.artefacts.weights import WEIGHTS_FILE
from bulk2cell.calls import UNCERTAIN
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.predict.annotate import annotate
from bulk2cell.printable import shown
from bulk2cell.tl.words import without_options

SCREEN = "bulk2cell_screen"  # in obsm and uns
PLACE = "bulk2cell"  # in uns, and what every column begins with
OF_MODEL = ("pair", "strategy", "gene_sets", "seed", "regime")


def choose_key(uns: Mapping[str, Any], drug: str, declared: str | None) -> str:
    """Return the name of a drug in columns and uns: the declared one, else the drug's in letters, digits and _.

    Another drug of the same letters, such as Drug-1 beside Drug 1, gets a number behind.

    Raises
    ------
    ParameterError
        If the declared one has other characters.
    InputError
        If something else is where predictions are written.
    """
    there = uns.get(PLACE, {})
    if not isinstance(there, Mapping):
        raise InputError(f"adata: uns[{PLACE!r}] is {shown(there)}, and not of this package; move it away")
    if declared is not None:
        if not re.fullmatch(r"\w+", declared, re.ASCII):
            raise ParameterError(
                f"key_added: {shown(declared)} has other characters than letters, digits and _"
            )
        return declared
    name = re.sub(r"[^a-z0-9]+", "_", drug.lower()).strip("_") or "drug"
    keys = [name, *(f"{name}_{number}" for number in range(2, len(there) + 2))]
    return next(key for key in keys if key not in there or there[key].get("drug") == drug)


def refuse_backed_view(adata: ad.AnnData) -> None:
    """Raise if an AnnData takes no columns.

    Raises
    ------
    InputError
        With what to do.
    """
    if adata.isbacked and adata.is_view:
        raise InputError(
            f"{adata.filename}: a view of a backed AnnData takes no columns; give adata.to_memory()"
        )


def write_predictions(adata: ad.AnnData, key: str, predictions: Predictions) -> None:
    """Write columns of obs and the entry of uns."""
    if adata.is_view:
        adata.obs = adata.obs.copy()  # makes it an AnnData of its own
    columns = annotate(ad.AnnData(obs=pd.DataFrame(index=adata.obs_names)), predictions.table).obs
    columns[f"{PLACE}_uncertain"] = columns[f"{PLACE}_call"] == UNCERTAIN
    for name, column in columns.items():
        adata.obs[str(name).replace(PLACE, f"{PLACE}_{key}", 1)] = column.array
    adata.uns[PLACE] = {**adata.uns.get(PLACE, {}), key: describe(predictions)}


def write_screen(adata: ad.AnnData, screen: Screen, clustered: bool) -> None:
    """Write probabilities into obsm and tables into uns; the clusters into obs if the cells were clustered."""
    if adata.is_view:
        adata.obs = adata.obs.copy()
    adata.obsm[SCREEN] = screen.probabilities(slice(None))
    content = screen.manifest.content
    adata.uns[SCREEN] = {
        "drugs": screen.drugs.copy(),
        "groups": screen.groups.copy(),
        "params": storable(screen.manifest.parameters),
        **storable({name: content[name] for name in ("reading", "lines", "genes", "warnings")}),
        "versions": {"bulk2cell": screen.manifest.bulk2cell, **screen.manifest.libraries},
        "digests": dict(screen.manifest.inputs),
    }
    if clustered:
        adata.obs[f"{PLACE}_group"] = pd.Categorical(screen.cell_groups["group"])


def describe(predictions: Predictions) -> dict[str, Any]:
    """Return where predictions come from, in values that an h5ad can hold."""
    manifest, content = predictions.manifest, predictions.manifest.content
    return storable(
        {
            "drug": content["drug"],
            "model": {name: content[name] for name in OF_MODEL},
            "versions": {"bulk2cell": manifest.bulk2cell, **manifest.libraries},
            "digests": {"model": manifest.inputs[f"model/{WEIGHTS_FILE}"], "cells": manifest.inputs["cells"]},
            "parameters": manifest.parameters,
            "reading": {"scale": content["scale"], **content["reading"]},
            "trust": content["trust"],
            "genes": content["genes"],
            "width": content["width"],
            "warnings": [without_options(text) for text in content["warnings"]],
        }
    )


def storable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as an h5ad gives them back: texts of a list as an array, and nothing for none."""
    kept: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, Mapping):
            kept[name] = storable(value)
        elif isinstance(value, list):
            kept[name] = np.array(value, dtype=object)
        elif value is not None:
            kept[name] = value
    return kept
