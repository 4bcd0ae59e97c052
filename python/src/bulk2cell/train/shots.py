"""The labelled cells that fine-tuning sees: the shots, in regimes that see labels, else none."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import torch
from torch import Tensor

from bulk2cell.artefacts.shots import SHOTS_FILE, Shots
from bulk2cell.artefacts.study import Study
from bulk2cell.errors import ArtefactError, ParameterError
from bulk2cell.parameters import TrainParameters
from bulk2cell.regimes import REGIMES, WITH_LABELS, with_letter, with_letters


@dataclass(frozen=True)
class TrainingShots:
    """Labelled cells of the target; none in regimes that see no labels.

    Attributes
    ----------
    names
        Of the cells.
    rows, labels
        Per shot: its row among the study's cells; 1 sensitive, 0 resistant.
    inputs
        sha256 of the file they come from, by name.
    """

    names: list[str]
    rows: Tensor
    labels: Tensor
    inputs: Mapping[str, str]


def training_shots(
    study: Study, shots: Shots | None, training: TrainParameters, device: str
) -> TrainingShots:
    """Return the shots, where the regime sees labels.

    Raises
    ------
    ParameterError
        If the regime needs shots and has none, or the other way round.
    ArtefactError
        If they are of another study, regime or number.
    """
    regime = with_letter(training.regime)
    if shots is None:
        if REGIMES[training.regime].sees_labels:
            raise ParameterError(
                f"shots_from: not given, but {regime} learns from labelled cells; draw them with `bulk2cell shots`"
            )
        return no_shots(device)
    if not REGIMES[training.regime].sees_labels:
        raise ParameterError(
            f"shots_from: {shots.manifest.path}, but {regime} sees no labels; leave it out, or choose "
            f"{with_letters(WITH_LABELS)}"
        )
    table, manifest = shots.table, shots.manifest
    drawn_in, number = manifest.content["regime"], manifest.content["k"]
    drawn_for = (drawn_in, number if REGIMES[drawn_in].takes_shots else 0)
    if drawn_for != (training.regime, training.shots):
        raise ArtefactError(
            f"{manifest.path}: drawn for {with_letter(drawn_in)}, --shots {drawn_for[1]}, and not for "
            f"{regime}, --shots {training.shots}; draw them again with `bulk2cell shots`"
        )
    rows = pd.Index(study.cells.obs_names).get_indexer(pd.Index(table["cell"]))
    if manifest.content["pair"] != study.manifest.content["pair"] or (rows < 0).any():
        raise ArtefactError(
            f"{manifest.path}: shots of another study than {study.manifest.path}; draw them from this one"
        )
    return TrainingShots(
        list(table["cell"]),
        torch.from_numpy(rows).to(device),
        torch.from_numpy(table["label"].to_numpy(dtype=int)).to(device),
        {f"shots/{SHOTS_FILE}": manifest.files[SHOTS_FILE]},
    )


def no_shots(device: str) -> TrainingShots:
    """Return the shots of regimes that see no labels."""
    nothing = torch.empty(0, dtype=torch.long, device=device)
    return TrainingShots([], nothing, nothing, {})
