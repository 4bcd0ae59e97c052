import pytest

from bulk2cell.cores import cores, threads


@pytest.mark.parametrize(("said", "number"), [("3", 3), ("5,2", 5), ("", cores()), (None, cores())])
def test_threads_are_what_the_environment_says_else_one_per_core(
    said: str | None, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if said is None:
        monkeypatch.delenv("OMP_NUM_THREADS")
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert threads() == number
