"""Calls of the study's cells by the controls."""

from collections.abc import Collection, Sequence

import pandas as pd

from bulk2cell.artefacts.controls import Controls
from bulk2cell.artefacts.study import Study
from bulk2cell.errors import ArtefactError
from bulk2cell.evaluate.join import check_cells, check_pair
from bulk2cell.methods import CONTROLS, method_of
from bulk2cell.regimes import Regime, with_letter

CALLS_OF_CONTROLS = ["method", "strategy", "seed", "cell", "probability", "call"]


def join_control_calls(
    study: Study, controls: Sequence[Controls], strategies: Collection[str], regime: Regime
) -> pd.DataFrame:
    """Put controls on the study's cells, at most one of each strategy, into one table.

    Parameters
    ----------
    study
        The study.
    strategies
        Strategies of the predictions that the controls belong to.
    regime
        Of the predictions.

    Returns
    -------
    pd.DataFrame
        method (`bulk2cell, ` and the control), strategy, seed (the repeat), cell, probability, call; in the
        order of `methods.CONTROLS`.

    Raises
    ------
    ArtefactError
        If controls are unknown, of another pair, gene sets, cells or regime, of a strategy without predictions, or given
        twice.
    """
    if not controls:
        return pd.DataFrame(columns=CALLS_OF_CONTROLS)
    for each in controls:
        _refuse_others(study, each, strategies, regime)
    table = pd.concat([each.table for each in controls], ignore_index=True)
    if table.duplicated(["control", "strategy", "repeat", "cell"]).any():
        raise ArtefactError(
            f"{controls[-1].manifest.path}: two controls are of the same strategy; give one of them"
        )
    table["control"] = pd.Categorical(table["control"], CONTROLS)
    table = table.sort_values(["control", "strategy", "repeat", "cell"], ignore_index=True)
    return table.assign(method=table["control"].astype(str).map(method_of)).rename(
        columns={"repeat": "seed"}
    )[CALLS_OF_CONTROLS]


def _refuse_others(study: Study, controls: Controls, strategies: Collection[str], regime: Regime) -> None:
    table, manifest = controls.table, controls.manifest
    check_pair(study, manifest)
    if manifest.content["regime"] != regime:
        raise ArtefactError(
            f"{manifest.path}: controls in {with_letter(manifest.content['regime'])} beside predictions in "
            f"{with_letter(regime)}; give controls of the models that made the predictions"
        )
    for column, known in (("control", CONTROLS), ("strategy", strategies)):
        unknown = set(table[column]) - set(known)
        if unknown:
            raise ArtefactError(
                f"{manifest.path}: {column} {', '.join(sorted(unknown))} is not one of {', '.join(sorted(known))}; "
                "give controls of the models that made the predictions"
            )
    for _, rows in table.groupby(["control", "strategy", "repeat"]):
        check_cells(study, rows, manifest)
