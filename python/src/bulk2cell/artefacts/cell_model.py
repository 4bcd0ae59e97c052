"""The part of a model that is needed to score cells, read without torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bulk2cell.artefacts.manifest import Manifest, damaged, manifest_of
from bulk2cell.artefacts.tables import read_table
from bulk2cell.artefacts.weights import WEIGHTS_FILE, read_weights
from bulk2cell.model.cell_layers import Affine
from bulk2cell.model.family import family_of
from bulk2cell.parameters import NetworkParameters, take
from bulk2cell.strategies import STRATEGIES


@dataclass(frozen=True)
class CellModel:
    """The part of a model that scores cells.

    Attributes
    ----------
    layers
        See `Family.cell_layers`.
    genes
        In the order of the first layer's inputs.
    gene_ids
        Columns identifier, symbol: every known name of the genes.
    mean, std
        Scaling of cells, per gene.
    components
        Components x genes, orthonormal, to which cells are reduced; without components, cells stay as they are.
    """

    layers: list[Affine]
    genes: list[str]
    gene_ids: pd.DataFrame
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    components: NDArray[np.float32]
    manifest: Manifest


def read_cell_model(artefact: Path | Manifest) -> CellModel:
    """Read a model.

    Raises
    ------
    ArtefactError
        If the folder holds no model of this format, or its weights do not fit its manifest.
    """
    manifest = manifest_of(artefact, "model")
    genes = list(manifest.content["genes"])
    strategy = STRATEGIES[take(NetworkParameters, manifest.parameters).strategy]
    state, scaling = read_weights(manifest)
    try:
        layers = family_of(strategy).cell_layers(strategy, state.__getitem__)
        refuse_misfits(layers, len(genes))
    except (LookupError, ValueError) as error:
        raise damaged(
            manifest.path / WEIGHTS_FILE, f"weights do not fit model.json ({error})", manifest.kind
        ) from error
    gene_ids = read_table(manifest, "gene_ids.parquet")
    mean, std, components = scaling.cell_mean, scaling.cell_std, scaling.cell_components
    return CellModel(layers, genes, gene_ids, mean, std, components, manifest)


def refuse_misfits(layers: Sequence[Affine], genes: int) -> None:
    """Raise unless the layers lead from the genes to one value, each taking the output of the one before it.

    Raises
    ------
    ValueError
        Naming the first layer that does not fit.
    """
    inputs = genes
    for number, (weight, bias) in enumerate(layers, 1):
        if weight.ndim != 2 or len(weight) != inputs or bias.shape != weight.shape[1:]:
            raise ValueError(
                f"layer {number} has the shapes {weight.shape} and {bias.shape}, and takes {inputs} values"
            )
        inputs = weight.shape[1]
