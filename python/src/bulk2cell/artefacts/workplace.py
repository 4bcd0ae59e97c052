"""The workplace of an output: a hidden neighbour, `.NAME.bulk2cell`, in which one process at a time makes it.

Its file `lock` is locked while a process is at work, and names the process. The kernel frees the lock of a killed process,
and the next process to take it removes what was left. On a file system without locks two processes do not notice each other:
each has a folder of its own in the workplace, and what a killed one leaves stays, since it might still be at work.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.errors import ArtefactError

LOCK, OLD = "lock", "old"
TRIES = 100  # each loses a race of microseconds against a process that clears its workplace away
NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
AT_FDCWD, RENAME_EXCHANGE, RENAME_SWAP = -100, 2, 2
# EPERM is what old seccomp profiles of containers say of a call that they do not know.
NOT_OFFERED = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM})


@dataclass(frozen=True)
class Held:
    """The part of a workplace that this process holds.

    Attributes
    ----------
    own
        Folder within the workplace for whatever is being made.
    lock
        The open lock file; None on a file system without locks.
    new
        Folders above the workplace that were made for it, the deepest first.
    """

    own: Path
    lock: int | None
    new: tuple[Path, ...]


_held: dict[Path, Held] = {}


@contextmanager
def workplace(out: Path) -> Iterator[Path]:
    """Work alone on an output, and yield an empty folder on its file system that is removed afterwards.

    A nested block may take the same workplace again.

    Raises
    ------
    ArtefactError
        If another process is at work on the output.
    """
    out = Path(os.path.realpath(out))
    if out in _held:
        yield _held[out].own
        return
    try:
        _take(out)
        yield _held[out].own
    finally:
        _leave(out)


def leave_all() -> None:
    """Clear every workplace that this process holds, before it ends."""
    for out in [*_held]:
        _leave(out)


def put_in_place(made: Path, out: Path) -> None:
    """Exchange a folder in an output's workplace with the output.

    At any time one of the two is in place. If they cannot be exchanged in one step, the next process to take the
    workplace restores the old one, if need be.
    """
    if not out.exists():
        made.rename(out)
    elif not exchange(made, out):
        old = _home(out) / OLD
        out.rename(old)
        made.rename(out)
        old.rename(made)


def _home(out: Path) -> Path:
    return out.parent / f".{out.name}.bulk2cell"


def _take(out: Path) -> None:
    home = _home(out)
    new = tuple(folder for folder in home.parents if not folder.exists())
    lock = _lock(home, out)
    _held[out] = held = Held(home / uuid.uuid4().hex, lock, new)
    held.own.mkdir()
    _put_back(out, held)
    if lock is not None:
        for entry in home.iterdir():
            if entry not in (held.own, home / LOCK):
                shutil.rmtree(entry)


def _lock(home: Path, out: Path) -> int | None:
    """Lock a workplace; try again if its last holder is just removing it."""
    tries = TRIES
    while True:
        try:
            home.mkdir(parents=True, exist_ok=True)
            return _lock_file(home / LOCK, out)
        except (FileNotFoundError, FileExistsError):
            tries -= 1
            if not tries:
                raise


def _lock_file(path: Path, out: Path) -> int | None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    with ExitStack() as unless_held:
        unless_held.callback(os.close, handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = " ".join(os.read(handle, 200).decode(errors="replace").split()) or "another process"
            raise ArtefactError(
                f"{out}: {who} is already working on it; wait until it has finished, or give another --out"
            ) from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            path.unlink()
            return None
        if not os.path.samestat(os.fstat(handle), path.stat()):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        os.truncate(handle, 0)
        os.write(handle, f"process {os.getpid()} on {socket.gethostname()} (since {since})".encode())
        unless_held.pop_all()
    return handle


def _put_back(out: Path, held: Held) -> None:
    """Restore the old artefact if a replacement was interrupted, or drop it if the new one is in place."""
    old = _home(out) / OLD
    if old.exists():
        if out.exists():
            old.rename(held.own / OLD)
        else:
            old.rename(out)


def _leave(out: Path) -> None:
    held = _held.get(out)
    if held is None:
        return
    home = _home(out)
    _put_back(out, held)
    shutil.rmtree(held.own, ignore_errors=True)
    if held.lock is not None:
        (home / LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        for folder in (home, *held.new):
            folder.rmdir()
    del _held[out]
    if held.lock is not None:
        os.close(held.lock)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places, or return False where the system or the file system does not offer it.

    Raises
    ------
    OSError
        If it is offered, and fails.
    """
    names = os.fsencode(one), os.fsencode(other)
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        if sys.platform == "darwin":
            failed = libc.renamex_np(*names, RENAME_SWAP)
        else:
            failed = libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE)
    except AttributeError:
        return False
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))
