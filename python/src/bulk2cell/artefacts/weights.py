"""The weights of an encoder or a model: one safetensors file with the network's state and the scaling."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Manifest, damaged
from bulk2cell.cells.standardise import Scaling

WEIGHTS_FILE = "weights.safetensors"
NETWORK = "network."
SCALING = "scaling."

# Smaller weights cannot overflow a float32 in four layers over any number of genes, and trained weights are near 1.
LARGEST_WEIGHT = 1e6

State = dict[str, NDArray[Any]]


def write_weights(draft: Draft, state: Mapping[str, NDArray[Any]], scaling: Scaling) -> None:
    """Put a network's state and the scaling into a draft."""
    tensors = {NETWORK + name: value for name, value in state.items()}
    tensors |= {SCALING + entry.name: getattr(scaling, entry.name) for entry in fields(scaling)}
    weights = save({name: np.ascontiguousarray(value) for name, value in tensors.items()})
    (draft.folder / WEIGHTS_FILE).write_bytes(weights)


def read_weights(manifest: Manifest) -> tuple[State, Scaling]:
    """Read a network's state and the scaling of an encoder or a model whose manifest has been read.

    Raises
    ------
    ArtefactError
        If the file cannot be read, holds a number that no training can produce, or its scaling is not of the
        manifest's genes.
    """
    path = manifest.path / WEIGHTS_FILE
    try:
        with safe_open(path, framework="numpy") as file:
            tensors = {name: _tensor(file, name) for name in file.keys()}  # noqa: SIM118
        state = {
            name.removeprefix(NETWORK): value for name, value in tensors.items() if name.startswith(NETWORK)
        }
        names = {entry.name: SCALING + entry.name for entry in fields(Scaling)}
        scaling = Scaling(**{name: tensors[stored] for name, stored in names.items()})
        if len(tensors) > len(state) + len(names):
            raise ValueError("more tensors than a network and its scaling")
        _check_state(state)
        _check_scaling(scaling, len(manifest.content["genes"]))
    except (SafetensorError, KeyError, ValueError) as error:
        raise damaged(path, f"weights do not fit {manifest.kind}.json ({error})", manifest.kind) from error
    return state, scaling


def _tensor(file: Any, name: str) -> NDArray[Any]:
    wanted = "I64" if name.endswith("num_batches_tracked") else "F32"
    found = file.get_slice(name).get_dtype()
    if found != wanted:
        raise ValueError(f"{name} is of type {found}")
    value: NDArray[Any] = file.get_tensor(name)
    if not np.isfinite(value).all():
        raise ValueError(f"{name} holds a value that is not finite")
    return value


def _check_state(state: State) -> None:
    for name, value in state.items():
        if name.endswith("running_var"):
            if (value < 0).any():
                raise ValueError(f"{name} is negative")
        elif name.endswith("num_batches_tracked"):
            continue
        elif (np.abs(value) > LARGEST_WEIGHT).any():
            raise ValueError(f"{name} holds a value beyond ±{LARGEST_WEIGHT:g}")


def _check_scaling(scaling: Scaling, genes: int) -> None:
    for name in ("bulk_mean", "bulk_std", "cell_mean", "cell_std"):
        value = getattr(scaling, name)
        if value.shape != (genes,):
            raise ValueError(f"{name} has the shape {value.shape}, and there are {genes} genes")
        if name.endswith("std") and not (value > 0).all():
            raise ValueError(f"{name} is not positive")
    components = scaling.cell_components
    if components.ndim != 2 or components.shape[1] != genes:
        raise ValueError(f"cell_components has the shape {components.shape}, and there are {genes} genes")
    if not np.allclose(components @ components.T, np.eye(len(components)), atol=1e-3):
        raise ValueError("cell_components are not orthonormal")


def weights_of(manifest: Manifest) -> Mapping[str, str]:
    """Return the sha256 of an encoder's or a model's weights, by the name that inputs give it."""
    return {f"{manifest.kind}/{WEIGHTS_FILE}": manifest.files[WEIGHTS_FILE]}
