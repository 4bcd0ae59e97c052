"""Run jobs in processes. Nothing imported here reads the number of threads before `start_worker` has set it."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from bulk2cell.cores import cores
from bulk2cell.progress import track
from bulk2cell.signals import block_ctrl_c, heed_signals_of_parent

Job = TypeVar("Job")
Result = TypeVar("Result")


def start_worker(threads: int) -> None:
    """Let this process end with its parent, and use this number of threads unless OMP_NUM_THREADS is set."""
    heed_signals_of_parent()
    os.environ.setdefault("OMP_NUM_THREADS", str(threads))


def run_in_parallel(
    work: Callable[[Job], Result], jobs: Sequence[Job], processes: int, what: str
) -> list[Result]:
    """Do jobs in fresh processes that share the cores, and return their results in the jobs' order.

    With one job at a time, this process does the work.

    Parameters
    ----------
    work
        A module-level function; it returns, and does not raise, failures of a single job.
    processes
        Jobs at a time.
    what
        Name of the work, for the progress display.

    Raises
    ------
    MemoryError
        If a process was killed, as happens when memory runs out.
    """
    if processes == 1:
        return [work(job) for job in track(jobs, what)]
    with ProcessPoolExecutor(
        max_workers=min(processes, max(len(jobs), 1)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=start_worker,
        initargs=(max(1, cores() // processes),),
    ) as pool:
        try:
            with block_ctrl_c():
                futures = [pool.submit(work, job) for job in jobs]
            for future in track(as_completed(futures), what, total=len(futures)):
                future.result()
            return [future.result() for future in futures]
        except BrokenProcessPool as error:
            raise MemoryError from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise
