"""Read a pickled dictionary of torch tensors without letting the pickle run anything."""

import collections
import io
import pickle
from pathlib import Path
from typing import Any

import torch

from bulk2cell.errors import DownloadError


def read_tensors(path: Path) -> dict[str, torch.Tensor]:
    """Read a pickle that holds nothing but a dictionary from text to tensors.

    For files whose sha256 has been verified, and for no others. Even so, of all that a pickle can name only
    the three functions that tensors are made of are known here, and torch's storages are read with
    `weights_only`.

    Raises
    ------
    DownloadError
        If the pickle names anything else, is damaged, or holds anything else.
    """
    try:
        with path.open("rb") as stream:
            tensors = _TensorUnpickler(stream).load()
    except Exception as error:
        raise DownloadError(f"{path.name}: refused to read it ({error}); fetch it again") from error
    if not isinstance(tensors, dict) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in tensors.items()
    ):
        raise DownloadError(f"{path.name}: holds other things than named tensors; fetch it again")
    return tensors


def _load_storage(content: bytes) -> Any:
    return torch.load(io.BytesIO(content), weights_only=True)


KNOWN = {
    ("torch._utils", "_rebuild_tensor_v2"): torch._utils._rebuild_tensor_v2,
    ("torch.storage", "_load_from_bytes"): _load_storage,
    ("collections", "OrderedDict"): collections.OrderedDict,
}


class _TensorUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """Return one of the three known functions."""
        if (module, name) not in KNOWN:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return KNOWN[module, name]
