import subprocess
import sys

import torch

from bulk2cell.train.seeds import set_seed


def test_the_same_seed_gives_the_same_numbers_by_deterministic_algorithms() -> None:
    set_seed(3)
    first = torch.rand(4)
    set_seed(3)
    assert torch.equal(torch.rand(4), first)
    assert torch.are_deterministic_algorithms_enabled()


def test_setting_the_seed_does_not_load_the_compiler_of_torch() -> None:
    program = """
import sys
from bulk2cell.train.seeds import set_seed
set_seed(1)
print([name for name in ("torch._dynamo", "torch._inductor") if name in sys.modules])
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"
