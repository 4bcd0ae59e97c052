import errno
import subprocess
import sys

import pyarrow as pa
import pytest
import torch

from bulk2cell.errors import Bulk2CellError, DeviceError, InputError
from bulk2cell.faults import exit_code, is_foreseen, is_out_of_memory, one_line


def wrapped(error: BaseException, *texts: str) -> BaseException:
    """Return what a reader raises that met an error, once for each text."""
    for text in texts:
        try:
            try:
                raise error
            except BaseException as cause:
                raise InputError(text) from cause
        except InputError as told:
            error = told
    return error


WANT_OF_MEMORY = [
    MemoryError(),
    pa.ArrowMemoryError("malloc of size 64 failed"),
    OSError(errno.ENOMEM, "Cannot allocate memory"),
    RuntimeError("can't start new thread"),
    RuntimeError("CUDA error: out of memory"),
    RuntimeError("cuDNN error: CUDNN_STATUS_ALLOC_FAILED"),
    torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB."),
    pa.ArrowException("Unknown error: Failed to launch worker thread: Resource temporarily unavailable"),
    ValueError("std::bad_alloc"),
    ImportError("libgomp.so.1: cannot allocate memory in static TLS block"),
    ImportError("groupby.so: failed to map segment from shared object"),
    OSError("Can't read data (memory allocation failed for raw data chunk)"),
]


@pytest.mark.parametrize("error", WANT_OF_MEMORY, ids=repr)
@pytest.mark.parametrize("texts", [(), ("cells.h5ad: cannot be read",), ("cannot be read", "cells: broken")])
def test_want_of_memory_blames_no_file(error: BaseException, texts: tuple[str, ...]) -> None:
    told = wrapped(error, *texts)
    assert exit_code(told) == 137
    assert one_line(told) == "out of memory; use a machine with more, or give fewer cells"
    assert is_foreseen(told)


def test_torchs_own_want_of_memory_is_recognised() -> None:
    with pytest.raises(RuntimeError) as told:
        torch.empty(2**50)
    assert exit_code(told.value) == 137


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not keep a limit of memory")
def test_a_thread_that_has_no_room_for_its_stack_is_want_of_memory() -> None:
    code = (
        "import resource, sys, threading\nfrom bulk2cell.faults import exit_code\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\nthreading.stack_size(2 << 30)\n"
        "try:\n    threading.Thread(target=print).start()\n"
        "except RuntimeError as error:\n    sys.exit(exit_code(error))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 137


def test_want_of_memory_met_while_another_error_is_told_counts() -> None:
    error = KeyError("x")
    error.__context__ = MemoryError()
    assert exit_code(error) == 137


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("shapes do not match"),
        InputError("out of memory.csv: no such file"),
        FileNotFoundError(errno.ENOENT, "No such file or directory", "out of memory"),
    ],
    ids=repr,
)
def test_what_only_sounds_like_it_is_no_want_of_memory(error: BaseException) -> None:
    assert not is_out_of_memory(error)


@pytest.mark.parametrize(
    "number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ESTALE, errno.EAGAIN]
)
def test_the_machines_fault_is_75_also_inside_another_error(number: int) -> None:
    error = OSError(number, "what the system says", "file")
    assert (exit_code(error), exit_code(wrapped(error, "cannot be read"))) == (75, 75)
    assert one_line(error) == "file: what the system says; check the path, permissions and free space"


@pytest.mark.parametrize(
    "number",
    [errno.ENOENT, errno.EACCES, errno.EROFS, errno.EEXIST, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG],
)
def test_a_path_that_cannot_be_used_is_the_persons(number: int) -> None:
    assert exit_code(OSError(number, "what the system says", "file")) == 2


def test_an_error_of_ours_has_its_code() -> None:
    assert exit_code(InputError("wrong")) == 2
    assert exit_code(DeviceError("no GPU can be used here")) == 75


def test_a_cause_that_was_taken_back_does_not_count() -> None:
    error = InputError("wrong")
    error.__context__ = OSError(errno.EIO, "input/output error")
    assert exit_code(error) == 75
    error.__suppress_context__ = True
    assert exit_code(error) == 2


def test_a_circle_of_causes_ends() -> None:
    error, other = InputError("a"), InputError("b")
    error.__cause__, other.__cause__ = other, error
    assert exit_code(error) == 2


def test_an_error_that_nobody_foresaw_is_told_as_ours() -> None:
    error = KeyError("x\ny")
    assert not is_foreseen(error)
    assert one_line(error).startswith("unexpected error, KeyError: ")
    assert "\n" not in one_line(error)


def test_every_error_of_a_person_is_foreseen() -> None:
    assert all(is_foreseen(kind("wrong")) for kind in Bulk2CellError.__subclasses__())


def test_a_name_that_is_not_utf_8_is_the_persons() -> None:
    with pytest.raises(UnicodeEncodeError) as told:
        "caf\udce9".encode()
    assert (exit_code(told.value), is_foreseen(told.value)) == (2, True)
    assert one_line(told.value) == r"'caf\udce9' is not UTF-8; rename the file or its folder"
    with pytest.raises(UnicodeEncodeError) as ours:
        "é".encode("ascii")
    assert not is_foreseen(ours.value)
