"""Encoder and model: weights, and everything that is needed to use them without the study."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd
import torch

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest, damaged, manifest_of
from bulk2cell.artefacts.tables import read_table
from bulk2cell.artefacts.weights import WEIGHTS_FILE, State, read_weights, write_weights
from bulk2cell.cells.standardise import Scaling
from bulk2cell.model.family import build_network, family_of
from bulk2cell.model.mask import decoder_mask, unit_names
from bulk2cell.model.network import Network
from bulk2cell.parameters import NetworkParameters, take
from bulk2cell.strategies import STRATEGIES


@dataclass(frozen=True, kw_only=True)
class TrainedModel(Artefact):
    """An encoder or a model: a network with its genes (G), pathway units (P) and scaling; in eval mode, on the CPU.

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

    network: Network
    genes: list[str]
    units: list[str]
    pathways: pd.DataFrame
    gene_ids: pd.DataFrame
    scaling: Scaling
    history: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the files into a draft."""
        state = {name: value.detach().cpu().numpy() for name, value in self.network.state_dict().items()}
        write_weights(draft, state, self.scaling)
        for name in ("pathways", "gene_ids", "history"):
            getattr(self, name).to_parquet(draft.folder / f"{name}.parquet", index=False)


def read_model(artefact: Path | Manifest, kind: Literal["encoder", "model"] = "model") -> TrainedModel:
    """Read an encoder or a model.

    Raises
    ------
    ArtefactError
        If the folder holds none of this format, or its weights do not fit its manifest.
    """
    manifest = manifest_of(artefact, kind)
    state, scaling = read_weights(manifest)
    pathways = read_table(manifest, "pathways.parquet")
    parameters = take(NetworkParameters, manifest.parameters)
    genes = list(manifest.content["genes"])
    try:
        refuse_other_units(manifest, pathways, parameters, state)
        network = build_network(decoder_mask(genes, pathways, parameters.free_units), parameters)
        network.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    except (RuntimeError, KeyError, ValueError) as error:
        raise damaged(
            manifest.path / WEIGHTS_FILE,
            f"weights do not fit {kind}.json ({' '.join(str(error).split())})",
            kind,
        ) from error
    return TrainedModel(
        network=network.eval(),
        genes=genes,
        units=list(manifest.content["units"]),
        pathways=pathways,
        gene_ids=read_table(manifest, "gene_ids.parquet"),
        scaling=scaling,
        history=read_table(manifest, "history.parquet"),
        manifest=manifest,
    )


def refuse_other_units(
    manifest: Manifest, pathways: pd.DataFrame, parameters: NetworkParameters, state: State
) -> None:
    """Raise if genes, gene sets and units are not those of the weights, before a network of their size is built.

    Raises
    ------
    ValueError
        With what does not fit.
    KeyError
        If there is no encoder.
    """
    genes, units = manifest.content["genes"], manifest.content["units"]
    if not set(pathways["gene"]) <= set(genes):
        raise ValueError("pathways.parquet names genes that the network does not have")
    if len(units) < parameters.free_units or units != unit_names(pathways, parameters.free_units):
        raise ValueError("its units are not the gene sets of pathways.parquet and the free units")
    name, outputs = family_of(STRATEGIES[parameters.strategy]).first_layer(parameters, len(units))
    found = state[f"{name}.weight"].shape
    if found != (outputs, len(genes)):
        raise ValueError(f"{name} has the shape {found}, not {outputs} x {len(genes)}")
