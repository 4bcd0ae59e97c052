"""How many cores and threads this process may use."""

import os


def cores() -> int:
    """Return the number of cores for this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads() -> int:
    """Return how many threads this process may compute with: what OMP_NUM_THREADS says, else one per core."""
    return int(os.environ.get("OMP_NUM_THREADS", "").split(",")[0] or cores())
