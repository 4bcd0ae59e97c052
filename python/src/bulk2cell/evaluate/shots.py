"""Draw the labelled cells that fine-tuning may see in some regimes, and that no test may hold."""

import numpy as np
import pandas as pd

from bulk2cell.artefacts.manifest import Manifest, new_manifest
from bulk2cell.artefacts.shots import Shots
from bulk2cell.artefacts.study import LABELS_FILE, read_cell_labels
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.regimes import REGIMES, WITH_LABELS, Regime, with_letter, with_letters

SEED_OF_HALF = 0  # whatever the model's seed, so that all models of a strategy are tested on the same cells


def shots(study: Manifest, regime: Regime, per_class: int, seed: int) -> Shots:
    """Draw labelled cells of a study; no other file hands a cell's label to training.

    Where their number is not chosen they are, of each class, half as many as the smaller class has cells, and the same for
    every seed, so that the other cells are left to test.

    Parameters
    ----------
    regime
        One that sees labels.
    per_class
        Cells of each class, where the regime takes a number; else 0.
    seed
        Seed of the draw, where the regime takes a number.

    Raises
    ------
    ParameterError
        If the regime takes no labels, or the number does not belong to it.
    InputError
        If a class has no cell more than are to be drawn.
    """
    access = REGIMES[regime]
    if not access.sees_labels or access.takes_shots != (per_class > 0):
        raise ParameterError(
            f"shots: {per_class} does not go with {with_letter(regime)}; labelled cells are drawn in "
            f"{with_letters(WITH_LABELS)}, at least 1 per class where they are few, and 0 where they are half"
        )
    labels = read_cell_labels(study)
    smaller = min(int((labels["label"] == value).sum()) for value in (0, 1))
    number = per_class if access.takes_shots else smaller // 2
    if not 0 < number < smaller:
        raise InputError(
            f"{study.path}: the smaller class has {smaller} labelled cells, too few to draw {number or 1} and test "
            "on others; give more labelled cells, or fewer shots"
        )
    drawn = draw_shots(labels, number, seed if access.takes_shots else SEED_OF_HALF)
    content = {
        "pair": study.content["pair"],
        "gene_sets": study.content["gene_sets"],
        "regime": regime,
        "k": number,
        "seed": seed,
    }
    settings = {"regime": regime, "shots": per_class, "seed": seed}
    inputs = {f"study/{LABELS_FILE}": study.files[LABELS_FILE]}
    return Shots(manifest=new_manifest("shots", settings, inputs, content), table=drawn)


def draw_shots(labels: pd.DataFrame, number: int, seed: int) -> pd.DataFrame:
    """Draw cells of each class; the order of the cells does not matter.

    Parameters
    ----------
    labels
        Columns cell, label (1, 0, NaN).
    number
        Cells of each class.

    Returns
    -------
    pd.DataFrame
        cell, label; sorted by cell.
    """
    known = labels.loc[labels["label"].notna(), ["cell", "label"]].sort_values("cell", ignore_index=True)
    shuffled = known.iloc[np.random.default_rng(seed).permutation(len(known))]
    return shuffled.groupby("label").head(number).sort_values("cell", ignore_index=True)
