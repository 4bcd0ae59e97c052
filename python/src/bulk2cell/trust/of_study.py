"""What can be expected of a model on the cells of its study."""

import numpy as np

from bulk2cell.parameters import LossParameters
from bulk2cell.ridge.target import draw_line_weights
from bulk2cell.screen.fit import fit_drug
from bulk2cell.screen.lines import Lines
from bulk2cell.train.data import TrainingData
from bulk2cell.trust.expect import Trust, expect
from bulk2cell.trust.signals import find_near_lines, nearby_correlation, stability


def trust_study(data: TrainingData, losses: LossParameters, seed: int) -> Trust | None:
    """Return what a screen of the cells would say of the drug; None where there are no cells or components of them.

    Parameters
    ----------
    data
        What training sees.
    seed
        Of the lines' weights.
    """
    components = data.scaling.cell_components
    if not (len(components) and len(data.cells)):
        return None
    z, study = data.bulk.cpu().numpy(), data.study
    weights = draw_line_weights(len(z), seed)
    lines = Lines(study.bulk.obs_names, z @ z.T, z @ components.T, weights, z)
    response, labels, train = (values.cpu().numpy() for values in (data.response, data.labels, data.train))
    fit = fit_drug(lines, response, labels, train, losses.ridge_penalty)
    covariance = np.atleast_2d(np.cov(data.cells.cpu().numpy() @ components.T, rowvar=False, bias=True))
    near = find_near_lines(data.scaling.cell_mean, np.asarray(study.bulk.X))
    return expect(stability(fit, covariance), nearby_correlation(fit, near))
