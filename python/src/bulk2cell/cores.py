"""How many cores and threads this process may use."""

import os
import re

from bulk2cell.errors import ParameterError

MOST_THREADS = 1024  # with more, thread libraries end the process instead of raising an error


def cores() -> int:
    """Return the number of cores for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """Return how many threads this process may compute with: OMP_NUM_THREADS, else one per core.

    Raises
    ------
    ParameterError
        If OMP_NUM_THREADS is neither a number of threads nor a list of them, as OpenMP allows.
    """
    said = os.environ.get("OMP_NUM_THREADS", "").strip()
    if not said:
        return cores()
    listed = said.split(",")
    if not all(re.fullmatch(r"\s*[0-9]{1,9}\s*", one) and 1 <= int(one) <= MOST_THREADS for one in listed):
        raise ParameterError(
            f"OMP_NUM_THREADS: {said[:40]!r} is not a number of threads from 1 to {MOST_THREADS}; correct or unset it"
        )
    return int(listed[0])


def settle_threads() -> None:
    """Let torch use as many threads as OMP_NUM_THREADS says, else as there are cores for this process.

    Results differ in their last bits with the number of threads, and other libraries change torch's number.
    """
    import torch

    torch.set_num_threads(threads())
