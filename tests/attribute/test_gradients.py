from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from unittest.mock import patch

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from bulk2cell.attribute.gradients import completeness, integrated_gradients, sensitive_layers
from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.model.network import Network
from bulk2cell.model.strategies import STRATEGIES
from bulk2cell.parameters import NetworkParameters


def _network(seed: int, genes: int, units: int, hidden: int, strategy: str, domain: str) -> nn.Sequential:
    torch.manual_seed(seed)
    network = Network(torch.ones(genes, units), NetworkParameters(strategy=strategy, hidden=hidden)).eval()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d):
            nn.init.normal_(layer.running_mean)
            nn.init.uniform_(layer.running_var, 0.1, 3.0)
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)
    return nn.Sequential(*network.encoder_of(domain), *network.classifier)


def _captum(network: nn.Sequential, x: torch.Tensor, baseline: torch.Tensor, steps: int) -> np.ndarray:
    method = IntegratedGradients(network)
    return method.attribute(x, baseline, target=SENSITIVE, n_steps=steps).detach().double().numpy()


@contextmanager
def _weights_of_captum_in_double() -> Iterator[None]:
    """Keep captum from rounding the weights of the rule to float32."""
    torch.set_default_dtype(torch.float64)
    try:
        with patch.object(torch.Tensor, "float", torch.Tensor.double):
            yield
    finally:
        torch.set_default_dtype(torch.float32)


def _change(network: nn.Sequential, x: torch.Tensor, baseline: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return (network(x) - network(baseline))[:, SENSITIVE].double().numpy()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    genes=st.integers(1, 40),
    units=st.integers(1, 30),
    hidden=st.integers(1, 30),
    cells=st.integers(1, 20),
    cells_at_once=st.integers(1, 20),
    steps=st.sampled_from([1, 2, 7, 50]),
    strategy=st.sampled_from(list(STRATEGIES)),
    domain=st.sampled_from(["cells", "bulk"]),
    of_units=st.booleans(),
)
def test_attributions_are_captums(
    seed: int,
    genes: int,
    units: int,
    hidden: int,
    cells: int,
    cells_at_once: int,
    steps: int,
    strategy: str,
    domain: str,
    of_units: bool,
) -> None:
    network = _network(seed, genes, units, hidden, strategy, domain).double()
    network = network[5:] if of_units else network
    inputs = units if of_units else genes
    x, baseline = torch.randn(cells, inputs).double(), torch.randn(1, inputs).double()
    with patch("bulk2cell.attribute.gradients.CELLS_AT_ONCE", cells_at_once):
        found = integrated_gradients(network, x, baseline, steps)
    with _weights_of_captum_in_double():
        expected = _captum(network, x, baseline, steps)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max())


@pytest.mark.parametrize("strategy", list(STRATEGIES))
@pytest.mark.parametrize("units", [50, 700])
def test_in_single_precision_too_and_as_complete(strategy: str, units: int) -> None:
    """A node beside a kink may fall on its other side by rounding, in captum as here: two cells in a hundred may."""
    network = _network(1, 600, units, 512, strategy, "cells")
    x, baseline = torch.randn(100, 600), torch.zeros(1, 600)
    found, expected = integrated_gradients(network, x, baseline, 50), _captum(network, x, baseline, 50)
    exact = _captum(deepcopy(network).double(), x.double(), baseline.double(), 50)
    for reference in (expected, exact):
        difference = np.abs(found - reference) / np.abs(reference).max(axis=1, keepdims=True)
        assert np.median(difference) < 1e-6
        assert np.sort(difference.max(axis=1))[-3] < 1e-5
        assert difference.max() < 0.05
    change = _change(network, x, baseline)
    ours, theirs = completeness(found, change), completeness(expected, change)
    assert ours.mean_absolute < theirs.mean_absolute * 1.01 + 1e-6


def test_affine_layers_in_a_row_are_one_and_the_model_stays_as_it_was() -> None:
    network = _network(0, 30, 20, 16, "share_ae_pathways", "cells")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    layers = sensitive_layers(network)
    assert [tuple(weight.shape) for weight, _ in layers] == [(16, 30), (128, 16), (32, 128), (1, 32)]
    assert {weight.dtype for weight, _ in layers} == {torch.float32}
    integrated_gradients(network, torch.randn(3, 30), torch.zeros(1, 30), 5)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(value.requires_grad and value.grad is None for value in network.parameters())


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 20))
def test_on_a_linear_network_attributions_are_weight_times_distance(
    seed: int, cells: int, genes: int
) -> None:
    torch.manual_seed(seed)
    linear = nn.Linear(genes, 2)
    x, baseline = torch.randn(cells, genes), torch.randn(1, genes)
    found = integrated_gradients(nn.Sequential(linear), x, baseline, steps=3)
    expected = (linear.weight[1] * (x - baseline)).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_on_a_kinked_function_attributions_are_the_known_integral() -> None:
    """relu(x + 2y - 2) from 0 to (3, 1.5): its gradient (1, 2) counts beyond a third of the way."""
    network = nn.Sequential(nn.Linear(2, 1), nn.ReLU(), nn.Linear(1, 2))
    with torch.no_grad():
        for layer, weight, bias in ((0, [[1.0, 2.0]], [-2.0]), (2, [[0.0], [1.0]], [0.0, 5.0])):
            network[layer].weight.copy_(torch.tensor(weight))
            network[layer].bias.copy_(torch.tensor(bias))
    found = integrated_gradients(network, torch.tensor([[3.0, 1.5]]), torch.zeros(1, 2), steps=1000)
    np.testing.assert_allclose(found, [[2, 2]], rtol=2e-3)


def test_a_network_with_kinks_is_complete_with_enough_steps() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 2))
    x, baseline = torch.randn(200, 20), torch.zeros(1, 20)
    change = _change(network, x, baseline)
    coarse, fine = (
        completeness(integrated_gradients(network, x, baseline, steps), change) for steps in (4, 200)
    )
    assert fine.mean_absolute < 2e-3
    assert fine.mean_absolute < coarse.mean_absolute / 5


def test_a_cell_is_attributed_alike_whatever_cells_are_around_it() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 2))
    x, baseline = torch.randn(300, 5), torch.zeros(1, 5)
    together = integrated_gradients(network, x, baseline, steps=20)
    alone = integrated_gradients(network, x[250:251], baseline, steps=20)
    np.testing.assert_allclose(together[250:251], alone, atol=1e-6)


def test_completeness_worked_by_hand() -> None:
    error = completeness(np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([2.5, 3.0]))
    assert error.mean_absolute == 0.25
    assert error.max_absolute == 0.5
    assert error.max_relative == pytest.approx(0.2, rel=1e-4)
    assert error.mean_relative == pytest.approx(0.1, rel=1e-4)
