from copy import deepcopy
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from bulk2cell.attribute.gradients import integrate_gradients, measure_completeness, sensitive_layers
from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.parameters import NetworkParameters
from bulk2cell.strategies import STRATEGIES


def _network(seed: int, genes: int, units: int, hidden: int, strategy: str, domain: str) -> nn.Sequential:
    torch.manual_seed(seed)
    network = DomainSeparationNetwork(
        torch.ones(genes, units), NetworkParameters(strategy=strategy, hidden=hidden)
    ).eval()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d):
            nn.init.normal_(layer.running_mean)
            nn.init.uniform_(layer.running_var, 0.1, 3.0)
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)
    return nn.Sequential(*network.encoder_of(domain), *network.classifier)


def _plain(widths: list[int]) -> nn.Sequential:
    """Return linear layers of these widths with ReLUs between them, in float64."""
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(widths):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1]).double()


def _with_weights(*layers: tuple[list[list[float]], list[float]]) -> nn.Sequential:
    """Return linear layers of these weights and biases with ReLUs between them, the last for the sensitive logit."""
    *hidden, (weight, bias) = layers
    layers = (*hidden, ([[0.0] * len(weight[0]), *weight], [0.0, *bias]))
    network = _plain([len(layers[0][0][0]), *(len(bias) for _, bias in layers)])
    with torch.no_grad():
        for layer, (weight, bias) in zip(network[::2], layers, strict=True):
            layer.weight.copy_(torch.tensor(weight))
            layer.bias.copy_(torch.tensor(bias))
    return network


def _captum(network: nn.Sequential, x: torch.Tensor, baseline: torch.Tensor, steps: int) -> np.ndarray:
    method = IntegratedGradients(network)
    return method.attribute(x, baseline, target=SENSITIVE, n_steps=steps).detach().double().numpy()


def _by_pieces(network: nn.Sequential, x: torch.Tensor, baseline: torch.Tensor) -> np.ndarray:
    """Cut each path where a ReLU takes in 0, and add up the gradients in the middle of the pieces by their lengths."""
    relus = [number for number, layer in enumerate(network) if isinstance(layer, nn.ReLU)]
    attributions = []
    for cell in x:
        knots, distance = torch.tensor([0.0, 1.0], dtype=x.dtype), cell - baseline
        for number in relus:
            before = network[:number](baseline + knots[:, None] * distance).detach()
            low, high = before[:-1], before[1:]
            zeros = knots[:-1, None] + knots.diff()[:, None] * low / (low - high)
            knots = torch.cat([knots, zeros[low * high < 0]]).unique()
        middles = (baseline + (knots[:-1] + knots[1:])[:, None] / 2 * distance).requires_grad_()
        (gradients,) = torch.autograd.grad(network(middles)[:, SENSITIVE].sum(), middles)
        attributions.append((knots.diff() @ gradients * distance[0]).numpy())
    return np.array(attributions)


def _change(network: nn.Sequential, x: torch.Tensor, baseline: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        return (network(x) - network(baseline))[:, SENSITIVE].double().numpy()


def _assert_exact(network: nn.Sequential, x: torch.Tensor, baseline: torch.Tensor) -> None:
    found, expected = integrate_gradients(network, x, baseline), _by_pieces(network, x, baseline)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7 * np.abs(expected).max())
    np.testing.assert_allclose(found.sum(axis=1), _change(network, x, baseline), rtol=1e-9, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    genes=st.integers(1, 40),
    units=st.integers(1, 30),
    hidden=st.integers(1, 30),
    cells=st.integers(1, 12),
    cells_at_once=st.integers(1, 12),
    strategy=st.sampled_from(list(STRATEGIES)),
    domain=st.sampled_from(["cells", "bulk"]),
    of_units=st.booleans(),
)
def test_attributions_are_the_integral(
    seed: int,
    genes: int,
    units: int,
    hidden: int,
    cells: int,
    cells_at_once: int,
    strategy: str,
    domain: str,
    of_units: bool,
) -> None:
    network = _network(seed, genes, units, hidden, strategy, domain).double()
    network = network[5:] if of_units else network
    inputs = units if of_units else genes
    x, baseline = torch.randn(cells, inputs).double(), torch.randn(1, inputs).double()
    with patch("bulk2cell.attribute.gradients.CELLS_AT_ONCE", cells_at_once):
        _assert_exact(network, x, baseline)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 12), min_size=1, max_size=5), st.booleans())
