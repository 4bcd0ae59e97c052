import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from bulk2cell.networks.pattern import pattern_of
from bulk2cell.networks.sparse_decoder import PART, SparseDecoder

MASK = torch.tensor([[0, 0, 1, 1], [1, 0, 1, 1], [1, 1, 1, 1], [1, 0, 1, 1]]).float()


class MaskedLinear(nn.Module):
    """The plain version: a dense weight, times the mask."""

    mask: Tensor

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)
        bound = mask.sum(dim=1, keepdim=True).clamp(min=1).rsqrt()
        self.weight = nn.Parameter((torch.rand_like(mask) * 2 - 1) * bound * mask)
        self.bias = nn.Parameter(torch.zeros(len(mask)))

    def forward(self, code: Tensor) -> Tensor:
        return nn.functional.linear(code, self.weight * self.mask, self.bias)


def random_mask(genes: int, units: int, density: float, free: int, seed: int) -> Tensor:
    mask = (torch.rand(genes, units, generator=torch.Generator().manual_seed(seed)) < density).float()
    mask[:, units - free :] = 1
    return mask


def both(mask: Tensor, seed: int = 0) -> tuple[SparseDecoder, MaskedLinear]:
    torch.manual_seed(seed)
    sparse = SparseDecoder(mask)
    torch.manual_seed(seed)
    return sparse, MaskedLinear(mask)


def dense_weight(decoder: SparseDecoder, weight: Tensor, free_weight: Tensor) -> Tensor:
    whole = torch.zeros(len(decoder.bias), len(decoder.unit_start) - 1).to(weight)
    whole[decoder.gene, decoder.unit] = weight
    whole[:, decoder.free] = free_weight.T
    return whole


def all_of(decoder: nn.Module, code: Tensor, gradient: Tensor) -> list[Tensor]:
    """Return the output and the gradients of code, weights (in the dense shape) and bias."""
    code = code.clone().requires_grad_()
    decoded: Tensor = decoder(code)
    given = [code, *decoder.parameters()]
    of_code, *of_weights, of_bias = torch.autograd.grad(decoded, given, gradient)
    whole = dense_weight(decoder, *of_weights) if isinstance(decoder, SparseDecoder) else of_weights[0]
    return [decoded.detach(), of_code, whole, of_bias]


@settings(max_examples=60, deadline=None)
@given(
    genes=st.integers(1, 40),
    units=st.integers(1, 30),
    density=st.sampled_from([0.0, 0.05, 0.3, 1.0]),
    free=st.integers(0, 5),
    rows=st.sampled_from([1, 2, 7, 8, 33, PART, PART + 5, 2 * PART + 8]),
    seed=st.integers(0, 2**32 - 1),
)
def test_values_and_gradients_are_those_of_the_dense_layer(
    genes: int, units: int, density: float, free: int, rows: int, seed: int
) -> None:
    mask = random_mask(genes, units, density, min(free, units), seed)
    sparse, plain = both(mask, seed)
    generator = torch.Generator().manual_seed(seed)
    code, gradient = (
        torch.randn(rows, units, generator=generator),
        torch.randn(rows, genes, generator=generator),
    )
    found = all_of(sparse, code, gradient)
    exact = all_of(plain.double(), code.double(), gradient.double())
    with torch.no_grad():
        plain.weight.abs_()
    sizes = all_of(plain, code.double().abs(), gradient.double().abs())
    for one, other, size in zip(found, exact, sizes, strict=True):
        assert one.shape == other.shape
        assert ((one - other).abs() <= 1e-6 * size).all()


@pytest.mark.parametrize("rows", [3, PART + 3])
@pytest.mark.parametrize("density", [0.0, 0.4, 1.0])
def test_gradients_are_those_of_finite_differences(density: float, rows: int) -> None:
    decoder = SparseDecoder(random_mask(5, 4, density, 1, 0)).double()
    code = torch.randn(rows, 4, dtype=torch.double, requires_grad=True)
    names = ["weight", "free_weight", "bias"]

    def decode(code: Tensor, *values: Tensor) -> Tensor:
        decoded: Tensor = torch.func.functional_call(decoder, dict(zip(names, values, strict=True)), (code,))
        return decoded

    given = (code, *(decoder.get_parameter(name) for name in names))
    assert torch.autograd.gradcheck(decode, given, fast_mode=rows > PART)


def test_weights_are_drawn_as_those_of_the_dense_layer() -> None:
    sparse, plain = both(random_mask(30, 12, 0.2, 2, 1))
    assert torch.equal(dense_weight(sparse, sparse.weight, sparse.free_weight), plain.weight)
    assert (sparse.bias == 0).all()


def test_there_is_a_weight_for_every_pair_and_none_else() -> None:
    decoder = SparseDecoder(MASK)
    pairs = torch.stack([decoder.gene, decoder.unit], dim=1)
    assert pairs.tolist() == [[1, 0], [2, 0], [2, 1], [3, 0]]
    assert decoder.free.tolist() == [2, 3]
    assert decoder.weight.shape == (4,)
    assert decoder.free_weight.shape == (2, 4)
    assert set(decoder.state_dict()) == {"weight", "free_weight", "bias"}


def test_where_all_are_joined_it_is_one_dense_product() -> None:
    pattern = pattern_of(torch.ones(5, 3))
    assert len(pattern.gene) == 0
    assert pattern.free.tolist() == [0, 1, 2]


def test_a_unit_says_nothing_of_other_genes() -> None:
    decoder = SparseDecoder(MASK)
    code = torch.randn(3, 4, requires_grad=True)
    decoder(code)[:, 0].sum().backward()
    assert code.grad is not None
    assert (code.grad[:, :2] == 0).all()
    assert (code.grad[:, 2:] != 0).all()


def test_a_step_moves_every_weight() -> None:
    decoder = SparseDecoder(MASK)
    before = {name: value.clone() for name, value in decoder.state_dict().items()}
    optimiser = torch.optim.Adam(decoder.parameters(), fused=True)
    decoder(torch.randn(8, 4)).square().sum().backward()
    optimiser.step()
    for name, value in decoder.state_dict().items():
        assert (value != before[name]).all(), name


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_bits_again_and_with_other_threads(threads: int) -> None:
    decoder = SparseDecoder(random_mask(200, 60, 0.1, 0, 0))
    torch.manual_seed(1)
    code, gradient = torch.randn(40, 60, requires_grad=True), torch.randn(40, 200)

    def step() -> list[Tensor]:
        decoded = decoder(code)
        return [decoded, *torch.autograd.grad(decoded, [code, decoder.weight], gradient)]

    first, usual = step(), torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        again = step()
    finally:
        torch.set_num_threads(usual)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))


def test_a_code_without_gradient_is_enough() -> None:
    decoder = SparseDecoder(MASK)
    decoder(torch.randn(3, 4)).sum().backward()
    assert decoder.weight.grad is not None
    with torch.no_grad():
        assert decoder(torch.empty(0, 4)).shape == (0, 4)
