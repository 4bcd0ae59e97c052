from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import read_manifest, sha256
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.shots import read_shots
from bulk2cell.artefacts.study import Study, read_cell_labels, read_study
from bulk2cell.errors import ArtefactError, ParameterError
from bulk2cell.parameters import LossParameters, StrategyName, TrainParameters
from bulk2cell.regimes import Regime
from bulk2cell.stages import finetune, shots
from bulk2cell.train.data import training_data

Change = Callable[..., Path]
WEIGHTS = "weights.safetensors"


def settings(regime: Regime, per_class: int = 0, **changes: Any) -> TrainParameters:
    values: dict[str, Any] = {"finetune_epochs": 3, "batch_size": 64, "device": "cpu", **changes}
    return TrainParameters(regime=regime, shots=per_class, **values)


def relabelled(drawn: Path, out: Path, cells: Sequence[str]) -> Path:
    """Write shots with the labels of some cells turned round."""
    given = read_shots(drawn)
    table, manifest = given.table, given.manifest
    turned = table["label"].mask(table["cell"].isin(cells), 1 - table["label"])
    with new_artefact(out, "shots", manifest.parameters, manifest.inputs) as draft:
        draft.content = dict(manifest.content)
        table.assign(label=turned).to_parquet(draft.folder / "shots.parquet", index=False)
    return out


@pytest.mark.parametrize("strategy", ["share_ae_pathways", "adv_ae"])
def test_in_regime_a_no_bit_depends_on_the_cells(
    strategy: StrategyName, tiny_study: Path, changed_study: Change, train_tiny: Change, tmp_path: Path
) -> None:
    def other_cells(study: Study) -> None:
        study.cells.X.data = np.random.default_rng(0).permutation(study.cells.X.data)

    short = {"strategy": strategy, "regime": "A", "pretrain_epochs": 2, "finetune_epochs": 2}
    first = train_tiny(tiny_study, tmp_path / "first", **short)
    second = train_tiny(changed_study(other_cells), tmp_path / "second", **short)
    for part in ("encoder", "model"):
        weights = [path.with_name(part) / WEIGHTS for path in (first, second)]
        assert weights[0].read_bytes() == weights[1].read_bytes()
    content = read_manifest(first, "model").content
    assert (content["regime"], content["shots"], content["cells"]) == ("A", [], 0)
    assert "train_adversary" not in pd.read_parquet(first / "history.parquet")


def test_in_regime_a_cells_are_scored_as_if_they_were_lines(
    tiny_study: Path, train_tiny: Change, tmp_path: Path
) -> None:
    model = read_model(train_tiny(tiny_study, tmp_path, strategy="base_ae", regime="A", finetune_epochs=1))
    assert np.array_equal(model.scaling.cell_mean, model.scaling.bulk_mean)
    assert np.array_equal(model.scaling.cell_std, model.scaling.bulk_std)
    bulk = training_data(read_study(tiny_study), "cpu", "A").bulk
    with torch.no_grad():
        assert torch.equal(model.network.code(bulk, "cells"), model.network.code(bulk, "bulk"))


def test_an_encoder_that_has_seen_cells_is_refused_in_regime_a(
    tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        ArtefactError, match=r"pretrained in regime B .*, so it cannot be fine-tuned in regime A"
    ):
        finetune(tiny_study, tiny_encoder, tmp_path / "model", LossParameters(), settings("A"))
    assert list(tmp_path.iterdir()) == []


