from typing import Any

import pandas as pd
import pytest
import torch
from torch import nn

from bulk2cell.model.mask import decoder_mask
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.parameters import NetworkParameters, StrategyName
from bulk2cell.strategies import NETWORKS, STRATEGIES

PUBLISHED = [name for name, strategy in STRATEGIES.items() if strategy.family == NETWORKS]
GENES = ["C", "A", "B", "D"]
PATHWAYS = pd.DataFrame({"gene": ["A", "B", "D", "B"], "set": ["second", "first", "second", "second"]})


def network_of(strategy: StrategyName, **changes: Any) -> DomainSeparationNetwork:
    torch.manual_seed(0)
    mask = decoder_mask(GENES, PATHWAYS, 2)
    return DomainSeparationNetwork(
        mask, NetworkParameters(strategy=strategy, hidden=7, free_units=2, **changes)
    )


@pytest.mark.parametrize("strategy", PUBLISHED)
def test_a_strategy_has_the_parts_of_its_switches(strategy: StrategyName) -> None:
    network, switches = network_of(strategy), STRATEGIES[strategy]
    assert (network.shared_encoder is not None) == switches.shared
    assert (network.critic is not None) == switches.adversarial
    assert (network.sparse_decoder is not None) == switches.masked
    assert network.dense_decoder[0].in_features == (8 if switches.shared else 4)
    assert len(network.encoders()) == (3 if switches.shared else 2)


def test_sizes_are_those_of_the_method() -> None:
    network = DomainSeparationNetwork(
        decoder_mask(GENES, PATHWAYS, 5), NetworkParameters(strategy="adv_share_ae")
    )
    units = 7

    def sizes(part: nn.Module) -> list[tuple[int, int]]:
        return [(m.in_features, m.out_features) for m in part.modules() if isinstance(m, nn.Linear)]

    assert all(sizes(encoder) == [(4, 512), (512, units)] for encoder in network.encoders())
    assert sizes(network.dense_decoder) == [(2 * units, 512), (512, 4)]
    assert sizes(network.classifier) == [(units, 128), (128, 32), (32, 2)]
    assert network.critic is not None
    assert sizes(network.critic) == [(units, 32), (32, 1)]
    rates = {m.p for m in network.modules() if isinstance(m, nn.Dropout)}
    assert rates == {0.4}


def test_code_is_of_the_domains_own_encoder_without_a_shared_one() -> None:
    x = torch.randn(3, 4)
    apart, shared = network_of("adv_ae").eval(), network_of("adv_share_ae").eval()
    assert torch.equal(apart.code(x, "bulk"), apart.bulk_encoder(x))
    assert torch.equal(apart.code(x, "cells"), apart.cell_encoder(x))
    assert shared.shared_encoder is not None
    assert torch.equal(shared.code(x, "bulk"), shared.shared_encoder(x))
    assert torch.equal(shared.code(x, "cells"), shared.shared_encoder(x))


@pytest.mark.parametrize("strategy", PUBLISHED)
def test_eval_is_deterministic_and_free_of_noise(strategy: StrategyName) -> None:
    network = network_of(strategy, noise=5.0, dropout=0.5).eval()
    bulk, cells = torch.randn(6, 4), torch.randn(5, 4)
    first, second = network.encode(bulk, cells), network.encode(bulk, cells)
    assert torch.equal(first.bulk, second.bulk)
    assert torch.equal(first.cells, second.cells)
    torch.testing.assert_close(first.cells, network.code(cells, "cells"))
    torch.testing.assert_close(first.bulk, network.code(bulk, "bulk"))


def test_noise_is_on_the_cells_alone_and_relative_to_their_values() -> None:
    bulk, cells = torch.randn(6, 4), torch.randn(5, 4)
    network = network_of("base_ae", noise=0.1, dropout=0.0).train()
    first, second = network.encode(bulk, cells), network.encode(bulk, cells)
    assert torch.equal(first.bulk, second.bulk)
    assert not torch.equal(first.cells, second.cells)
    silent = torch.zeros(5, 4)
    assert torch.equal(network.encode(bulk, silent).cells, network.encode(bulk, silent).cells)
    without = network_of("base_ae", noise=0.0, dropout=0.0).train()
    assert torch.equal(without.encode(bulk, cells).cells, without.encode(bulk, cells).cells)


def test_noise_has_the_asked_for_size() -> None:
    seen: list[torch.Tensor] = []
    network = network_of("base_ae", noise=0.25, dropout=0.0).train()
    network.cell_encoder.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    cells = torch.full((5000, 4), 3.0)
    network.encode(torch.randn(2, 4), cells)
    assert seen[0].mean().item() == pytest.approx(3, rel=0.02)
    assert seen[0].std().item() == pytest.approx(0.75, rel=0.03)


def test_the_shared_encoder_sees_both_domains_in_one_batch() -> None:
    network = network_of("base_share_ae", noise=0.0, dropout=0.0).train()
    assert network.shared_encoder is not None
    bulk, cells = torch.randn(6, 4) + 2, torch.randn(5, 4) - 2
    codes = network.encode(bulk, cells)
    together = network.shared_encoder(torch.cat([bulk, cells]))
    torch.testing.assert_close(torch.cat([codes.bulk, codes.cells]), together)


@pytest.mark.parametrize("lines", [6, 11])
def test_the_dense_decoder_takes_both_domains_at_once_as_it_would_one_after_the_other(lines: int) -> None:
    together, apart = (network_of("share_ae_pathways").train() for _ in range(2))
    codes = torch.randn(11, 8)
    parts = [part for part in codes.split([lines, 11 - lines]) if len(part)]
    torch.manual_seed(1)
    found = together.decode_densely(codes, lines)
    torch.manual_seed(1)
    expected = torch.cat([apart.dense_decoder(part) for part in parts])
    torch.testing.assert_close(found, expected)
    for name, value in apart.dense_decoder.state_dict().items():
        torch.testing.assert_close(together.dense_decoder.state_dict()[name], value)