def test_at_any_depth_with_ties_and_units_that_never_cross(seed: int, widths: list[int], flat: bool) -> None:
    """Every unit stands twice, one has no weight; without biases all of the first layer is at 0 to begin with."""
    torch.manual_seed(seed)
    network = _plain([*widths, 2])
    with torch.no_grad():
        for layer in network[:-1:2]:
            half = (len(layer.weight) + 1) // 2
            layer.weight[half:] = layer.weight[: len(layer.weight) - half].clone()
            layer.weight[0] = 0
            layer.bias.mul_(0 if flat else 1)
    x = torch.randn(6, widths[0]).double()
    x[0] = 0
    _assert_exact(network, x, torch.zeros(1, widths[0]).double())


def test_captum_comes_closer_the_more_steps_it_takes() -> None:
    network = _network(3, 30, 20, 64, "share_ae_pathways", "cells").double()
    x, baseline = torch.randn(20, 30).double(), torch.randn(1, 30).double()
    found = integrate_gradients(network, x, baseline)
    few, many = (np.abs(_captum(network, x, baseline, steps) - found).max() for steps in (50, 2000))
    assert many < 1e-3 * np.abs(found).max()
    assert many < few / 5


@pytest.mark.parametrize("strategy", list(STRATEGIES))
@pytest.mark.parametrize("units", [50, 700])
def test_in_single_precision_too(strategy: str, units: int) -> None:
    network = _network(1, 600, units, 512, strategy, "cells")
    x, baseline = torch.randn(60, 600), torch.zeros(1, 600)
    found = integrate_gradients(network, x, baseline)
    double = deepcopy(network).double(), x.double(), baseline.double()
    expected = integrate_gradients(*double)
    assert np.abs(found - expected).max() < 1e-4 * np.abs(expected).max()
    assert measure_completeness(found, _change(*double)).mean_relative < 1e-5
    assert measure_completeness(expected, _change(*double)).max_relative < 1e-9


def test_affine_layers_in_a_row_are_one_and_the_model_stays_as_it_was() -> None:
    network = _network(0, 30, 20, 16, "share_ae_pathways", "cells")
    before = {name: value.clone() for name, value in network.state_dict().items()}
    layers = sensitive_layers(network)
    assert [tuple(weight.shape) for weight, _ in layers] == [(16, 30), (128, 16), (32, 128), (1, 32)]
    assert {weight.dtype for weight, _ in layers} == {torch.float32}
    integrate_gradients(network, torch.randn(3, 30), torch.zeros(1, 30))
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
    found = integrate_gradients(nn.Sequential(linear), x, baseline)
    expected = (linear.weight[1] * (x - baseline)).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_gradient_counts_from_where_its_unit_turns_on() -> None:
    """relu(x + 2y - 2) from 0 to (3, 1.5): its gradient (1, 2) counts beyond a third of the way."""
    network = _with_weights(([[1, 2]], [-2]), ([[1]], [5]))
    found = integrate_gradients(network, torch.tensor([[3.0, 1.5]]).double(), torch.zeros(1, 2).double())
    np.testing.assert_allclose(found, [[2, 2]], rtol=1e-14)


def test_a_unit_of_the_second_layer_may_cross_zero_twice() -> None:
    """relu(1 - relu(x) + relu(2y - 4)) from 0 to (4, 4): on in the first quarter and in the last."""
    network = _with_weights(([[1, 0], [0, 2]], [0, -4]), ([[-1, 1]], [1]), ([[1]], [0]))
    found = integrate_gradients(network, torch.tensor([[4.0, 4.0]]).double(), torch.zeros(1, 2).double())
    np.testing.assert_allclose(found, [[-2, 2]], rtol=1e-14)


def test_a_cell_is_attributed_alike_whatever_cells_are_around_it() -> None:
    torch.manual_seed(0)
    network = _plain([5, 8, 2]).float()
    x, baseline = torch.randn(300, 5), torch.zeros(1, 5)
    together = integrate_gradients(network, x, baseline)
    alone = integrate_gradients(network, x[250:251], baseline)
    np.testing.assert_allclose(together[250:251], alone, atol=1e-6)


def test_completeness_worked_by_hand() -> None:
    error = measure_completeness(np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([2.5, 3.0]))
    assert error.mean_absolute == 0.25
    assert error.max_absolute == 0.5
    assert error.max_relative == pytest.approx(0.2, rel=1e-4)
    assert error.mean_relative == pytest.approx(0.1, rel=1e-4)
