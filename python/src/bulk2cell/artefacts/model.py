"""Encoder and model: weights with all that is needed to use them without the study."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import torch
from safetensors.numpy import load_file, save

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Manifest, read_manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.model.build import build_network
from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.mask import decoder_mask, unit_names
from bulk2cell.model.network import Network
from bulk2cell.parameters import NetworkParameters, take
from bulk2cell.preprocess.standardise import Scaling

NETWORK = "network."
SCALING = "scaling."


@dataclass(frozen=True)
class TrainedModel:
    """A network with its genes (G), pathway units (P) and scaling; in eval mode.

    Attributes
    ----------
    genes
        In the order of the network's input.
    units
        In the order of the code: gene sets, then free units.
    pathways
        Columns gene, set.
    gene_ids
        Columns identifier, symbol: every known name of the genes.
    history
        Columns stage, epoch, then one per loss.
    """

    network: Network | LinearNetwork
    genes: list[str]
    units: list[str]
    pathways: pd.DataFrame
    gene_ids: pd.DataFrame
    scaling: Scaling
    history: pd.DataFrame
    manifest: Manifest


def write_model(
    draft: Draft,
    network: Network | LinearNetwork,
    scaling: Scaling,
    pathways: pd.DataFrame,
    gene_ids: pd.DataFrame,
    history: pd.DataFrame,
) -> None:
    """Put an encoder's or a model's files into a draft."""
    tensors = {NETWORK + name: value.detach().cpu().numpy() for name, value in network.state_dict().items()}
    tensors |= {SCALING + entry.name: getattr(scaling, entry.name) for entry in fields(scaling)}
    weights = save({name: np.ascontiguousarray(value) for name, value in tensors.items()})
    (draft.folder / "weights.safetensors").write_bytes(weights)
    pathways.to_parquet(draft.folder / "pathways.parquet", index=False)
    gene_ids.to_parquet(draft.folder / "gene_ids.parquet", index=False)
    history.to_parquet(draft.folder / "history.parquet", index=False)


def read_model(path: Path, device: str = "cpu", kind: Literal["encoder", "model"] = "model") -> TrainedModel:
    """Read an encoder or a model.

    Raises
    ------
    ArtefactError
        If the folder holds none of this format, or its weights do not fit its manifest.
    """
    manifest = read_manifest(path, kind)
    tensors = load_file(path / "weights.safetensors")
    pathways = pd.read_parquet(path / "pathways.parquet")
    parameters = take(NetworkParameters, manifest.parameters)
    genes = list(manifest.content["genes"])
    network = build_network(decoder_mask(genes, pathways, parameters.free_units), parameters)
    state = {
        name.removeprefix(NETWORK): torch.from_numpy(value)
        for name, value in tensors.items()
        if name.startswith(NETWORK)
    }
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ArtefactError(
            f"{path}: weights do not fit {kind}.json, as those of other versions of bulk2cell may not "
            f"({' '.join(str(error).split())}); make the {kind} again"
        ) from error
    return TrainedModel(
        network=network.eval().to(device),
        genes=genes,
        units=unit_names(pathways, parameters.free_units),
        pathways=pathways,
        gene_ids=pd.read_parquet(path / "gene_ids.parquet"),
        scaling=Scaling(**{entry.name: tensors[SCALING + entry.name] for entry in fields(Scaling)}),
        history=pd.read_parquet(path / "history.parquet"),
        manifest=manifest,
    )
