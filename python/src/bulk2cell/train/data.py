"""The part of a study that training sees: standardised lines and cells, source labels, and the split of the lines."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import anndata as ad
import numpy as np
import scipy.sparse as sp
import torch
from numpy.typing import NDArray
from torch import Tensor

from bulk2cell.artefacts.study import Study
from bulk2cell.artefacts.study_input import draw_rows
from bulk2cell.cells.standardise import (
    Scaling,
    denoise,
    gene_statistics,
    leading_components,
    standardise,
)
from bulk2cell.model.family import components_of
from bulk2cell.parameters import MOST_CELLS, NetworkParameters, TrainParameters
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.train.guard import refuse_unfit
from bulk2cell.train.seeds import choose_device

CELLS_AT_ONCE = 8192  # read from a file; small beside MOST_CELLS, so that memory hardly grows


@dataclass(frozen=True)
class TrainingData:
    """Tensors on the training device.

    Attributes
    ----------
    study
        The study, with the cells that training holds in memory.
    bulk
        Lines x genes, z-scores by all lines' statistics.
    response
        Per line: AUC or log IC50, low means sensitive; NaN where it is not known.
    labels
        Per line: 1 sensitive, 0 resistant, NaN unlabelled.
    train, labelled
        Per line: in the training part of the split; with a label.
    cells
        Cells x genes, z-scores by the cells' own statistics, reduced to their leading components where there are some;
        none where the regime sees no cells.
    scaling
        Statistics of both domains; where the regime sees no cells, theirs, too, are the lines'.
    """

    study: Study
    bulk: Tensor
    response: Tensor
    labels: Tensor
    train: Tensor
    labelled: Tensor
    cells: Tensor
    scaling: Scaling


def data_for_training(
    study: Study, network: NetworkParameters, training: TrainParameters, keep: Collection[str] = ()
) -> TrainingData:
    """Return what training with these parameters sees of a study, on its device.

    Parameters
    ----------
    keep
        Names of cells that are not left out where a study has more cells than training takes.

    Raises
    ------
    ArtefactError
        If the study holds what training must not see.
    DeviceError
        If a GPU is asked for and none can be used.
    """
    device = choose_device(training.device)
    refuse_unfit(study)
    return training_data(thin_cells(study, keep), device, training.regime, components_of(network))


def training_data(study: Study, device: str, regime: Regime = "B", components: int = 0) -> TrainingData:
    """Standardise both domains of a study, each by itself and without labels.

    Lines are standardised by all of the study's lines, held-out ones and those without a response included, so that their
    scale does not depend on the drug. Where the regime sees no cells there are none, and what is scored later is
    standardised by the lines' statistics.

    Parameters
    ----------
    components
        Leading principal components that the cells are reduced to; 0: none.
    """
    train = (study.bulk.obs["split"] == "train").to_numpy()
    bulk = np.asarray(study.bulk.X, dtype=np.float32)
    of_lines = gene_statistics(bulk)
    seen = REGIMES[regime].sees_cells
    of_cells = gene_statistics(study.cells.X) if seen else of_lines
    cells = standardise(study.cells.X if seen else study.cells.X[:0], *of_cells)
    scaling = Scaling(*of_lines, *of_cells, leading_components(cells, components))
    labels = study.bulk.obs["label"].to_numpy(dtype=np.float32)
    return TrainingData(
        study=study,
        bulk=torch.from_numpy(standardise(bulk, scaling.bulk_mean, scaling.bulk_std)).to(device),
        response=torch.from_numpy(study.bulk.obs["response"].to_numpy(dtype=np.float32)).to(device),
        labels=torch.from_numpy(labels).to(device),
        train=torch.from_numpy(train).to(device),
        labelled=torch.from_numpy(~np.isnan(labels)).to(device),
        cells=torch.from_numpy(denoise(cells, scaling.cell_components)).to(device),
        scaling=scaling,
    )


def thin_cells(study: Study, keep: Collection[str] = ()) -> Study:
    """Return a study with at most `MOST_CELLS` of its cells, drawn at random by their names, and those that are to be kept.

    Training holds standardised cells densely, and an epoch takes no more of them than there are lines.
    """
    if study.cells.n_obs <= MOST_CELLS:
        return study
    drawn = draw_rows(study.cells.obs_names.to_numpy(), MOST_CELLS)
    chosen = study.cells.obs_names.isin([*drawn, *keep])
    X = read_rows(study.cells.X, chosen)
    return replace(study, cells=ad.AnnData(X, obs=study.cells.obs[chosen], var=study.cells.var))


def read_rows(X: Any, chosen: NDArray[np.bool_]) -> sp.csr_matrix | NDArray[np.float32]:
    """Return some rows of a matrix, in memory or in a file, read a part at a time."""
    blocks = [slice(start, start + CELLS_AT_ONCE) for start in range(0, X.shape[0], CELLS_AT_ONCE)]
    parts = [X[block][chosen[block]] for block in blocks]
    return sp.csr_matrix(sp.vstack(parts)) if sp.issparse(parts[0]) else np.concatenate(parts)
