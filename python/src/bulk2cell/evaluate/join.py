"""Join predictions, labels, samples and sequencing depth of the study's cells."""

from collections.abc import Sequence

import pandas as pd

from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.artefacts.predictions import Predictions
from bulk2cell.artefacts.study import Study, read_cell_labels
from bulk2cell.errors import ArtefactError, InputError
from bulk2cell.parameters import PredictParameters, take
from bulk2cell.regimes import with_letter


def read_labelled_cells(study: Study) -> pd.DataFrame:
    """Return the study's cells sorted by name: cell, label (1, 0, NaN), sample, n_counts, n_genes.

    Raises
    ------
    InputError
        If the labelled cells are not of both classes.
    """
    path = study.manifest.path
    labels = read_cell_labels(study.manifest).set_index("cell")[["label", "sample"]]
    cells = labels.join(study.cells.obs[["n_counts", "n_genes"]], how="right").rename_axis("cell")
    counts = {
        name: int((cells["label"] == value).sum()) for value, name in ((1, "sensitive"), (0, "resistant"))
    }
    if min(counts.values()) == 0:
        raise InputError(
            f"{path}: {counts['sensitive']} cells are labelled sensitive and {counts['resistant']} "
            "resistant, and both are needed to evaluate; give preprocess the cells' labels"
        )
    return cells.astype({"label": float, "n_counts": float, "n_genes": float}).sort_index().reset_index()


def leave_out(cells: pd.DataFrame, manifests: Sequence[Manifest]) -> tuple[pd.DataFrame, set[str]]:
    """Remove the labels of all shots: cells that one seed has learnt from do not test another either.

    Parameters
    ----------
    cells
        Columns cell, label.
    manifests
        Of the predictions; `shots` names the labelled cells that their models have seen.

    Returns
    -------
    pd.DataFrame
        The cells, those that were shots without label.
    set of str
        The shots of all predictions.

    Raises
    ------
    InputError
        If no cell of a class is left to test.
    """
    shots = {name for manifest in manifests for name in manifest.content["shots"]}
    tested = cells.assign(label=cells["label"].mask(cells["cell"].isin(shots)))
    if tested["label"].nunique() < 2:
        raise InputError(
            f"{manifests[0].path}: without the {len(shots)} shots no cell of one class is left to test; draw fewer shots, "
            "or give fewer seeds"
        )
    return tested, shots


def join_calls(study: Study, predictions: Sequence[Predictions]) -> pd.DataFrame:
    """Put predictions on the study's cells, of any strategies and seeds, into one table.

    Returns
    -------
    pd.DataFrame
        cell, probability, call, strategy, seed; sorted by strategy, seed and cell.

    Raises
    ------
    InputError
        If there are none.
    ArtefactError
        If predictions are of another pair, other gene sets or other cells, if two are of the same strategy
        and seed, if their calls were made with different thresholds, or if their regimes differ.
    """
    manifests = [each.manifest for each in predictions]
    tables = []
    for table, manifest in ((each.table, each.manifest) for each in predictions):
        check_pair(study, manifest)
        check_cells(study, table, manifest)
        tables.append(table.assign(strategy=manifest.content["strategy"], seed=manifest.content["seed"]))
    if not tables:
        raise InputError("no predictions to evaluate; give at least one folder of predictions")
    calls = pd.concat(tables, ignore_index=True)
    if calls.duplicated(["strategy", "seed", "cell"]).any():
        raise ArtefactError(
            f"{manifests[-1].path}: two predictions are of the same strategy and seed; give one of them"
        )
    if len({read_thresholds(manifest) for manifest in manifests}) > 1:
        raise ArtefactError(
            f"{manifests[-1].path}: predicted with other thresholds than the others; predict all with the same"
        )
    regimes = sorted({manifest.content["regime"] for manifest in manifests})
    if len(regimes) > 1:
        words = " and ".join(map(with_letter, regimes))
        raise ArtefactError(
            f"{manifests[-1].path}: predictions in {words} cannot be scored together; give those of one regime"
        )
    return calls.sort_values(["strategy", "seed", "cell"], ignore_index=True)


def read_thresholds(manifest: Manifest) -> tuple[float, float]:
    """Return the threshold of predictions, and the accuracy that was asked of their calls."""
    made_with = take(PredictParameters, manifest.parameters)
    return made_with.threshold, made_with.call_accuracy


def check_pair(study: Study, manifest: Manifest) -> None:
    """Refuse what is of another pair or of other gene sets.

    Raises
    ------
    ArtefactError
        Naming both.
    """
    for key in ("pair", "gene_sets"):
        found, wanted = manifest.content[key], study.manifest.content[key]
        if found != wanted:
            raise ArtefactError(
                f"{manifest.path}: {key} is {found}, and that of the study {study.manifest.path} is "
                f"{wanted}; give {manifest.kind} and their own study"
            )


def check_cells(study: Study, table: pd.DataFrame, manifest: Manifest) -> None:
    """Refuse a table with a column cell that does not hold every cell of the study once.

    Raises
    ------
    ArtefactError
        Naming the folder.
    """
    if len(table) != study.cells.n_obs or set(table["cell"]) != set(study.cells.obs_names):
        raise ArtefactError(
            f"{manifest.path}: its cells are not those of the study {study.manifest.path}; predict on the "
            "study's folder"
        )
