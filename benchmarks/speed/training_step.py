"""A training step here and written plainly: seconds, memory, and agreement of the loss.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/training_step.py

Pretraining of `share_ae_pathways` with default parameters on random expression: 4,000 genes, 768 lines and 1,536 cells, so
that an epoch has three steps of 256 lines and 256 cells. The plain version has dense weight x mask in the decoder, decodes
each domain by itself, forms S^T P (units x units) in the difference loss, reads samples through torch's DataLoader, and
leaves Adam as it is. A pair is one epoch of ours and one of the plain version, one after the other, in seconds of processor
time, so that other work on the machine counts little. The share is of the rate of a large matrix product in the same run:
multiply-adds in the matrix products of our step, sparse ones not counted. Memory is what an epoch adds to a process that
has made the data, at its largest.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from measure import gemm_rate, print_table, ratio, timed
from sparse_decoder import GENES, RESOURCES, DenseDecoder, random_mask, take_weights
from torch import Tensor
from torch.nn.functional import mse_loss, normalize
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.flop_counter import FlopCounterMode

from bulk2cell.cores import settle_threads
from bulk2cell.networks.batches import pair_batches
from bulk2cell.networks.loop import train_epoch
from bulk2cell.networks.losses import pretraining_losses
from bulk2cell.networks.network import DomainSeparationNetwork
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters

LINES, CELLS, PAIRS = 768, 1_536, 7
TRAINING, LOSSES = TrainParameters(), LossParameters()
Epoch = Callable[[], object]


def random_data() -> tuple[Tensor, Tensor]:
    """Return standardised expression of lines and cells."""
    return torch.randn(LINES, GENES), torch.randn(CELLS, GENES)


def our_losses(network: DomainSeparationNetwork, bulk: Tensor, cells: Tensor) -> dict[str, Tensor]:
    """Return the losses of a batch as the program computes them."""
    return pretraining_losses(network, network.encode(bulk, cells), bulk, cells, LOSSES)


def our_epoch(network: DomainSeparationNetwork, bulk: Tensor, cells: Tensor) -> Epoch:
    """Return an epoch of the program's own training."""
    optimiser = torch.optim.Adam(network.parameters(), lr=TRAINING.learning_rate, fused=True)
    lines = torch.arange(LINES)

    def losses(batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        return our_losses(network, bulk.index_select(0, batch[0]), cells.index_select(0, batch[1]))

    def epoch() -> dict[str, float]:
        batches = pair_batches(lines, CELLS, TRAINING.batch_size)
        return train_epoch(network, optimiser, batches, losses, TRAINING.clip_norm)

    return epoch


def plain_loss(
    network: DomainSeparationNetwork, decoder: DenseDecoder, bulk: Tensor, cells: Tensor
) -> Tensor:
    """Return the loss of a batch, term by term as the method states it."""
    codes = network.encode(bulk, cells)
    loss = torch.zeros(())
    for x, shared, private in (
        (bulk, codes.bulk, codes.private_bulk),
        (cells, codes.cells, codes.private_cells),
    ):
        assert private is not None
        dense = network.dense_decoder(torch.cat([private, shared], dim=1))
        difference = (normalize(shared, dim=1).T @ normalize(private, dim=1)).square().mean()
        loss = loss + mse_loss(decoder(shared), x) + LOSSES.dense_weight * mse_loss(dense, x)
        loss = loss + LOSSES.difference_weight * difference
    return loss


def plain_epoch(
    network: DomainSeparationNetwork, decoder: DenseDecoder, bulk: Tensor, cells: Tensor
) -> Epoch:
    """Return an epoch written plainly."""
    parameters = [*network.parameters(), *decoder.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=TRAINING.learning_rate)
    loaders = [DataLoader(TensorDataset(x), TRAINING.batch_size, shuffle=True) for x in (bulk, cells)]

    def epoch() -> None:
        network.train()
        for (of_lines,), (of_cells,) in zip(*loaders, strict=False):
            optimiser.zero_grad()
            plain_loss(network, decoder, of_lines, of_cells).backward()
            torch.nn.utils.clip_grad_norm_(parameters, TRAINING.clip_norm)
            optimiser.step()

    return epoch


def two_networks(
    name: str, **changes: float
) -> tuple[DomainSeparationNetwork, DomainSeparationNetwork, DenseDecoder]:
    """Return the program's network, and another of the same weights with its plain decoder."""
    mask = random_mask(*RESOURCES[name])
    parameters = NetworkParameters(strategy="share_ae_pathways", **changes)  # type: ignore[arg-type]
    ours, plain = (DomainSeparationNetwork(mask, parameters) for _ in range(2))
    decoder = DenseDecoder(mask)
    assert ours.sparse_decoder is not None
    take_weights(ours.sparse_decoder, decoder)
    plain.load_state_dict(ours.state_dict())
    plain.sparse_decoder = None
    return ours, plain, decoder


def difference_of_losses(name: str) -> float:
    """Return the relative difference of the two losses on the same batch, without noise and dropout."""
    ours, plain, decoder = two_networks(name, dropout=0, noise=0)
    bulk, cells = (x[: TRAINING.batch_size] for x in random_data())
    found, expected = our_losses(ours, bulk, cells)["total"], plain_loss(plain, decoder, bulk, cells)
    return abs(found.item() / expected.item() - 1)


def kibibytes(what: str) -> int:
    """Return VmRSS or VmHWM of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


def peak(which: int, name: str) -> float:
    """Return the MiB that a network (0: ours, 1: plain) and two of its epochs add to a process."""
    settle_threads()
    data = random_data()
    before = kibibytes("VmRSS")
    mask = random_mask(*RESOURCES[name])
    network = DomainSeparationNetwork(mask, NetworkParameters(strategy="share_ae_pathways"))
    if which:
        network.sparse_decoder = None
    epoch = plain_epoch(network, DenseDecoder(mask), *data) if which else our_epoch(network, *data)
    Path("/proc/self/clear_refs").write_text("5")
    for _ in range(2):
        epoch()
    return (kibibytes("VmHWM") - before) / 1024


def peaks(name: str) -> Iterator[float]:
    """Give the peaks of ours and of the plain version, each in a process of its own."""
    for which in (0, 1):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            yield pool.apply(peak, (which, name))


def compare(name: str) -> dict[str, object]:
    """Return one row of the table."""
    ours, plain, decoder = two_networks(name)
    data = random_data()
    one, other = our_epoch(ours, *data), plain_epoch(plain, decoder, *data)
    seconds, plainly, rates = [], [], []
    for _ in range(PAIRS + 1):
        rates.append(gemm_rate(0.2))
        seconds.append(timed(one)[0])
        plainly.append(timed(other)[0])
    with FlopCounterMode(display=False) as counter:
        one()
    steps = LINES // TRAINING.batch_size
    products = counter.get_total_flops() / 2
    time, plain_time = np.median(seconds[1:]), np.median(plainly[1:])
    memory = list(peaks(name))
    return {
        "sets": f"{RESOURCES[name][0]:,} ({name})",
        "ours, ms a step": f"{1e3 * time / steps:.0f}",
        "plain, ms a step": f"{1e3 * plain_time / steps:.0f}",
        "plain / ours (range)": ratio(plainly[1:], seconds[1:]),
        "share of GEMM": f"{products / time / np.median(rates):.0%}",
        "memory, ours / plain, MiB": " / ".join(f"{each:,.0f}" for each in memory),
        "relative difference of the loss": f"{difference_of_losses(name):.0e}",
    }


def main() -> None:
    """Print the table."""
    settle_threads()
    torch.manual_seed(0)
    print_table(map(compare, RESOURCES))


if __name__ == "__main__":
    main()
