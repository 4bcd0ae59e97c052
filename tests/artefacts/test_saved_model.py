import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from bulk2cell.artefacts.folder import save as save_artefact
from bulk2cell.artefacts.manifest import new_manifest, sha256
from bulk2cell.artefacts.model import TrainedModel, read_model
from bulk2cell.cells.standardise import Scaling
from bulk2cell.errors import ArtefactError
from bulk2cell.model.family import build_network
from bulk2cell.model.mask import decoder_mask
from bulk2cell.model.network import Network
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.parameters import NetworkParameters, StrategyName
from bulk2cell.ridge.network import RidgeNetwork
from bulk2cell.strategies import STRATEGIES
from made_up import content_of, forge, parameters_of

GENES = ["C", "A", "B", "D"]
HISTORY = pd.DataFrame({"stage": ["finetune"], "epoch": [1], "kept": [True]})
PATHWAYS = pd.DataFrame({"gene": ["A", "B", "D"], "set": ["second", "first", "second"]})


def save(path: Path, strategy: StrategyName) -> Network:
    torch.manual_seed(0)
    parameters = NetworkParameters(strategy=strategy, hidden=8, free_units=2)
    network = build_network(decoder_mask(GENES, PATHWAYS, 2), parameters)
    if isinstance(network, DomainSeparationNetwork):
        network.encode(torch.randn(6, 4), torch.randn(6, 4))
    elif isinstance(network, RidgeNetwork):
        network.set_weights(torch.randn(4))
    numbers = np.arange(4, dtype=np.float32)
    ids = pd.DataFrame({"identifier": GENES, "symbol": GENES})
    units = ["second", "first", "free 1", "free 2"]
    content = content_of("model", genes=GENES, units=units, strategy=strategy)
    scaling = Scaling(numbers, numbers + 1, numbers + 2, numbers + 3, np.eye(2, 4, dtype=np.float32))
    manifest = new_manifest("model", parameters_of("model", **vars(parameters)), {}, content)
    model = TrainedModel(
        network=network,
        genes=GENES,
        units=units,
        pathways=PATHWAYS,
        gene_ids=ids,
        scaling=scaling,
        history=HISTORY,
        manifest=manifest,
    )
    save_artefact(model, path)
    return network.eval()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_network_gives_the_same_bits_after_saving(tmp_path: Path, strategy: StrategyName) -> None:
    network = save(tmp_path / "model", strategy)
    back = read_model(tmp_path / "model")
    x = torch.randn(5, 4)
    for domain in ("bulk", "cells"):
        assert torch.equal(
            network.classify(network.code(x, domain)), back.network.classify(back.network.code(x, domain))
        )
    assert not back.network.training
    assert back.genes == GENES
    assert back.units == ["second", "first", "free 1", "free 2"]
    assert back.scaling.cell_std.tolist() == [3, 4, 5, 6]
    assert back.scaling.cell_components.tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]


def test_the_saved_batch_statistics_are_those_of_training(tmp_path: Path) -> None:
    network = save(tmp_path / "model", "base_ae")
    back = read_model(tmp_path / "model").network
    assert network.cell_encoder[2].num_batches_tracked == 1
    assert torch.equal(back.cell_encoder[2].running_mean, network.cell_encoder[2].running_mean)
    assert back.cell_encoder[2].running_mean.abs().sum() > 0


def test_same_network_same_bytes(tmp_path: Path) -> None:
    save(tmp_path / "a", "adv_share_ae")
    save(tmp_path / "b", "adv_share_ae")
    assert sha256(tmp_path / "a") == sha256(tmp_path / "b")


def test_a_copied_model_is_the_same_model(tmp_path: Path, tiny_model: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "elsewhere")
    first, second = read_model(tiny_model), read_model(tmp_path / "elsewhere")
    assert first.manifest.content == second.manifest.content
    for name, value in first.network.state_dict().items():
        assert torch.equal(value, second.network.state_dict()[name])


def test_changed_weights_are_found(tmp_path: Path, tiny_model: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    file = tmp_path / "model" / "weights.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    with pytest.raises(ArtefactError, match=r"weights\.safetensors: missing or changed"):
        read_model(tmp_path / "model")


def test_weights_of_another_shape_are_one_line(tmp_path: Path, tiny_model: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    forge(tmp_path / "model", "model", lambda facts: facts["parameters"].update(hidden=33))
    with pytest.raises(ArtefactError, match=r"weights do not fit model\.json.*make the model again") as error:
        read_model(tmp_path / "model")
    assert "\n" not in str(error.value)


def test_an_encoder_is_no_model(tiny_encoder: Path, tiny_model: Path) -> None:
    with pytest.raises(ArtefactError, match="expected a model, found an encoder"):
        read_model(tiny_encoder)
    with pytest.raises(ArtefactError, match="expected an encoder, found a model"):
        read_model(tiny_model, kind="encoder")


def test_nothing_pickled_is_in_a_model(tiny_model: Path) -> None:
    assert sorted(file.name for file in tiny_model.iterdir()) == [
        "gene_ids.parquet",
        "history.parquet",
        "model.json",
        "pathways.parquet",
        "weights.safetensors",
    ]


def test_the_manifest_says_what_the_network_is_made_of(tiny_model: Path) -> None:
    model = read_model(tiny_model)
    content = model.manifest.content
    assert content["genes"] == model.genes
    assert content["units"] == model.units
    assert content["strategy"] == "share_ae_pathways"
    assert content["seed"] == 1
    assert len(model.units) == model.pathways["set"].nunique() + 5


def test_a_study_says_nothing_of_labels_but_in_its_own_file(
    tiny_study: Path, study_of: Callable[..., Path]
) -> None:
    labels = pd.read_parquet(tiny_study / "cell_labels.parquet")
    assert set(labels["label"]) == {0.0, 1.0}
    assert b"sensitive" not in (tiny_study / "cells.h5ad").read_bytes()
