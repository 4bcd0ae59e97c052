"""How exactly torch multiplies matrices of float32."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from bulk2cell.parameters import Precision


@contextmanager
def products_in(precision: Precision) -> Iterator[None]:
    """Let products of matrices round their factors, where the hardware is faster then; sums stay float32."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("medium" if precision == "bfloat16" else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
