"""Exact integrated gradients here and captum's with 50 steps: seconds, completeness and agreement.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/attribution.py

Random weights and batch statistics, 4,000 genes, 512 hidden units, attribution to genes. A pair is one call of ours and one
of captum's on the same cells, one after the other; captum's batches are those that bulk2cell gave it before. Seconds are of
processor time, so that other work on the machine counts little; the first call, which loads numba and compiles or loads
compiled code, is counted by itself. Completeness is relative to the change of the logit in float64: mean, largest, cells
above 1e-5. Differences are from captum in float64 with 1,000 steps on the first 50 cells, relative to each cell's largest
attribution: mean, largest.
"""

from copy import deepcopy

import numpy as np
import torch
from captum.attr import IntegratedGradients
from measure import print_table, ratio, timed
from numpy.typing import NDArray
from torch import Tensor, nn

from bulk2cell.attribute.gradients import integrate_gradients
from bulk2cell.cores import settle_threads
from bulk2cell.model.cell_layers import SENSITIVE
from bulk2cell.networks.layers import classifier, encoder

GENES, HIDDEN, CELLS, STEPS, PAIRS = 4_000, 512, 1_000, 50, 7
REFERENCE_CELLS, REFERENCE_STEPS = 50, 1_000
UNITS = {"hallmark": 50, "Reactome": 1_100, "GO": 6_200}
Attributions = NDArray[np.float64]


def random_network(units: int, genes: int = GENES) -> nn.Sequential:
    """Return encoder and classifier in eval mode, with batch statistics that change something."""
    network = nn.Sequential(*encoder(genes, HIDDEN, units, 0.1), *classifier(units, 0.1)).eval()
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


def by_captum(network: nn.Sequential, x: Tensor, baseline: Tensor, steps: int = STEPS) -> Attributions:
    """Return captum's attributions."""
    method = IntegratedGradients(network)
    parts = [
        method.attribute(part, baseline, target=SENSITIVE, n_steps=steps, internal_batch_size=1024).detach()
        for part in torch.split(x, 128)
    ]
    return torch.cat(parts).double().numpy()


def miss(found: Attributions, change: Attributions) -> str:
    """Return mean and largest completeness error, and in how many cells it is above 1e-5."""
    error = np.abs(found.sum(axis=1) - change) / np.abs(change)
    return f"{error.mean():.0e} / {error.max():.0e} / {(error > 1e-5).sum():,}"


def difference(found: Attributions, expected: Attributions) -> str:
    """Return mean and largest of the cells' differences."""
    each = np.abs(found[: len(expected)] - expected).max(axis=1) / np.abs(expected).max(axis=1)
    return f"{each.mean():.0e} / {each.max():.0e}"


def compare(name: str, units: int) -> dict[str, object]:
    """Return one row of the table."""
    network, x, baseline = random_network(units), torch.randn(CELLS, GENES), torch.zeros(1, GENES)
    double = deepcopy(network).double(), x.double(), baseline.double()
    ours, wide, theirs = [], [], []
    for _ in range(PAIRS):
        seconds, found = timed(integrate_gradients, network, x, baseline)
        ours.append(seconds)
        seconds, expected = timed(by_captum, network, x, baseline)
        theirs.append(seconds)
        seconds, precise = timed(integrate_gradients, *double)
        wide.append(seconds)
    with torch.no_grad():
        change = (double[0](double[1]) - double[0](double[2]))[:, SENSITIVE].numpy()
    reference = by_captum(double[0], double[1][:REFERENCE_CELLS], double[2], REFERENCE_STEPS)
    ways = {"ours": found, "captum": expected, "ours in float64": precise}
    return {
        "units": f"{units:,} ({name})",
        "ours, s": f"{np.median(ours):.3f}",
        "captum, s": f"{np.median(theirs):.2f}",
        "captum / ours (range)": ratio(theirs, ours),
        "captum / ours in float64": ratio(theirs, wide),
        **{f"completeness, {way}": miss(each, change) for way, each in ways.items()},
        **{f"difference, {way}": difference(each, reference) for way, each in list(ways.items())[:2]},
    }


def main() -> None:
    """Print what the first call takes, and the table."""
    settle_threads()
    torch.manual_seed(0)
    seconds, _ = timed(integrate_gradients, random_network(8, genes=8), torch.randn(2, 8), torch.zeros(1, 8))
    print(f"first call: {seconds:.2f} s\n")
    print_table(compare(name, units) for name, units in UNITS.items())


if __name__ == "__main__":
    main()
