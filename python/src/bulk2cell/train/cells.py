"""The cells of a study that training holds in memory."""

from collections.abc import Collection
from dataclasses import replace

from bulk2cell.artefacts.study import Study
from bulk2cell.parameters import MOST_CELLS
from bulk2cell.preprocess.study_input import draw_rows


def thinned(study: Study, keep: Collection[str] = ()) -> Study:
    """Return a study with at most `MOST_CELLS` of its cells, drawn at random by their names, and those that are to be kept.

    Training holds standardised cells densely, and an epoch takes no more of them than there are lines.
    """
    if study.cells.n_obs <= MOST_CELLS:
        return study
    drawn = draw_rows(study.cells.obs_names.to_numpy(), MOST_CELLS)
    return replace(study, cells=study.cells[study.cells.obs_names.isin([*drawn, *keep])].copy())
