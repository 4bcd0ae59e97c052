"""Calls of the study's cells by the controls."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.controls import read_controls
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.study import Study
from bulk2cell.errors import ArtefactError
from bulk2cell.evaluate.join import check_cells, check_pair
from bulk2cell.methods import CONTROLS, method_of

CALLS_OF_CONTROLS = ["method", "strategy", "seed", "cell", "probability", "call", "abstained"]


def read_control_calls(
    study: Study, paths: Sequence[Path], strategies: Collection[str], regime: str
) -> tuple[pd.DataFrame, list[Manifest]]:
    """Read controls on the study's cells, at most one folder per strategy.

    Parameters
    ----------
    study
        The study.
    paths
        Folders of controls.
    strategies
        Strategies of the predictions that the controls belong to.
    regime
        Of the predictions.

    Returns
    -------
    pd.DataFrame
        method (`bulk2cell, ` and the control), strategy, seed (the repeat), cell, probability, call, abstained; in the
        order of `methods.CONTROLS`.
    list of Manifest
        One per folder.

    Raises
    ------
    ArtefactError
        If controls are unknown, of another pair, gene sets, cells or regime, of a strategy without predictions, or given
        twice.
    """
    if not paths:
        return pd.DataFrame(columns=CALLS_OF_CONTROLS), []
    tables, manifests = zip(*(_read(study, path, strategies, regime) for path in paths), strict=True)
    table = pd.concat(tables, ignore_index=True)
    if table.duplicated(["control", "strategy", "repeat", "cell"]).any():
        raise ArtefactError(f"{paths[-1]}: two controls are of the same strategy; give one of them")
    table["control"] = pd.Categorical(table["control"], CONTROLS)
    table = table.sort_values(["control", "strategy", "repeat", "cell"], ignore_index=True)
    return table.assign(method=table["control"].astype(str).map(method_of)).rename(
        columns={"repeat": "seed"}
    )[CALLS_OF_CONTROLS], list(manifests)


def _read(
    study: Study, path: Path, strategies: Collection[str], regime: str
) -> tuple[pd.DataFrame, Manifest]:
    table, manifest = read_controls(path)
    check_pair(study, manifest)
    if manifest.content["regime"] != regime:
        raise ArtefactError(
            f"{path}: controls of regime {manifest.content['regime']} beside predictions of regime {regime}; give "
            "controls of the models that made the predictions"
        )
    for column, known in (("control", CONTROLS), ("strategy", strategies)):
        unknown = set(table[column]) - set(known)
        if unknown:
            raise ArtefactError(
                f"{path}: {column} {', '.join(sorted(unknown))} is none of {', '.join(sorted(known))}; give controls of "
                "the models that made the predictions"
            )
    for _, rows in table.groupby(["control", "strategy", "repeat"]):
        check_cells(study, rows, manifest)
    return table, manifest
