"""The sparse decoder and the same layer written as dense weight x mask: seconds, memory and agreement.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/sparse_decoder.py

4,000 genes, 512 rows (a batch of lines and one of cells), five free units, gene sets drawn at random with the number and
the sizes of those of a real study. A pair is forward and backward of ours, 20 times for 50 sets and else five, then as often
of the dense layer, on the same codes and the same gradient. Seconds are of processor time, so that other work on the machine
counts less. State is weights, gradients and Adam's two moments; the pattern of ours and the mask of the dense layer come on
top. Differences, of the output and of all gradients, are from the dense layer in float64, relative to the largest value.
"""

from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import torch
from measure import gemm_rate, print_table, ratio, timed
from torch import Tensor, nn

from bulk2cell.cores import settle_threads
from bulk2cell.networks.sparse_decoder import SparseDecoder

GENES, ROWS, FREE, PAIRS = 4_000, 512, 5, 7
RESOURCES = {"Hallmark": (50, 60, 0.4), "Reactome": (1_100, 11, 1.1), "GO": (6_200, 14, 1.3)}
STATES = 4


class DenseDecoder(nn.Module):
    """The same layer, written plainly."""

    mask: Tensor

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)
        self.weight = nn.Parameter(torch.randn_like(mask) * mask)
        self.bias = nn.Parameter(torch.randn(len(mask)))

    def forward(self, code: Tensor) -> Tensor:
        """Code (B x P) to expression (B x G)."""
        return nn.functional.linear(code, self.weight * self.mask, self.bias)


def random_mask(sets: int, median_size: float, spread: float, genes: int = GENES) -> Tensor:
    """Return a mask of gene sets with lognormal sizes of at least five, and the free units."""
    random = np.random.default_rng(0)
    sizes = random.lognormal(np.log(median_size), spread, sets).astype(int).clip(5, 1_000)
    mask = torch.ones(genes, sets + FREE)
    for column, size in enumerate(sizes):
        mask[:, column] = 0
        mask[random.choice(genes, size, replace=False), column] = 1
    return mask


def take_weights(sparse: SparseDecoder, dense: DenseDecoder) -> None:
    """Give the sparse decoder the dense one's weights."""
    with torch.no_grad():
        sparse.weight.copy_(dense.weight[sparse.gene, sparse.unit])
        sparse.free_weight.copy_(dense.weight[:, sparse.free].T)
        sparse.bias.copy_(dense.bias)


def step(decoder: nn.Module, code: Tensor, gradient: Tensor) -> list[Tensor]:
    """Return the output and the gradient of the code, the only things that both have in the same shape."""
    for value in (code, *decoder.parameters()):
        value.grad = None
    decoded = decoder(code)
    decoded.backward(gradient)
    assert code.grad is not None
    return [decoded.detach(), code.grad]


def steps(repeats: int, decoder: nn.Module, code: Tensor, gradient: Tensor) -> list[Tensor]:
    """Take several steps and return what the last one does."""
    for _ in range(repeats):
        found = step(decoder, code, gradient)
    return found


def gradients(decoder: nn.Module, sparse: SparseDecoder) -> list[Tensor]:
    """Return the gradients of the parameters in the sparse decoder's shapes."""
    weight, *_, bias = (parameter.grad for parameter in decoder.parameters())
    assert weight is not None
    assert bias is not None
    if decoder is sparse:
        assert sparse.free_weight.grad is not None
        return [weight, sparse.free_weight.grad, bias]
    return [weight[sparse.gene, sparse.unit], weight[:, sparse.free].T, bias]


def size(tensors: Iterator[Tensor]) -> int:
    """Return the bytes of tensors."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def compare(name: str, sets: int, median_size: float, spread: float) -> dict[str, object]:
    """Return one row of the table."""
    mask = random_mask(sets, median_size, spread)
    dense, sparse = DenseDecoder(mask), SparseDecoder(mask)
    take_weights(sparse, dense)
    code = torch.randn(ROWS, mask.shape[1], requires_grad=True)
    gradient = torch.randn(ROWS, GENES)
    ours, theirs, rates = [], [], []
    repeats = max(5, 1_000 // sets)
    for _ in range(PAIRS + 1):
        rates.append(gemm_rate(0.1))
        seconds, found = timed(steps, repeats, sparse, code, gradient)
        ours.append(seconds / repeats)
        theirs.append(timed(steps, repeats, dense, code, gradient)[0] / repeats)
    exact = deepcopy(dense).double()
    expected = step(exact, code.detach().double().requires_grad_(), gradient.double())
    pairs = zip([*found, *gradients(sparse, sparse)], [*expected, *gradients(exact, sparse)], strict=True)
    pairs_of_genes = int(mask[:, :sets].sum())
    work = 3 * ROWS * int(mask.sum())
    mib = STATES / 2**20
    return {
        "sets": f"{sets:,} ({name})",
        "pairs of gene and set": f"{pairs_of_genes:,}",
        "ours, ms": f"{1e3 * np.median(ours[1:]):.1f}",
        "dense, ms": f"{1e3 * np.median(theirs[1:]):.0f}",
        "dense / ours (range)": ratio(theirs[1:], ours[1:]),
        "share of GEMM": f"{work / np.median(ours[1:]) / np.median(rates):.0%}",
        "state, ours / dense, MiB": f"{mib * size(sparse.parameters()):.1f} / {mib * size(dense.parameters()):.0f}",
        "state, dense / ours": f"{size(dense.parameters()) / size(sparse.parameters()):.0f}",
        "without free units": f"{GENES * sets / pairs_of_genes:.0f}",
        "pattern / mask, MiB": f"{size(sparse.buffers()) / 2**20:.1f} / {size(dense.buffers()) / 2**20:.0f}",
        "largest difference": f"{max(((a - b).abs().max() / b.abs().max()).item() for a, b in pairs):.0e}",
    }


def main() -> None:
    """Print the table."""
    settle_threads()
    torch.manual_seed(0)
    print_table(compare(name, *sizes) for name, sizes in RESOURCES.items())


if __name__ == "__main__":
    main()
