"""The labelled cells that fine-tuning sees: the shots, in regimes that see labels, else none."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from bulk2cell.artefacts.shots import SHOTS_FILE, read_shots
from bulk2cell.artefacts.study import Study
from bulk2cell.errors import ArtefactError, ParameterError
from bulk2cell.parameters import TrainParameters
from bulk2cell.regimes import REGIMES, WITH_LABELS, with_letter, with_letters


@dataclass(frozen=True)
class Shots:
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


def training_shots(study: Study, shots_from: Path | None, training: TrainParameters, device: str) -> Shots:
    """Read the shots, where the regime sees labels.

    Raises
    ------
    ParameterError
        If the regime needs shots and has none, or the other way round.
    ArtefactError
        If they are of another study, regime or number.
    """
    wanted = REGIMES[training.regime].sees_labels
    if wanted != (shots_from is not None):
        raise ParameterError(
            f"shots_from: {'not given' if wanted else shots_from} in the regime of {with_letter(training.regime)}; labelled "
            f"cells, which `bulk2cell shots` draws, are learnt from in that of {with_letters(WITH_LABELS)}, and in no other"
        )
    if shots_from is None:
        return no_shots(device)
    table, manifest = read_shots(shots_from)
    regime, number = manifest.content["regime"], manifest.content["k"]
    drawn_for = (regime, number if REGIMES[regime].takes_shots else 0)
    if drawn_for != (training.regime, training.shots):
        raise ArtefactError(
            f"{shots_from}: drawn for {with_letter(regime)}, --shots {drawn_for[1]}, and not for "
            f"{with_letter(training.regime)}, --shots {training.shots}; draw them again with `bulk2cell shots`"
        )
    rows = pd.Index(study.cells.obs_names).get_indexer(pd.Index(table["cell"]))
    if manifest.content["pair"] != study.manifest.content["pair"] or (rows < 0).any():
        raise ArtefactError(
            f"{shots_from}: shots of another study than {study.manifest.path}; draw them from this one"
        )
    return Shots(
        list(table["cell"]),
        torch.from_numpy(rows).to(device),
        torch.from_numpy(table["label"].to_numpy(dtype=int)).to(device),
        {f"shots/{SHOTS_FILE}": manifest.files[SHOTS_FILE]},
    )


def no_shots(device: str) -> Shots:
    """Return the shots of regimes that see no labels."""
    nothing = torch.empty(0, dtype=torch.long, device=device)
    return Shots([], nothing, nothing, {})


def some_shots(count: int, most: int) -> torch.Tensor:
    """Draw the shots of one batch: all of them, or `most` drawn anew where there are more."""
    return torch.randperm(count)[:most] if count > most else torch.arange(count)