def test_fine_tuning_sees_the_labels_of_the_shots_and_no_others(
    tiny_study: Path, tiny_encoder: Path, changed_study: Change, tmp_path: Path
) -> None:
    drawn = shots(tiny_study, tmp_path / "shots", "C", 3, 1)
    names = list(read_shots(drawn).table["cell"])
    labels = read_cell_labels(tiny_study)
    others_turned = labels.assign(
        label=labels["label"].where(labels["cell"].isin(names), 1 - labels["label"])
    )
    turned = changed_study(labels=others_turned)

    def train(study: Path, shots_from: Path, name: str) -> Path:
        return finetune(study, tiny_encoder, tmp_path / name, LossParameters(), settings("C", 3), shots_from)

    first = train(tiny_study, drawn, "first")
    assert sha256(first) == sha256(train(turned, drawn, "others"))
    one_turned = train(tiny_study, relabelled(drawn, tmp_path / "turned", names[:1]), "one")
    assert (first / WEIGHTS).read_bytes() != (one_turned / WEIGHTS).read_bytes()
    content = read_manifest(first, "model").content
    assert (content["regime"], content["shots"]) == ("C", names)
    assert pd.read_parquet(first / "history.parquet")["train_shots"].notna().sum() == 3


def test_shots_teach_what_they_are_labelled(tiny_study: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    study = read_study(tiny_study)
    drawn = shots(tiny_study, tmp_path / "shots", "C", 10, 1)
    table = read_shots(drawn).table
    against = relabelled(drawn, tmp_path / "against", list(table["cell"]))
    training = settings("C", 10, finetune_epochs=40, finetune_min_epochs=40, patience=40, min_delta=1e-9)
    gap = []
    for name, given in (("right", drawn), ("wrong", against)):
        model = read_model(
            finetune(tiny_study, tiny_encoder, tmp_path / name, LossParameters(), training, given)
        )
        rows = study.cells.obs_names.get_indexer(pd.Index(table["cell"]))
        with torch.no_grad():
            cells = training_data(study, "cpu").cells[rows]
            sensitive = model.network.classify(model.network.code(cells, "cells")).softmax(dim=1)[:, 1]
        label = torch.from_numpy(table["label"].to_numpy())
        gap.append(float(sensitive[label == 1].mean() - sensitive[label == 0].mean()))
    assert gap[0] > gap[1] + 0.2


@pytest.mark.parametrize(
    ("regime", "per_class", "given"), [("B", 0, True), ("A", 0, True), ("C", 3, False), ("D", 0, False)]
)
def test_shots_and_regime_go_together(
    regime: Regime,
    per_class: int,
    given: bool,
    tiny_study: Path,
    train_tiny: Change,
    tmp_path: Path,
) -> None:
    drawn = shots(tiny_study, tmp_path / "shots", "C", 3, 1) if given else None
    part = {"finetune_epochs": 1, "pretrain_epochs": 0, "regime": "A" if regime == "A" else "B"}
    encoder = train_tiny(tiny_study, tmp_path, **part).with_name("encoder")
    with pytest.raises(ParameterError, match=rf"^shots_from: .*, but regime {regime} "):
        finetune(tiny_study, encoder, tmp_path / "out", LossParameters(), settings(regime, per_class), drawn)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("regime", "per_class"), [("C", 4), ("D", 0)])
def test_shots_of_another_regime_or_number_are_refused(
    regime: Regime, per_class: int, tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    drawn = shots(tiny_study, tmp_path / "shots", "C", 3, 1)
    with pytest.raises(ArtefactError, match=r"drawn for regime C .*, --shots 3, and not for regime"):
        finetune(
            tiny_study,
            tiny_encoder,
            tmp_path / "out",
            LossParameters(),
            settings(regime, per_class),
            drawn,
        )


def test_shots_of_another_study_are_refused(
    tiny_study: Path, tiny_encoder: Path, changed_study: Change, tmp_path: Path
) -> None:
    labels = read_cell_labels(tiny_study)
    other = changed_study(labels=labels.assign(cell="x" + labels["cell"]))
    drawn = shots(other, tmp_path / "shots", "C", 3, 1)
    with pytest.raises(ArtefactError, match="shots of another study"):
        finetune(tiny_study, tiny_encoder, tmp_path / "out", LossParameters(), settings("C", 3), drawn)
