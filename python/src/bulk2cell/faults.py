"""Whose fault an error is, and how it is reported: the exit code and the one line."""

import errno
from collections.abc import Iterator

from bulk2cell.errors import Bulk2CellError, DeviceError, NetworkError
from bulk2cell.printable import printable, shown

WRONG_INPUT, MACHINE_AT_FAULT, OUT_OF_MEMORY = 2, 75, 137
MACHINE_ERRORS = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ESTALE,
        errno.EMFILE,
        errno.ENFILE,
        errno.EAGAIN,
        errno.ETXTBSY,
    }
)
WANT_OF_MEMORY = (  # messages of libraries that raise no MemoryError: torch, CUDA, XGBoost, HDF5, Python, Arrow, the loader
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "unable to allocate",
    "memory allocation failed",
    "bad_alloc",
    "bad_malloc",
    "alloc_failed",
    "can't start new thread",
    "failed to launch worker thread",
    "failed to map segment",
)


def is_foreseen(error: BaseException) -> bool:
    """Tell whether an error is the user's or the machine's; any other is a bug of ours, whose traceback is useful."""
    return isinstance(error, Bulk2CellError | OSError) or _is_odd_name(error) or is_out_of_memory(error)


def exit_code(error: BaseException) -> int:
    """Return 137 if memory ran out, 75 if the machine is at fault and trying again may help, else 2."""
    if is_out_of_memory(error):
        return OUT_OF_MEMORY
    return MACHINE_AT_FAULT if any(map(_is_of_the_machine, _chain(error))) else WRONG_INPUT


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error, or one that it came from, means that memory ran out."""
    return any(map(_is_want_of_memory, _chain(error)))


def one_line(error: BaseException) -> str:
    """Return the message of an error as one line of printable characters."""
    if is_out_of_memory(error):
        text = "out of memory; use a machine with more, or give fewer cells"
    elif isinstance(error, OSError):
        where = error.filename or "file system"
        text = f"{where}: {error.strerror or error}; check the path, permissions and free space"
    elif isinstance(error, UnicodeEncodeError) and _is_odd_name(error):
        text = f"{shown(error.object)} is not UTF-8; rename the file or its folder"
    elif isinstance(error, Bulk2CellError):
        text = str(error)
    else:
        text = f"unexpected error, {type(error).__name__}: {error}; please report it with its traceback"
    return printable(text)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all errors that it came from, as a traceback shows them."""
    seen: list[BaseException] = []
    found: BaseException | None = error
    while found is not None and found not in seen:
        yield found
        seen.append(found)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _is_want_of_memory(error: BaseException) -> bool:
    if isinstance(error, Bulk2CellError):
        return False
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOMEM
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(text in said for text in WANT_OF_MEMORY)


def _is_odd_name(error: BaseException) -> bool:
    """Tell whether a name is not UTF-8: Python holds such bytes as half surrogates, which cannot be encoded."""
    return isinstance(error, UnicodeEncodeError) and "surrogates" in error.reason


def _is_of_the_machine(error: BaseException) -> bool:
    of_the_machine = isinstance(error, OSError) and error.errno in MACHINE_ERRORS
    return of_the_machine or isinstance(error, DeviceError | NetworkError)
