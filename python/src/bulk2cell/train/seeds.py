"""One seed for every random number, and the choice of the device."""

import os
import random

import numpy as np
import torch

from bulk2cell.cores import settle_threads
from bulk2cell.errors import DeviceError
from bulk2cell.parameters import Device


def set_seed(seed: int) -> None:
    """Seed every generator and ask torch for deterministic algorithms.

    `torch.use_deterministic_algorithms` does the same, but loads torch's compiler first, for more than a second.
    """
    settle_threads()
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    torch.manual_seed(seed)
    torch.set_deterministic_debug_mode("error")


def choose_device(device: Device) -> str:
    """Return cpu or cuda; auto takes the GPU if there is one.

    Raises
    ------
    DeviceError
        If a GPU is requested and none can be used.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise DeviceError("device: no GPU can be used here; give --device cpu or auto")
    return "cuda" if available and device != "cpu" else "cpu"
