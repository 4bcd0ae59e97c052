"""One seed for every random number, and the choice of the device."""

import random

import numpy as np
import torch

from bulk2cell.errors import ParameterError
from bulk2cell.parameters import Device


def set_seed(seed: int) -> None:
    """Seed every generator and ask torch for deterministic algorithms."""
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True)


def choose_device(device: Device) -> str:
    """Return cpu or cuda; auto takes the GPU if there is one.

    Raises
    ------
    ParameterError
        If a GPU is asked for and none can be used.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise ParameterError("device: no GPU can be used here; give --device cpu or auto")
    return "cuda" if available and device != "cpu" else "cpu"
