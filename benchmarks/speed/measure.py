"""What the benchmarks of speed share: processor time, the machine's matrix rate, ratios with their range, tables."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import torch

Result = TypeVar("Result")


def timed(function: Callable[..., Result], *given: Any) -> tuple[float, Result]:
    """Return seconds of processor time, and what the function returns."""
    start = time.process_time()
    found = function(*given)
    return time.process_time() - start, found


def gemm_rate(seconds: float = 0.5) -> float:
    """Return the multiply-adds per second of a large float32 matrix product, best of many."""
    rows, inner, columns = 512, 4_000, 512
    a, b = torch.randn(rows, inner), torch.randn(inner, columns)
    best, end = np.inf, time.process_time() + seconds
    while time.process_time() < end:
        best = min(best, timed(torch.mm, a, b)[0])
    return rows * inner * columns / best


def ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    """Return the median of the pairs' ratios, with their range."""
    each = np.array(theirs) / np.array(ours)
    return f"{np.median(each):.1f} ({each.min():.1f}–{each.max():.1f})"


def print_table(rows: Iterable[Mapping[str, object]]) -> None:
    """Print rows as they come, as a Markdown table."""
    for number, row in enumerate(rows):
        if number == 0:
            print("| " + " | ".join(row) + " |\n|" + "---|" * len(row))
        print("| " + " | ".join(map(str, row.values())) + " |", flush=True)
