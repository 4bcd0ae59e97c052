"""What scoring cells needs of a model, read without torch."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from bulk2cell.artefacts.manifest import Manifest, read_manifest
from bulk2cell.errors import ArtefactError
from bulk2cell.model.cell_layers import Affine, cell_layers
from bulk2cell.model.strategies import STRATEGIES
from bulk2cell.parameters import NetworkParameters, take


@dataclass(frozen=True)
class CellModel:
    """A model as a cell meets it.

    Attributes
    ----------
    layers
        See `cell_layers`.
    genes
        In the order of the first layer's inputs.
    gene_ids
        Columns identifier, symbol: every known name of the genes.
    mean, std
        Scaling of cells, per gene.
    components
        Components x genes, orthonormal: what cells are reduced to. None of them: cells stay as they are.
    """

    layers: list[Affine]
    genes: list[str]
    gene_ids: pd.DataFrame
    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    components: NDArray[np.float32]
    manifest: Manifest


def read_cell_model(path: Path) -> CellModel:
    """Read a model.

    Raises
    ------
    ArtefactError
        If the folder holds no model of this format, or its weights do not fit its manifest.
    """
    manifest = read_manifest(path, "model")
    genes = list(manifest.content["genes"])
    strategy = STRATEGIES[take(NetworkParameters, manifest.parameters).strategy]
    try:
        with safe_open(path / "weights.safetensors", framework="numpy") as file:
            layers = cell_layers(strategy, lambda name: file.get_tensor(f"network.{name}"))
            mean, std, components = (
                file.get_tensor(f"scaling.cell_{name}") for name in ("mean", "std", "components")
            )
    except (SafetensorError, ValueError) as error:
        raise ArtefactError(
            f"{path}: weights do not fit model.json ({error}); make the model again"
        ) from error
    inputs = {len(layers[0][0]), len(mean), len(std), components.shape[1]}
    if inputs != {len(genes)}:
        raise ArtefactError(
            f"{path}: weights do not fit model.json (of {inputs} genes, it names {len(genes)}); make the model again"
        )
    gene_ids = pd.read_parquet(path / "gene_ids.parquet")
    return CellModel(layers, genes, gene_ids, mean, std, components, manifest)
