"""Draw the labelled cells that regimes C and D give to fine-tuning, and that no test may hold."""

from pathlib import Path

import numpy as np
import pandas as pd

from bulk2cell.artefacts.folder import claims_out, new_artefact
from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.shots import write_shots
from bulk2cell.artefacts.study import LABELS_FILE, read_cell_labels
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.parameters import Regime

ORACLE_SEED = 0


@claims_out("shots")
def shots(study: Path, out: Path, regime: Regime, per_class: int, seed: int) -> Path:
    """Draw labelled cells of a study and write them; training reads a cell's label from no other file.

    In regime D, the oracle, they are half as many of each class as the smaller class has cells, and the same for every
    seed, so that the other cells are left to test.

    Parameters
    ----------
    study
        Folder of the study.
    out
        Folder of the shots.
    regime
        C or D.
    per_class
        Cells of each class in regime C; 0 in regime D.
    seed
        Seed of the draw in regime C.

    Returns
    -------
    Path
        `out`.

    Raises
    ------
    ParameterError
        If the regime takes no labels, or the number does not belong to it.
    InputError
        If a class has no more cells than are to be drawn; nothing is written then.
    """
    if regime not in {"C", "D"} or (regime == "C") != (per_class > 0):
        raise ParameterError(
            f"shots: {per_class} in regime {regime}; labelled cells are drawn in regime C, at least 1 per class, and in "
            "regime D, which takes half and needs 0"
        )
    labels = read_cell_labels(study)
    smaller = min(int((labels["label"] == value).sum()) for value in (0, 1))
    oracle = regime == "D"
    number = smaller // 2 if oracle else per_class
    if not 0 < number < smaller:
        raise InputError(
            f"{study}: the smaller class has {smaller} labelled cells, too few to draw {number or 1} and test on others; "
            "give more labelled cells, or fewer shots"
        )
    drawn = draw_shots(labels, number, ORACLE_SEED if oracle else seed)
    manifest = read_manifest(study, "study")
    facts = manifest.content
    settings = {"regime": regime, "shots": per_class, "seed": seed}
    inputs = {f"study/{LABELS_FILE}": manifest.files[LABELS_FILE]}
    with new_artefact(out, "shots", settings, inputs) as draft:
        draft.content = {
            "pair": facts["pair"],
            "gene_sets": facts["gene_sets"],
            "regime": regime,
            "k": number,
            "seed": seed,
        }
        write_shots(draft, drawn)
    return out


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
