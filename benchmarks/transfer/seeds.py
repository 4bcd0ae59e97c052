"""Seeds trained as one network, one after the other, and a single one: seconds of an epoch, and operations of a step.

Usage: python benchmarks/transfer/seeds.py [SEEDS [GENES]]      10 seeds, 4,000 genes

Pretraining of `share_ae_pathways` with default parameters and 1,100 gene sets on random expression of 768 lines and 1,536
cells: an epoch is three steps and a validation. On a GPU, if there is one, wall time; else processor time on one thread.
Epochs are what five cost more than one. Operations are those that torch is asked for in a step, views not counted:
on a GPU, each is a kernel or more that the processor has to start.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from measure import print_table
from sparse_decoder import RESOURCES, random_mask
from torch.utils._python_dispatch import TorchDispatchMode

from bulk2cell.cells.standardise import Scaling
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.train.data import TrainingData
from bulk2cell.train.loop import fit
from bulk2cell.train.objective import Objective
from bulk2cell.train.pretrain import reconstruction_objective
from bulk2cell.train.seeds import choose_device, set_seed
from bulk2cell.train.together import fit_together
from bulk2cell.train.trainee import Trainee, new_trainee

LINES, CELLS, STEPS, EPOCHS, ROUNDS = 768, 1_536, 3, 4, 3
DEVICE = choose_device("auto")


class Counted(TorchDispatchMode):
    """Counts operations that make something new."""

    count = 0

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Count, and do it."""
        self.count += not function.is_view
        return function(*args, **(kwargs or {}))


def random_data(genes: int) -> TrainingData:
    """Return standardised expression; every fourth line is held out."""
    bulk, cells = (torch.randn(rows, genes, device=DEVICE) for rows in (LINES * 4 // 3, CELLS))
    response = bulk[:, 0]
    train, known = torch.arange(len(bulk)) % 4 > 0, torch.ones(len(bulk), dtype=torch.bool)
    nothing = Scaling(*[np.zeros(0, np.float32)] * 5)
    return TrainingData(bulk, response, response, train.to(DEVICE), known.to(DEVICE), cells, nothing)


def trainees(genes: int, seeds: int, folder: Path) -> Iterator[Trainee]:
    """Give new networks."""
    mask = random_mask(*RESOURCES["Reactome"], genes=genes)
    for seed in range(seeds):
        set_seed(seed)
        network = Network(mask, NetworkParameters(strategy="share_ae_pathways")).to(DEVICE)
        yield new_trainee(network, seed, folder / str(seed), "-")


def clock() -> float:
    """Return seconds: on a GPU once all work is done."""
    if DEVICE == "cpu":
        return time.process_time()
    torch.cuda.synchronize()
    return time.perf_counter()


def train(each: Sequence[Trainee], objective: Objective, epochs: int, as_one: bool) -> None:
    """Train networks for some epochs, as one or one after the other."""
    schedule = replace(objective.schedule, epochs=epochs, min_epochs=epochs)
    given = replace(objective, schedule=schedule)
    if as_one:
        fit_together(each, given)
    else:
        for one in each:
            fit(one.network, given, one.checkpoint, one.fingerprint)


def per_epoch(measure: Callable[[int], float]) -> float:
    """Return what an epoch costs: what several cost more than one."""
    once = measure(1)
    return (measure(1 + EPOCHS) - once) / EPOCHS


def seconds_and_operations(each: Sequence[Trainee], data: TrainingData, as_one: bool) -> tuple[float, float]:
    """Return seconds of an epoch of all networks, and operations of a step with its part of the validation."""
    objective = reconstruction_objective(data, LossParameters(), TrainParameters())

    def seconds(epochs: int) -> float:
        start = clock()
        train(each, objective, epochs, as_one)
        return clock() - start

    def operations(epochs: int) -> float:
        with Counted() as counted:
            train(each, objective, epochs, as_one)
        return counted.count

    return per_epoch(seconds), per_epoch(operations) / STEPS


def main(seeds: int = 10, genes: int = 4_000) -> None:
    """Print the table."""
    if DEVICE == "cpu":
        torch.set_num_threads(1)
    name = torch.cuda.get_device_name() if DEVICE == "cuda" else "one thread of the processor"
    print(f"on {name}: {seeds} seeds, {genes:,} genes\n")
    data = random_data(genes)
    ways = {"one seed": (1, False), "one after the other": (seeds, False), "together": (seeds, True)}
    found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, (count, as_one) in ways.items():
            with tempfile.TemporaryDirectory() as folder:
                each = list(trainees(genes, count, Path(folder)))
                found[way].append(seconds_and_operations(each, data, as_one))
    one = np.array([seconds for seconds, _ in found["one seed"]])
    rows = []
    for way, runs in found.items():
        seconds = np.array([run[0] for run in runs])
        times = seconds / one
        rows.append(
            {
                "way": way,
                "s an epoch": f"{np.median(seconds):.3f}",
                "times one seed (range)": f"{np.median(times):.1f} ({times.min():.1f}–{times.max():.1f})",
                "operations a step": f"{runs[0][1]:,.0f}",
            }
        )
    print_table(rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
