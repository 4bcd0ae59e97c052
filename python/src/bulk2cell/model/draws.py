"""Random numbers of training: torch's own, or, where networks of several seeds train as one, each seed's own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import torch
from torch import Generator, Tensor, nn

GENERATORS: ContextVar[Sequence[Generator]] = ContextVar("generators")


@contextmanager
def drawn_by(generators: Sequence[Generator]) -> Iterator[None]:
    """Let every seed of a network that `torch.vmap` spreads over seeds draw from its own generator."""
    token = GENERATORS.set(generators)
    try:
        yield
    finally:
        GENERATORS.reset(token)


def kept(x: Tensor, probability: float) -> Tensor:
    """Draw 1 with a probability, else 0, for every value of x."""
    return _Draw.apply(x, probability)  # type: ignore[no-any-return, no-untyped-call]


def normal(x: Tensor) -> Tensor:
    """Draw a standard normal number for every value of x."""
    return _Draw.apply(x, None)  # type: ignore[no-any-return, no-untyped-call]


class Dropout(nn.Dropout):
    """`torch.nn.Dropout`, the same numbers from the same seed, by the draws of this module."""

    def forward(self, x: Tensor) -> Tensor:
        """Drop values in training."""
        if not self.training or self.p == 0:
            return x
        return x * kept(x, 1 - self.p).div_(1 - self.p)


class _Draw(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor, probability: float | None) -> Tensor:
        assert GENERATORS.get(None) is None, "all seeds would draw the same numbers"
        return _drawn(x, probability, None)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        ctx.mark_non_differentiable(output)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, None]:
        return None, None

    @staticmethod
    def vmap(
        info: Any, in_dims: tuple[int, None], x: Tensor, probability: float | None
    ) -> tuple[Tensor, int]:
        pairs = zip(x.unbind(in_dims[0]), GENERATORS.get(), strict=True)
        return torch.stack([_drawn(part, probability, generator) for part, generator in pairs]), 0


def _drawn(x: Tensor, probability: float | None, generator: Generator | None) -> Tensor:
    into = torch.empty_like(x, memory_format=torch.contiguous_format)
    if probability is None:
        return into.normal_(generator=generator)
    return into.bernoulli_(probability, generator=generator)
