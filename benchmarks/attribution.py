"""Integrated gradients here and by captum: seconds, completeness and agreement.

Usage: OMP_NUM_THREADS=1 python benchmarks/attribution.py

Random weights and batch statistics, 4,000 genes, 512 hidden units, 50 steps, attribution to genes. A pair is one call of
ours and one of captum's on the same cells, one after the other; captum's batches are those that bulk2cell gave it before.
Seconds are of processor time, so that other work on the machine counts little. Differences are relative to the largest
attribution of the cell; where a node lies beside a kink, rounding decides on which side, so that a cell may differ by more:
captum in float64 says whose rounding it was.
"""

from copy import deepcopy

import numpy as np
import torch
from captum.attr import IntegratedGradients
from measure import gemm_rate, print_table, ratio, timed
from numpy.typing import NDArray
from torch import Tensor, nn

from bulk2cell.attribute.gradients import completeness, integrated_gradients
from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.model.layers import classifier, encoder
from bulk2cell.train.seeds import settle_threads

GENES, HIDDEN, CELLS, STEPS, PAIRS = 4_000, 512, 1_000, 50, 7
KINK = 1e-3
UNITS = {"hallmark": 50, "Reactome": 1_100, "GO": 6_200}


def random_network(units: int) -> nn.Sequential:
    """Return encoder and classifier in eval mode, with batch statistics that change something."""
    network = nn.Sequential(*encoder(GENES, HIDDEN, units, 0.1), *classifier(units, 0.1)).eval()
    for layer in network:
        if isinstance(layer, nn.BatchNorm1d):
            for values, low, high in (
                (layer.running_mean, 0.1, 0.9),
                (layer.running_var, 0.2, 2.0),
                (layer.weight, 0.5, 1.5),
                (layer.bias, -0.5, 0.5),
            ):
                nn.init.uniform_(values, low, high)
    return network


def by_captum(network: nn.Sequential, x: Tensor, baseline: Tensor) -> NDArray[np.float64]:
    """Return captum's attributions."""
    method = IntegratedGradients(network)
    parts = [
        method.attribute(part, baseline, target=SENSITIVE, n_steps=STEPS, internal_batch_size=1024).detach()
        for part in torch.split(x, 128)
    ]
    return torch.cat(parts).double().numpy()


def relative_difference(found: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the differences relative to the largest attribution of each cell."""
    difference: NDArray[np.float64] = np.abs(found - expected) / np.abs(expected).max(axis=1, keepdims=True)
    return difference


def compare(name: str, units: int) -> dict[str, object]:
    """Return one row of the table."""
    network, x, baseline = random_network(units), torch.randn(CELLS, GENES), torch.zeros(1, GENES)
    ours, theirs, rates = [], [], []
    for _ in range(PAIRS):
        rates.append(gemm_rate())
        seconds, found = timed(integrated_gradients, network, x, baseline, STEPS)
        ours.append(seconds)
        seconds, expected = timed(by_captum, network, x, baseline)
        theirs.append(seconds)
    exact = by_captum(deepcopy(network).double(), x.double(), baseline.double())
    difference = relative_difference(found, expected)
    beside_kinks = [(relative_difference(each, exact).max(axis=1) > KINK).sum() for each in (found, expected)]
    with torch.no_grad():
        change = (network(x) - network(baseline))[:, SENSITIVE].double().numpy()
    work = 2 * GENES * HIDDEN + STEPS * 2 * (HIDDEN * 128 + 128 * 32)
    return {
        "units": f"{units:,} ({name})",
        "ours, s": f"{np.median(ours):.3f}",
        "captum, s": f"{np.median(theirs):.2f}",
        "captum / ours (range)": ratio(theirs, ours),
        "share of GEMM": f"{CELLS * work / np.median(ours) / np.median(rates):.0%}",
        "completeness error, ours / captum": " / ".join(
            f"{completeness(each, change).mean_absolute:.2e}" for each in (found, expected)
        ),
        "difference, median / largest": f"{np.median(difference):.0e} / {difference.max():.0e}",
        "cells > 1e-3 from captum in float64, ours / captum": " / ".join(map(str, beside_kinks)),
    }


def main() -> None:
    """Print the table."""
    settle_threads()
    torch.manual_seed(0)
    print_table(compare(name, units) for name, units in UNITS.items())


if __name__ == "__main__":
    main()
