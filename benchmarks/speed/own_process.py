"""Seconds and memory of a run in a process of its own.

Seconds begin after the imports and are of processor time, so that other work on the machine counts little. Memory is the
largest resident set above that after the imports. A run is an iterator that stops after its imports and after its work.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
Run = Iterator[Any]


def in_own_process(script: str, *words: object, cores: int = 1) -> dict[str, float]:
    """Return what a script that calls `timed` took: seconds, wall, memory (MB), total (processor seconds with start-up).

    Parameters
    ----------
    cores
        Number of cores that the process may use, and threads of ours; other libraries have one.
    """
    command = [sys.executable, script, *map(str, words)]
    environment = {**os.environ, **dict.fromkeys(THREADS, "1"), "OMP_NUM_THREADS": str(cores)}
    usable = sorted(os.sched_getaffinity(0))[:cores]
    ended = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, usable),
    )
    return dict(json.loads(ended.stdout))


def timed(run: Run) -> Run:
    """Import and work, print what it took, and return the rest of the run."""
    next(run)
    memory, seconds, wall = peak_mb(), time.process_time(), time.perf_counter()
    next(run)
    took = {"seconds": time.process_time() - seconds, "wall": time.perf_counter() - wall}
    took |= {"memory": peak_mb() - memory, "total": time.process_time()}
    print(json.dumps(took))
    return run


def peak_mb() -> float:
    """Return the largest resident set so far (Linux)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
