import os
import random
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

# A job that works in a workplace for a minute, and says when it has begun. Interpreters of tests that run in the background
# are started with Ctrl-C switched off.
JOB = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from bulk2cell.artefacts.workplace import workplace
from bulk2cell.signals import Stopped, end, heed_signals
from bulk2cell import signals

def work(place):
    with workplace(Path(place)) as own:
        (own / "half").mkdir()
        Path(place + ".begun").touch()
        time.sleep(60)

def swallow(place):
    with workplace(Path(place)):
        Path(place + ".begun").touch()
        try:
            time.sleep(60)
        except BaseException:
            time.sleep(60)

class Late:
    def __init__(self, place):
        self.place = place
    def __del__(self):
        work(self.place)

def when_deleted(place):
    Late(place)

def import_it(place):
    with workplace(Path(place)):
        import slow

def in_workers(place):
    from bulk2cell.grid.pool import run_in_parallel
    run_in_parallel(work, [place + "1", place + "2"], 2, "jobs")

if __name__ == "__main__":
    try:
        heed_signals()
        signals.SECONDS_TO_UNWIND = float(sys.argv[3])
        globals()[sys.argv[1]](sys.argv[2])
    except Stopped as stopped:
        end(stopped.number)
"""

# A module that says when its import has begun, and aborts over an exception, as compiled libraries do.
SLOW = """
import os, time
from pathlib import Path
try:
    Path("out.begun").touch()
    time.sleep(60)
except BaseException:
    os.abort()
"""


def start(home: Path, what: str, seconds: float = 30) -> subprocess.Popen[str]:
    """Start a job of the file above, and wait until it works."""
    (home / "job.py").write_text(JOB)
    (home / "slow.py").write_text(SLOW)
    words = [sys.executable, "job.py", what, str(home / "out"), str(seconds)]
    process = subprocess.Popen(words, cwd=home, stderr=subprocess.PIPE, text=True, start_new_session=True)
    begun = {"out1.begun", "out2.begun"} if what == "in_workers" else {"out.begun"}
    while not begun <= {path.name for path in home.iterdir()}:
        assert process.poll() is None
        time.sleep(0.01)
    return process


def hidden(folder: Path) -> list[Path]:
    return list(folder.glob(".*"))


@pytest.mark.parametrize(
    ("number", "said", "code"), [(signal.SIGINT, "Ctrl-C", 130), (signal.SIGTERM, "SIGTERM", 143)]
)
@pytest.mark.parametrize("what", ["work", "when_deleted", "import_it"])
def test_it_clears_away_says_so_and_ends(
    tmp_path: Path, number: signal.Signals, said: str, code: int, what: str
) -> None:
    process = start(tmp_path, what)
    assert hidden(tmp_path)
    for _ in range(3):
        process.send_signal(number)
    _, err = process.communicate()
    assert (process.returncode, err) == (
        code,
        f"stopped by {said}; run the same command again to continue\n",
    )
    assert hidden(tmp_path) == []


def test_it_ends_where_a_library_swallows_the_exception(tmp_path: Path) -> None:
    process = start(tmp_path, "swallow", seconds=0.1)
    process.terminate()
    _, err = process.communicate()
    assert process.returncode == 143
    assert err.count("\n") == 1
    assert hidden(tmp_path) == []


def wait_for_the_end_of(home: Path) -> None:
    """Wait until no worker works: each leaves its workplace at its end, and those killed leave their lock."""
    while hidden(home):
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path: Path, number: signal.Signals) -> None:
    process = start(tmp_path, "in_workers")
    assert len(hidden(tmp_path)) == 2
    if number == signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in err
    assert err.count("stopped by") == (number != signal.SIGKILL)
    wait_for_the_end_of(tmp_path)


def test_ctrl_c_while_the_program_starts_is_one_line_or_none(tmp_path: Path) -> None:
    # Before the program's first line the interpreter itself decides; with the default action it ends without a word.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); print('begun', flush=True); "
        "sys.argv = ['bulk2cell', 'simulate', '--synthetic', '--out', 'world']; "
        "from bulk2cell.__main__ import main; main()"
    )
    chance, codes = random.Random(0), []
    for _ in range(6):
        words = [sys.executable, "-c", code]
        process = subprocess.Popen(
            words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.3))
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
        codes.append(process.returncode)
        assert process.returncode in {-2, 130}
        assert err.count("\n") == (process.returncode == 130)
        assert list(tmp_path.iterdir()) == []
    assert 130 in codes


def test_a_signal_that_was_switched_off_stays_off(tmp_path: Path) -> None:
    code = (
        "import signal, os; signal.signal(signal.SIGINT, signal.SIG_IGN); "
        "from bulk2cell.signals import heed_signals; heed_signals(); os.kill(os.getpid(), signal.SIGINT); print('alive')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive\n")


def test_the_installed_program_is_the_one_that_heeds_signals() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "python" / "pyproject.toml").read_text())
    assert project["project"]["scripts"] == {"bulk2cell": "bulk2cell.__main__:main"}
