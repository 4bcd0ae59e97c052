from functools import reduce

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from bulk2cell.model.family import build_network, family_of
from bulk2cell.model.mask import decoder_mask
from bulk2cell.model.network import Network
from bulk2cell.parameters import NetworkParameters, StrategyName
from bulk2cell.ridge.network import RidgeNetwork
from bulk2cell.strategies import STRATEGIES

GENES = [f"G{number}" for number in range(40)]
PATHWAYS = pd.DataFrame({"gene": GENES[:30], "set": [f"S{number % 7}" for number in range(30)]})


def network_of(strategy: StrategyName) -> Network:
    torch.manual_seed(0)
    network = build_network(decoder_mask(GENES, PATHWAYS, 2), NetworkParameters(strategy=strategy, hidden=16))
    if isinstance(network, RidgeNetwork):
        network.set_weights(torch.randn(40))
        nn.init.normal_(network.classifier[0].bias)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d):
            for values, low, high in (
                (layer.running_mean, 0.1, 0.9),
                (layer.running_var, 0.2, 2.0),
                (layer.weight, 0.5, 1.5),
                (layer.bias, -0.5, 0.5),
            ):
                nn.init.uniform_(values, low, high)
    return network.eval()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_layers_give_the_networks_log_odds(strategy: StrategyName) -> None:
    network, x = network_of(strategy), torch.randn(50, 40)
    with torch.no_grad():
        logits = network.classify(network.code(x, "cells")).numpy()
    state = network.state_dict()
    layers = family_of(network.strategy).cell_layers(network.strategy, lambda name: state[name].numpy())
    first, *rest = layers
    values = reduce(
        lambda found, layer: np.maximum(found, 0) @ layer[0] + layer[1], rest, x.numpy() @ first[0] + first[1]
    )
    assert values.shape == (50, 1)
    assert values[:, 0] == pytest.approx(logits[:, 1] - logits[:, 0], rel=1e-5, abs=1e-6)
    assert np.std(values) > 0.01


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_nothing_but_the_cells_encoder_and_the_classifier_is_asked_for(strategy: StrategyName) -> None:
    network = network_of(strategy)
    state = network.state_dict()
    asked: set[str] = set()

    def stored(name: str) -> np.ndarray:
        asked.add(name.partition(".")[0])
        return state[name].numpy()

    family_of(network.strategy).cell_layers(network.strategy, stored)
    (encoder,) = asked - {"classifier"}
    assert getattr(network, encoder) is network.encoder_of("cells")
