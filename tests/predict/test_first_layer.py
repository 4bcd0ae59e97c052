import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bulk2cell.cells.standardise import LARGEST_Z
from bulk2cell.predict.first_layer import (
    DENSE_ABOVE,
    WIDE,
    first_layer,
    least_expressed,
    often_first,
    through,
)


def plain(
    x: NDArray,
    layer: tuple[NDArray, NDArray],
    mean: NDArray,
    std: NDArray,
    components: NDArray,
    present: NDArray,
) -> NDArray[np.float64]:
    """Standardise, clip, reduce and multiply, as the words say, in float64."""
    z = np.zeros((len(x), len(mean)))
    z[:, present] = np.clip((x.astype(float) - mean[present]) / std[present], -LARGEST_Z, LARGEST_Z)
    if len(components):
        z = z @ components.T.astype(float) @ components
    return z @ layer[0] + layer[1]


@settings(max_examples=150, deadline=None)
@given(
    cells=st.integers(1, 40),
    genes=st.integers(1, 60),
    hidden=st.sampled_from([1, 9, WIDE, 30]),
    reduced=st.booleans(),
    density=st.floats(0, 1),
    seed=st.integers(0, 2**32 - 1),
)
def test_it_is_the_layer_of_clipped_z_scores(
    cells: int, genes: int, hidden: int, reduced: bool, density: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    layer = rng.standard_normal((genes, hidden), np.float32), rng.standard_normal(hidden, np.float32)
    mean = rng.choice([0, 0.002, 0.3, 4, -1], genes).astype(np.float32)
    std = rng.choice([0.01, 0.1, 0.5, 1, 2], genes).astype(np.float32)
    components = np.zeros((0, genes), np.float32)
    if reduced:
        basis = np.linalg.qr(rng.standard_normal((genes, min(3, genes))))[0]
        components = basis.T.astype(np.float32)
    present = np.array([gene for gene in often_first(layer, mean, std) if rng.random() < 0.8], dtype=int)
    x = rng.uniform(-2, 8, (cells, len(present))).astype(np.float32)
    x[rng.random(x.shape) > density] = 0
    folded = first_layer(layer, mean, std, components, present)
    found = through(folded, sp.csr_matrix(x))
    expected = plain(x, layer, mean, std, components, present)
    size = float(LARGEST_Z * np.abs(layer[0]).sum() + 1)
    assert found == pytest.approx(expected, abs=3e-6 * size)
    for row in (0, cells // 2, cells - 1):
        assert (through(folded, sp.csr_matrix(x[row : row + 1])) == found[row]).all()


def test_values_beyond_the_clip_count_as_the_clip() -> None:
    layer = np.ones((2, WIDE), np.float32), np.zeros(WIDE, np.float32)
    mean, std = np.array([0.001, 5], np.float32), np.array([0.01, 0.1], np.float32)
    order = often_first(layer, mean, std)
    assert order.tolist() == [1, 0]
    folded = first_layer(layer, mean, std, np.zeros((0, 2), np.float32), order)
    x = np.array([[0, 0], [3, 5], [0, 9], [0.05, 5.2]], np.float32)
    assert through(folded, sp.csr_matrix(x[:, order]))[:, 0] == pytest.approx([-10.1, 10, 9.9, 6.9], abs=1e-4)


def test_genes_that_most_cells_express_are_told_by_mean_and_deviation() -> None:
    rng = np.random.default_rng(0)
    for share in (0.05, 0.3, 0.9):
        values = (rng.random(10_000) < share) * rng.uniform(1, 2, 10_000)
        mean, std = np.float32(values.mean()), np.float32(values.std())
        assert 0.9 * share < least_expressed(mean, std) <= (values > 0).mean() + 1e-6


def test_a_cell_goes_the_way_of_its_own_density_whatever_the_others_do() -> None:
    rng = np.random.default_rng(1)
    layer = rng.standard_normal((300, 20), np.float32), rng.standard_normal(20, np.float32)
    folded = first_layer(
        layer,
        np.full(300, 0.01, np.float32),
        np.ones(300, np.float32),
        np.zeros((0, 300), np.float32),
        np.arange(300),
    )
    assert len(folded.often) == 0
    sparse, dense = (sp.random(700, 300, d, "csr", np.float32, random_state=2) for d in (0.05, 0.4))
    shares = [np.diff(block.indptr).mean() / 300 for block in (sparse, dense)]
    assert shares[0] < DENSE_ABOVE < shares[1]
    order = rng.permutation(1400)
    mixed = through(folded, sp.vstack([sparse, dense], format="csr")[order])
    alone = np.vstack([through(folded, sparse), through(folded, dense)])
    assert (mixed == alone[order]).all()
