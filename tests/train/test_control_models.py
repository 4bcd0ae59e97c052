from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.metrics import roc_auc_score

from bulk2cell.artefacts.controls import read_controls
from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.study import read_cell_labels, read_study
from bulk2cell.errors import ArtefactError, ParameterError
from bulk2cell.model.mask import decoder_mask
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.parameters import (
    ControlParameters,
    LossParameters,
    NetworkParameters,
    PredictParameters,
    StrategyName,
    TrainParameters,
)
from bulk2cell.stages import controls
from bulk2cell.train.control_models import permute_labels, randomise_gene_sets, train_control_models
from bulk2cell.train.data import training_data
from bulk2cell.train.temperature import find_temperature
from bulk2cell.train.validation import held_out_logits

Train = Callable[..., Path]
SHORT = TrainParameters(pretrain_epochs=2, finetune_epochs=2, batch_size=64, device="cpu")
NETWORK = {"permuted labels": 2, "untrained encoder": 1}
PATHWAYS = {"random gene sets": 1, "dense decoder": 1}
EXPECTED: dict[StrategyName, dict[str, int]] = {
    "ridge_pathways": {"permuted labels": 2},
    "base_ae": NETWORK,
    "share_ae_pathways": {**NETWORK, **PATHWAYS},
}


def make(study: Path, encoder: Path, out: Path, permutations: int = 2, **changes: object) -> pd.DataFrame:
    training = TrainParameters(**{**vars(SHORT), **changes})
    parameters = ControlParameters(label_permutations=permutations)
    controls(study, encoder, out, LossParameters(), training, PredictParameters(), parameters)
    return read_controls(out).table


@pytest.mark.parametrize("strategy", EXPECTED)
def test_a_strategy_has_the_controls_of_its_parts(
    tiny_study: Path, train_tiny: Train, tmp_path: Path, strategy: StrategyName
) -> None:
    encoder = train_tiny(tiny_study, tmp_path, strategy=strategy).with_name("encoder")
    table = make(tiny_study, encoder, tmp_path / "controls")
    assert table.groupby("control")["repeat"].nunique().to_dict() == EXPECTED[strategy]
    assert set(table["strategy"]) == {strategy}
    cells = set(read_study(tiny_study).cells.obs_names)
    for _, rows in table.groupby(["control", "repeat"]):
        assert set(rows["cell"]) == cells
        assert rows["probability"].nunique() > 100
    again = make(tiny_study, encoder, tmp_path / "again")
    assert sha256(tmp_path / "again" / "controls.parquet") == sha256(
        tmp_path / "controls" / "controls.parquet"
    )
    assert len(again) == len(table)


def test_permuted_labels_leave_nothing_of_a_planted_response(
    tiny_study: Path, train_tiny: Train, tmp_path: Path
) -> None:
    encoder = train_tiny(tiny_study, tmp_path, strategy="ridge_pathways").with_name("encoder")
    table = make(tiny_study, encoder, tmp_path / "controls", permutations=20)
    label = read_cell_labels(tiny_study).set_index("cell")["label"]
    aurocs = [roc_auc_score(label[rows["cell"]], rows["probability"]) for _, rows in table.groupby("repeat")]
    assert abs(np.mean(aurocs) - 0.5) < 0.15
    assert np.std(aurocs) > 0.01


def test_a_permutation_keeps_each_part_of_the_split_and_each_line_s_response_with_its_label(
    tiny_study: Path,
) -> None:
    data = training_data(read_study(tiny_study), "cpu")
    other = permute_labels(data, 1)
    assert not torch.equal(other.response, data.response)
    for part in (data.train, ~data.train):
        pairs = [
            sorted(
                zip(
                    one.response[part].nan_to_num().tolist(),
                    one.labels[part].nan_to_num(-1).tolist(),
                    strict=True,
                )
            )
            for one in (data, other)
        ]
        assert pairs[0] == pairs[1]
    assert torch.equal(other.bulk, data.bulk)
    assert torch.equal(permute_labels(data, 1).response, other.response)
    assert not torch.equal(permute_labels(data, 2).response, other.response)


def test_random_gene_sets_keep_sizes_and_overlaps_and_the_free_units() -> None:
    mask = (torch.rand(40, 7, generator=torch.Generator().manual_seed(0)) < 0.3).float()
    mask[:, 5:] = 1
    drawn = randomise_gene_sets(mask, 2, seed=1)
    assert torch.equal(drawn.T @ drawn, mask.T @ mask)
    assert not torch.equal(drawn, mask)
    assert (drawn[:, 5:] == 1).all()


def test_regimes_with_shots_have_no_controls(tiny_study: Path, tiny_encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ParameterError,
        match=r"regime C .* has no controls; make them in regime A .* or regime B",
    ):
        make(tiny_study, tiny_encoder, tmp_path / "controls", regime="C", shots=1)
    assert not (tmp_path / "controls").exists()


def test_an_encoder_of_another_study_is_refused(
    study_of: Callable[..., Path], tiny_encoder: Path, world: Path, tmp_path: Path
) -> None:
    other = study_of(tmp_path / "study", gene_sets=_fewer(world, tmp_path))
    with pytest.raises(ArtefactError, match="encoder of another study"):
        make(other, tiny_encoder, tmp_path / "controls")


def _fewer(world: Path, folder: Path) -> Path:
    lines = (world / "gene_sets.gmt").read_text().splitlines(keepends=True)
    (folder / "fewer.gmt").write_text("".join(lines[:-1]))
    return folder / "fewer.gmt"


def test_a_permuted_control_is_calibrated_on_permuted_labels_too(tiny_study: Path) -> None:
    study = read_study(tiny_study)
    data = training_data(study, "cpu")
    mask = decoder_mask(list(study.bulk.var_names), study.pathways, 1)
    network = NetworkParameters(strategy="share_ae_pathways", free_units=1)
    torch.manual_seed(1)
    _, _, control, calibration = next(
        train_control_models(
            DomainSeparationNetwork(mask, network), mask, data, network, LossParameters(), SHORT, 1
        )
    )
    assert find_temperature(*held_out_logits(control, permute_labels(data, 1))) == pytest.approx(1, rel=1e-3)
    assert find_temperature(*held_out_logits(control, data)) != pytest.approx(1, rel=0.1)
    labels = permute_labels(data, 1).labels
    assert calibration.sensitive.tolist() == (labels[~data.train & ~labels.isnan()] == 1).tolist()
