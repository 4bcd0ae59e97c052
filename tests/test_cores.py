import pytest

from bulk2cell.cores import MOST_THREADS, cores, threads
from bulk2cell.errors import ParameterError


@pytest.mark.parametrize(
    ("said", "number"), [("3", 3), ("5,2", 5), (" 4 ", 4), ("", cores()), (None, cores())]
)
def test_threads_are_what_the_environment_says_else_one_per_core(
    said: str | None, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if said is None:
        monkeypatch.delenv("OMP_NUM_THREADS")
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert threads() == number


@pytest.mark.parametrize(
    "said", ["abc", "0", "-3", "1e3", "2.5", ",", "3,x", "3,0", "9" * 5000, str(MOST_THREADS + 1), "٣"]
)
def test_what_is_no_number_of_threads_is_one_clear_error(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    with pytest.raises(ParameterError, match=r"^OMP_NUM_THREADS: .* is not a number of threads from 1 to"):
        threads()
