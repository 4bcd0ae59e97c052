"""Read a pickled dictionary of torch tensors without letting the pickle run anything."""

import collections
import io
import math
import pickle
from pathlib import Path
from typing import Any

import torch

from bulk2cell.errors import DownloadError


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Read a pickle that holds nothing but a dictionary from text to tensors.

    For files whose sha256 has been verified, and for no others. Even so, of all that a pickle can name only
    the three functions that tensors are made of are known here. Torch's storages are read with `weights_only`, and a
    tensor is a whole stretch of its storage, so that no few bytes become a large one.

    Raises
    ------
    DownloadError
        If the pickle names anything else, is damaged, or holds anything else.
    """
    try:
        with path.open("rb") as stream:
            tensors = _TensorUnpickler(stream).load()
    except MemoryError:
        raise
    except Exception as error:
        raise DownloadError(f"{path.name}: refused to read it ({error}); fetch it again") from error
    if not isinstance(tensors, dict) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in tensors.items()
    ):
        raise DownloadError(f"{path.name}: holds something other than named tensors; fetch it again")
    return tensors


def _load_storage(content: bytes) -> Any:
    return torch.load(io.BytesIO(content), weights_only=True)


def _rebuild_tensor(
    storage: Any, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: object
) -> torch.Tensor:
    """Return what torch's function of this place returns, if it lies inside the storage, each value once."""
    if not isinstance(storage, torch.storage.TypedStorage):
        raise pickle.UnpicklingError("a tensor without a storage")
    values = torch.empty(0, dtype=storage.dtype)
    values.set_(storage._untyped_storage)
    if type(offset) is not int or offset < 0 or any(type(length) is not int or length < 0 for length in size):
        raise pickle.UnpicklingError("a tensor of a place or size below 0")
    tensor = values[offset : offset + math.prod(size)].reshape(size)
    if tensor.stride() != tuple(stride):
        raise pickle.UnpicklingError("a tensor that repeats or leaves out values")
    return tensor


KNOWN = {
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch.storage", "_load_from_bytes"): _load_storage,
    ("collections", "OrderedDict"): collections.OrderedDict,
}


class _TensorUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return one of the three known functions."""
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return KNOWN[module, name]
