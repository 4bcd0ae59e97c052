import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import os, resource, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run where it is ignored
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
from bulk2cell.__main__ import main
from bulk2cell.cli import app
def work():
    {work}
app.main, sys.argv = work, ["bulk2cell", "work"]
main()
"""


def start(work: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM.format(work=work)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("work", ["os.abort()", "os._exit(127)", "os.kill(os.getpid(), signal.SIGSEGV)"])
def test_a_library_that_ends_the_process_under_a_limit_is_told_as_want_of_memory(work: str) -> None:
    process = start(work)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (
        137,
        "error: out of memory; use a machine with more, or give fewer cells\n",
    )


@pytest.mark.parametrize("code", [0, 1, 2, 75])
def test_any_other_end_is_passed_on(code: int) -> None:
    process = start(f"sys.exit({code})")
    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == code


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_reach_the_work(number: int, code: int, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = start(f"open({str(ready)!r}, 'w').close(); time.sleep(60)")
    waited_until = time.monotonic() + 60
    while not ready.exists():
        assert process.poll() is None
        assert time.monotonic() < waited_until
        time.sleep(0.05)
    os.kill(process.pid, number)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == code
    assert said.startswith("stopped by ")
    assert said.count("\n") == 1
