"""What can be expected of a drug on given cells: of a screen's, and of a model on those of its study."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bulk2cell.parameters import LossParameters
from bulk2cell.ridge.fit_drug import DrugFit, Vector, fit_drug
from bulk2cell.ridge.lines import Lines
from bulk2cell.ridge.target import draw_line_weights
from bulk2cell.trust.expect import Trust, expect
from bulk2cell.trust.signals import find_near_lines, nearby_correlation, stability

if TYPE_CHECKING:
    from bulk2cell.train.data import TrainingData


def rate_fit(fit: DrugFit, code_covariance: Vector, near: NDArray[np.bool_]) -> Trust:
    """Return what can be expected of a drug's scores.

    Parameters
    ----------
    code_covariance
        Of the cells' codes.
    near
        See `find_near_lines`.
    """
    return expect(stability(fit, code_covariance), nearby_correlation(fit, near))


def rate_study(data: "TrainingData", losses: LossParameters, seed: int) -> Trust | None:
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
    return rate_fit(fit, covariance, near)
