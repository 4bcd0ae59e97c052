import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from bulk2cell.artefacts.cell_model import read_cell_model
from bulk2cell.artefacts.model import read_model
from bulk2cell.errors import ArtefactError
from made_up import forge

ENCODER, MEAN, STD = "network.shared_encoder.0.weight", "scaling.cell_mean", "scaling.cell_std"
VARIANCE, COMPONENTS = "network.shared_encoder.2.running_var", "scaling.cell_components"
READERS = pytest.mark.parametrize("read", [read_cell_model, read_model])


def refused(path: Path, read: Callable[[Path], object]) -> None:
    forge(path, "model")
    with pytest.raises(ArtefactError, match=r"weights do not fit model\.json.*the copy is damaged") as error:
        read(path)
    assert "\n" not in str(error.value)


def first(value: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    return lambda tensor: np.where(
        np.arange(tensor.size).reshape(tensor.shape) == 0, np.float32(value), tensor
    )


@READERS
@pytest.mark.parametrize(
    ("name", "change"),
    [
        *((name, first(value)) for name in (ENCODER, MEAN, STD) for value in (np.nan, np.inf)),
        (ENCODER, first(1e30)),
        (ENCODER, lambda tensor: tensor.astype(np.float64)),
        (ENCODER, lambda tensor: tensor[:, 1:].copy()),
        (ENCODER, lambda tensor: tensor[1:].copy()),
        (ENCODER, lambda tensor: tensor.ravel()),
        (STD, first(0.0)),
        (STD, first(-1.0)),
        (MEAN, lambda tensor: tensor[:1]),
        (VARIANCE, first(-1.0)),
        (VARIANCE, lambda tensor: tensor[:1]),
        (COMPONENTS, lambda tensor: np.ones((2, tensor.shape[1]), np.float32)),
        ("network.classifier.5.bias", lambda tensor: tensor[:1]),
    ],
)
def test_weights_that_no_training_made_are_refused(
    tiny_model: Path, tmp_path: Path, read: Callable[[Path], object], name: str, change: Any
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    tensors = load_file(tiny_model / "weights.safetensors")
    tensors[name] = change(tensors[name])
    save_file(tensors, tmp_path / "model" / "weights.safetensors")
    refused(tmp_path / "model", read)


@READERS
@pytest.mark.parametrize("name", [ENCODER, STD, "network.classifier.5.bias"])
def test_a_missing_tensor_is_refused(
    tiny_model: Path, tmp_path: Path, read: Callable[[Path], object], name: str
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    tensors = load_file(tiny_model / "weights.safetensors")
    del tensors[name]
    save_file(tensors, tmp_path / "model" / "weights.safetensors")
    refused(tmp_path / "model", read)


@READERS
@pytest.mark.parametrize("name", ["surplus", "scaling.surplus"])
def test_a_surplus_tensor_is_refused(
    tiny_model: Path, tmp_path: Path, read: Callable[[Path], object], name: str
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    tensors = load_file(tiny_model / "weights.safetensors")
    save_file({**tensors, name: np.zeros(3, np.float32)}, tmp_path / "model" / "weights.safetensors")
    refused(tmp_path / "model", read)


@READERS
@pytest.mark.parametrize(
    "header",
    [
        {},
        {"x": 1},
        {"x": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}},
        {"x": {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 0]}},
        {"x": {"dtype": "F999", "shape": [0], "data_offsets": [0, 0]}},
        {"x": {"dtype": "BF16", "shape": [0], "data_offsets": [0, 0]}},
    ],
)
def test_a_header_that_lies_is_refused(
    tiny_model: Path, tmp_path: Path, read: Callable[[Path], object], header: object
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    text = json.dumps(header).encode()
    (tmp_path / "model" / "weights.safetensors").write_bytes(len(text).to_bytes(8, "little") + text)
    refused(tmp_path / "model", read)
    (tmp_path / "model" / "weights.safetensors").write_bytes(b"\xff" * 8 + text)
    refused(tmp_path / "model", read)


@pytest.mark.parametrize("value", [3, 10**5])
@pytest.mark.parametrize("name", ["hidden", "free_units"])
def test_sizes_that_the_weights_have_not_are_refused_before_a_network_is_built(
    tiny_model: Path, tmp_path: Path, name: str, value: int
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    forge(tmp_path / "model", "model", lambda facts: facts["parameters"].update({name: value}))
    with pytest.raises(ArtefactError, match=r"weights do not fit model\.json"):
        read_model(tmp_path / "model")


@READERS
@pytest.mark.parametrize(
    "change", [lambda genes: [*genes, "X"], lambda genes: genes[1:], lambda genes: genes[:1] * 2]
)
def test_other_genes_than_the_weights_have_are_refused(
    tiny_model: Path, tmp_path: Path, read: Callable[[Path], object], change: Any
) -> None:
    shutil.copytree(tiny_model, tmp_path / "model")
    forge(
        tmp_path / "model",
        "model",
        lambda facts: facts["content"].update(genes=change(facts["content"]["genes"])),
    )
    with pytest.raises(ArtefactError, match="the copy is damaged"):
        read(tmp_path / "model")
