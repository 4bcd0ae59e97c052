"""The part of a study that training sees: standardised lines and cells, source labels, and the split of the lines."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from bulk2cell.artefacts.study import Study
from bulk2cell.cells.standardise import (
    Scaling,
    denoise,
    gene_statistics,
    leading_components,
    standardise,
)
from bulk2cell.model.family import components_of
from bulk2cell.parameters import NetworkParameters, TrainParameters
from bulk2cell.regimes import REGIMES, Regime
from bulk2cell.train.cells import thinned
from bulk2cell.train.guard import refuse_unfit
from bulk2cell.train.seeds import choose_device


@dataclass(frozen=True)
class TrainingData:
    """Tensors on the training device.

    Attributes
    ----------
    study
        The study, with the cells that training holds in memory.
    bulk
        Lines x genes, z-scores by the training lines' statistics.
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
        Statistics of both domains; where the regime sees no cells, theirs, too, are the training lines'.
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
    return training_data(thinned(study, keep), device, training.regime, components_of(network))


def training_data(study: Study, device: str, regime: Regime = "B", components: int = 0) -> TrainingData:
    """Standardise both domains of a study, each by itself, the bulk lines by the training lines alone.

    Where the regime sees no cells there are none, and what is scored later is standardised by the training lines'
    statistics.

    Parameters
    ----------
    components
        Leading principal components that the cells are reduced to; 0: none.
    """
    train = (study.bulk.obs["split"] == "train").to_numpy()
    bulk = np.asarray(study.bulk.X, dtype=np.float32)
    of_lines = gene_statistics(bulk[train])
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
