import operator
import os

import pytest

from bulk2cell.cores import cores
from bulk2cell.grid.pool import run_in_parallel


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_the_order_of_the_jobs(processes: int) -> None:
    assert run_in_parallel(operator.neg, [3, 1, 2], processes, "numbers") == [-3, -1, -2]
    assert run_in_parallel(operator.neg, [], processes, "nothing") == []


def test_processes_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS")
    threads = str(max(1, cores() // 2))
    assert run_in_parallel(os.getenv, ["OMP_NUM_THREADS"] * 2, 2, "threads") == [threads] * 2


def test_the_threads_that_a_person_chose_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    assert run_in_parallel(os.getenv, ["OMP_NUM_THREADS"], 2, "threads") == ["7"]


def test_a_killed_process_is_want_of_memory() -> None:
    with pytest.raises(MemoryError):
        run_in_parallel(os._exit, [9, 9], 2, "killed")
