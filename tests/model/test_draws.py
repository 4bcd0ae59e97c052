import pytest
import torch
from torch import Tensor, nn

from bulk2cell.model.draws import Dropout, drawn_by, normal


@pytest.mark.parametrize("shape", [(7, 3), (256, 512)])
@pytest.mark.parametrize("rate", [0.1, 0.7])
def test_a_seed_drops_what_it_drops_in_torch(shape: tuple[int, int], rate: float) -> None:
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = []
    for layer in (nn.Dropout(rate), Dropout(rate)):
        torch.manual_seed(3)
        found.append((layer(x), torch.get_rng_state()))
    assert torch.equal(found[0][0], found[1][0])
    assert torch.equal(found[0][1], found[1][1])


def test_the_gradient_passes_where_values_are_kept() -> None:
    x = torch.ones(50, 4, requires_grad=True)
    dropped = Dropout(0.5)(x)
    dropped.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, dropped.detach())
    assert set(x.grad.unique().tolist()) == {0.0, 2.0}


def test_nothing_is_dropped_in_eval_mode_or_at_rate_0() -> None:
    x = torch.randn(3, 4)
    assert torch.equal(Dropout(0.5).eval()(x), x)
    assert torch.equal(Dropout(0)(x), x)


def both(row: Tensor) -> tuple[Tensor, Tensor]:
    return Dropout(0.4)(row), normal(row)


def test_spread_over_seeds_each_draws_what_it_draws_alone() -> None:
    x = torch.randn(3, 20, 5)
    with drawn_by([torch.Generator().manual_seed(seed) for seed in (1, 2, 3)]):
        found = torch.vmap(both, randomness="error")(x)
    for number, seed in enumerate((1, 2, 3)):
        torch.manual_seed(seed)
        for together, alone in zip(found, both(x[number]), strict=True):
            assert torch.equal(together[number], alone)


def test_seeds_that_are_spread_never_draw_from_one_generator() -> None:
    with pytest.raises(LookupError):
        torch.vmap(both)(torch.ones(2, 3))
    with drawn_by([torch.Generator(), torch.Generator()]), pytest.raises(AssertionError):
        torch.vmap(lambda _: normal(torch.ones(3)))(torch.ones(2))
