"""Ctrl-C and SIGTERM: the process removes unfinished files, prints one line, and ends with 130 or 143.

This file imports little (not even `typing`), so that signals are handled while the program still starts.
"""

import atexit
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM)
# Time to leave every `with` block; a scheduler waits longer before it kills (Slurm: KillWait, 30 s).
SECONDS_TO_UNWIND = 5.0

_ending = threading.Lock()


class Stopped(BaseException):
    """The process received a signal to end; no `except Exception` catches it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def heed_signals() -> None:
    """Let the first Ctrl-C or SIGTERM raise `Stopped`; later signals cannot disturb the cleaning up.

    Within an import the process ends at once, since compiled libraries abort if an exception is raised while they load.
    If long-running compiled code does not return, or a library swallows the exception, the process ends nevertheless.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        if _imports(frame):
            end(number)
        raise Stopped(number)

    def end_if_stopped(raised: "sys.UnraisableHookArgs") -> None:
        if isinstance(raised.exc_value, Stopped):
            end(raised.exc_value.number)
        sys.__unraisablehook__(raised)

    sys.unraisablehook = end_if_stopped
    _handle(stop, end)


def heed_signals_of_parent() -> None:
    """Let a worker process end silently at Ctrl-C and SIGTERM, since its parent prints the line, and with its parent."""
    from multiprocessing import connection, parent_process

    def end_silently(number: int, _frame: object = None) -> None:
        end(number, speak=False)

    def end_with_parent() -> None:
        parent = parent_process()
        if parent is not None:
            connection.wait([parent.sentinel])
            end_silently(signal.SIGTERM)

    _handle(end_silently, end_silently)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=end_with_parent, daemon=True).start()


@contextmanager
def block_ctrl_c() -> Iterator[None]:
    """Block Ctrl-C within the block, and in processes started there until `heed_signals_of_parent`."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def end(number: int, speak: bool = True) -> None:
    """Remove unfinished files, and end the process with its threads and its worker processes."""
    _ending.acquire(timeout=SECONDS_TO_UNWIND)  # another thread may be ending the process, and hang
    try:
        if workplaces := sys.modules.get("bulk2cell.artefacts.workplace"):
            workplaces.leave_all()
        if multiprocessing := sys.modules.get("multiprocessing"):
            for child in multiprocessing.active_children():
                child.terminate()
        if speak:
            atexit._run_exitfuncs()  # `os._exit` skips them; multiprocessing's release its semaphores
            name = "Ctrl-C" if number == signal.SIGINT else signal.Signals(number).name
            said = f"stopped by {name}; run the same command again to continue\n"
            os.write(2, said.encode())
    finally:
        os._exit(128 + number)


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _handle(act: Callable[[int, FrameType | None], None], end_late: Callable[[int], None]) -> None:
    """Act on the first Ctrl-C or SIGTERM, unless switched off, as by `nohup` or `&`, and see that the process ends."""

    def act_once(number: int, frame: FrameType | None) -> None:
        for each in heeded:
            signal.signal(each, lambda *_: None)
        act(number, frame)

    heeded = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, act_once)
    receive, send = os.pipe()
    os.set_blocking(send, False)
    signal.set_wakeup_fd(send, warn_on_full_buffer=False)

    def wait_and_end() -> None:
        number = os.read(receive, 1)[0]
        time.sleep(SECONDS_TO_UNWIND)
        end_late(number)

    threading.Thread(target=wait_and_end, daemon=True).start()
