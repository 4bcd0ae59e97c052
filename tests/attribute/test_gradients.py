import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.attribute.gradients import completeness, integrated_gradients, sensitive_logit


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 20))
def test_on_a_linear_network_attributions_are_weight_times_distance(
    seed: int, cells: int, genes: int
) -> None:
    torch.manual_seed(seed)
    network = torch.nn.Linear(genes, 2)
    x, baseline = torch.randn(cells, genes), torch.randn(1, genes)
    found, error = integrated_gradients(network, x, baseline, steps=3)
    expected = (network.weight[1] * (x - baseline)).detach().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert error.max_absolute < 1e-4


def test_on_a_curved_function_attributions_are_the_known_integral() -> None:
    def square_and_product(x: torch.Tensor) -> torch.Tensor:
        return torch.stack([torch.zeros(len(x)), x[:, 0] ** 2 + x[:, 1] * x[:, 2]], dim=1)

    found, error = integrated_gradients(
        square_and_product, torch.tensor([[3.0, 2.0, 5.0]]), torch.zeros(1, 3), steps=10
    )
    np.testing.assert_allclose(found, [[9, 5, 5]], rtol=1e-5)
    assert error.max_relative < 1e-5


def test_a_network_with_kinks_is_complete_with_enough_steps() -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(20, 32), torch.nn.ReLU(), torch.nn.Linear(32, 2))
    x, baseline = torch.randn(200, 20), torch.zeros(1, 20)
    coarse, fine = (integrated_gradients(network, x, baseline, steps)[1] for steps in (4, 200))
    assert fine.mean_absolute < 2e-3
    assert fine.mean_absolute < coarse.mean_absolute / 5


def test_a_cell_is_attributed_alike_whatever_cells_are_around_it() -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Linear(5, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    x, baseline = torch.randn(300, 5), torch.zeros(1, 5)
    together, _ = integrated_gradients(network, x, baseline, steps=20)
    alone, _ = integrated_gradients(network, x[250:251], baseline, steps=20)
    np.testing.assert_allclose(together[250:251], alone, atol=1e-6)


def test_completeness_worked_by_hand() -> None:
    error = completeness(np.array([[1.0, 1.0], [3.0, 0.0]]), np.array([2.5, 3.0]))
    assert error.mean_absolute == 0.25
    assert error.max_absolute == 0.5
    assert error.max_relative == pytest.approx(0.2, rel=1e-4)
    assert error.mean_relative == pytest.approx(0.1, rel=1e-4)


def test_the_sensitive_logit_is_column_one() -> None:
    network = torch.nn.Linear(2, 2, bias=False)
    network.weight.data = torch.tensor([[1.0, 0.0], [0.0, 10.0]])
    assert sensitive_logit(network, torch.tensor([[1.0, 2.0]])).tolist() == [20]
