from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from bulk2cell.model.mask import decoder_mask
from bulk2cell.networks.losses import adversary, difference, pretraining_losses, reconstruction
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.parameters import Domain, LossParameters, NetworkParameters, StrategyName

GENES = [f"G{i}" for i in range(12)]
PATHWAYS = pd.DataFrame({"gene": GENES[:8], "set": ["a"] * 4 + ["b"] * 4})


def network_of(strategy: StrategyName, **changes: Any) -> DomainSeparationNetwork:
    torch.manual_seed(0)
    parameters = NetworkParameters(strategy=strategy, hidden=6, free_units=1, **changes)
    return DomainSeparationNetwork(decoder_mask(GENES, PATHWAYS, 1), parameters)


def batches() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(5, 12, generator=generator), torch.randn(7, 12, generator=generator)


@settings(max_examples=60, deadline=None)
@given(rows=st.integers(1, 40), units=st.integers(1, 30), seed=st.integers(0, 2**32 - 1))
def test_difference_is_the_mean_square_of_s_transposed_p(rows: int, units: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shared, private = rng.normal(size=(2, rows, units)) * rng.uniform(0.1, 10)
    S = shared / np.linalg.norm(shared, axis=1, keepdims=True)
    P = private / np.linalg.norm(private, axis=1, keepdims=True)
    plainly = ((S.T @ P) ** 2).mean()
    assert difference(torch.from_numpy(shared), torch.from_numpy(private)).item() == pytest.approx(plainly)


def test_difference_of_codes_in_separate_units_is_zero() -> None:
    shared, private = torch.rand(6, 4), torch.rand(6, 4)
    shared[3:], private[:3] = 0, 0
    assert difference(shared, private).item() == 0
    assert difference(shared, shared).item() > 0


def mse(a: Tensor, b: Tensor) -> float:
    return ((a - b) ** 2).mean().item()


def plain_reconstruction(
    network: DomainSeparationNetwork, x: Tensor, domain: Domain, dense_weight: float
) -> float:
    code = network.code(x, domain)
    own = network.bulk_encoder if domain == "bulk" else network.cell_encoder
    dense = mse(
        network.dense_decoder(torch.cat([own(x), code], dim=1) if network.strategy.shared else code), x
    )
    if network.sparse_decoder is None:
        return dense
    return mse(network.sparse_decoder(code), x) + dense_weight * dense


@pytest.mark.parametrize("strategy", ["share_ae_pathways", "base_ae", "base_share_ae"])
@pytest.mark.parametrize("weight", [0.0, 0.1, 2.0])
def test_reconstruction_weighs_the_sparse_decoder_by_one_and_the_dense_as_asked_or_by_one_alone(
    strategy: StrategyName, weight: float
) -> None:
    network = network_of(strategy).eval()
    bulk, cells = batches()
    loss = reconstruction(network, network.encode(bulk, cells), bulk, cells, weight).item()
    parts = [
        plain_reconstruction(network, x, domain, weight) for x, domain in ((bulk, "bulk"), (cells, "cells"))
    ]
    assert loss == pytest.approx(sum(parts), rel=1e-6)
    of_lines = reconstruction(network, network.encode(bulk, cells[:0]), bulk, cells[:0], weight).item()
    assert of_lines == pytest.approx(parts[0], rel=1e-6)


PARTS: dict[StrategyName, set[str]] = {
    "base_ae": {"reconstruction"},
    "adv_ae": {"reconstruction", "adversary"},
    "base_share_ae": {"reconstruction", "difference"},
    "adv_share_ae": {"reconstruction", "difference", "adversary"},
    "share_ae_pathways": {"reconstruction", "difference"},
}


@pytest.mark.parametrize("strategy", PARTS)
def test_a_strategy_has_its_losses_and_their_weighted_sum(strategy: StrategyName) -> None:
    network = network_of(strategy).eval()
    bulk, cells = batches()
    weights = LossParameters(difference_weight=0.3, adversary_weight=0.7)
    losses = pretraining_losses(network, network.encode(bulk, cells), bulk, cells, weights)
    total = losses.pop("total")
    assert set(losses) == PARTS[strategy]
    expected = {"reconstruction": 1.0, "difference": 0.3, "adversary": 0.7}
    assert total.item() == pytest.approx(sum(expected[name] * losses[name].item() for name in losses))


def test_both_domains_count_alike() -> None:
    network = network_of("base_share_ae").eval()
    bulk, cells = batches()
    codes = network.encode(bulk, cells)
    losses = pretraining_losses(network, codes, bulk, cells, LossParameters())
    parts = [
        plain_reconstruction(network, bulk, "bulk", 0.1),
        plain_reconstruction(network, cells, "cells", 0.1),
    ]
    assert losses["reconstruction"].item() == pytest.approx(sum(parts))
    assert codes.private_bulk is not None
    assert codes.private_cells is not None
    apart = difference(codes.bulk, codes.private_bulk) + difference(codes.cells, codes.private_cells)
    assert losses["difference"].item() == pytest.approx(apart.item())


def test_the_adversarys_gradient_reaches_the_encoders_reversed_and_the_critic_as_it_is() -> None:
    torch.manual_seed(0)
    critic = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
    bulk, cells = torch.randn(5, 3, requires_grad=True), torch.randn(6, 3, requires_grad=True)
    reversed_loss = adversary(critic, bulk, cells)
    from_reversed = torch.autograd.grad(reversed_loss, [bulk, cells, *critic.parameters()])

    logits = critic(torch.cat([bulk, cells])).squeeze(1)
    plain = -torch.log(torch.cat([1 - torch.sigmoid(logits[:5]), torch.sigmoid(logits[5:])])).mean()
    from_plain = torch.autograd.grad(plain, [bulk, cells, *critic.parameters()])

    assert reversed_loss.item() == pytest.approx(plain.item())
    for got, wanted in zip(from_reversed[:2], from_plain[:2], strict=True):
        torch.testing.assert_close(got, -wanted)
    for got, wanted in zip(from_reversed[2:], from_plain[2:], strict=True):
        torch.testing.assert_close(got, wanted)


def test_a_step_down_the_adversarys_loss_makes_the_codes_harder_to_tell_apart() -> None:
    torch.manual_seed(0)
    critic = nn.Linear(2, 1)
    bulk, cells = torch.randn(20, 2) - 1, torch.randn(20, 2) + 1
    both = [bulk.requires_grad_(), cells.requires_grad_()]
    before = adversary(critic, *both)
    gradients = torch.autograd.grad(before, both)
    moved = [x.detach() - 0.5 * g for x, g in zip(both, gradients, strict=True)]
    assert adversary(critic, *moved) > before


@pytest.mark.parametrize("strategy", PARTS)
def test_without_cells_the_losses_are_those_of_the_lines(strategy: StrategyName) -> None:
    network = network_of(strategy).train()
    bulk, cells = batches()
    before = [value.clone() for value in network.cell_encoder.state_dict().values()]
    codes = network.encode(bulk, cells[:0])
    losses = pretraining_losses(network, codes, bulk, cells[:0], LossParameters())
    alone = network.eval().encode(bulk, cells[:0])
    assert alone.cells.shape == (0, alone.bulk.shape[1])
    known = pretraining_losses(network, alone, bulk, cells[:0], LossParameters())
    assert known["reconstruction"].item() == pytest.approx(plain_reconstruction(network, bulk, "bulk", 0.1))
    assert set(losses) - {"total"} == PARTS[strategy] - {"adversary"}
    if alone.private_bulk is not None:
        assert known["difference"].item() == pytest.approx(difference(alone.bulk, alone.private_bulk).item())
    losses["total"].backward()
    assert all(parameter.grad is None for parameter in network.cell_encoder.parameters())
    after = network.cell_encoder.state_dict().values()
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
