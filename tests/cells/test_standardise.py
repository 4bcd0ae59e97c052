import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.cells.standardise import denoise, gene_statistics, leading_components, standardise

X = np.array([[1, 5, 0], [3, 5, 0], [5, 5, 3]], dtype=np.float32)


@pytest.mark.parametrize("matrix", [np.asarray, sp.csr_matrix])
def test_statistics_of_known_values_and_one_for_constant_genes(matrix: type) -> None:
    mean, std = gene_statistics(matrix(X))
    np.testing.assert_allclose(mean, [3, 5, 1])
    np.testing.assert_allclose(std, [np.sqrt(8 / 3), 1, np.sqrt(2)], rtol=1e-6)
    assert mean.dtype == std.dtype == np.float32


@pytest.mark.parametrize("matrix", [np.asarray, sp.csr_matrix])
def test_z_scores_of_known_values(matrix: type) -> None:
    mean, std = np.array([3, 5, 1], dtype=np.float32), np.array([2, 1, 0.5], dtype=np.float32)
    z = standardise(matrix(X), mean, std)
    assert z.tolist() == [[-1, 0, -2], [0, 0, -2], [1, 0, 4]]
    assert z.dtype == np.float32


def test_z_scores_are_clipped_at_ten_on_both_sides() -> None:
    z = standardise(np.array([[1000, -1000, 9.5]]), np.zeros(3, np.float32), np.ones(3, np.float32))
    assert z.tolist() == [[10, -10, 9.5]]


def test_the_given_matrix_is_not_changed() -> None:
    for matrix in (X.copy(), sp.csr_matrix(X)):
        standardise(matrix, *gene_statistics(matrix))
        assert (np.asarray(matrix.todense() if sp.issparse(matrix) else matrix) == X).all()


@settings(max_examples=50, deadline=None)
@given(rows=st.integers(2, 40), genes=st.integers(1, 20), seed=st.integers(0, 2**32 - 1))
def test_sparse_and_dense_agree_and_z_scores_have_mean_zero_and_deviation_one(
    rows: int, genes: int, seed: int
) -> None:
    values = np.random.default_rng(seed).poisson(1.5, (rows, genes)).astype(np.float32)
    dense, sparse = gene_statistics(values), gene_statistics(sp.csr_matrix(values))
    for a, b in zip(dense, sparse, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)
    z = standardise(values, *dense)
    assert np.array_equal(z, standardise(sp.csr_matrix(values), *dense))
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-5)
    varies = values.std(axis=0) > 0
    np.testing.assert_allclose(z.std(axis=0)[varies], 1, rtol=1e-3)
    assert (z[:, ~varies] == 0).all()


def test_leading_components_are_those_of_the_singular_value_decomposition() -> None:
    rng = np.random.default_rng(0)
    z = (rng.normal(size=(80, 5)) * [9, 7, 5, 4, 3] @ rng.normal(size=(5, 40))).astype(np.float32)
    z += rng.normal(size=z.shape).astype(np.float32) * 0.1
    found, exact = leading_components(z, 5), np.linalg.svd(z, full_matrices=False)[2][:5]
    np.testing.assert_allclose(np.abs(np.sum(found * exact, axis=1)), 1, atol=1e-4)
    np.testing.assert_allclose(found @ found.T, np.eye(5), atol=1e-5)
    assert (found == leading_components(z, 5)).all()
    assert leading_components(z[:4], 20).shape == (3, 40)
    assert leading_components(z, 0).shape == (0, 40)


def test_denoising_keeps_what_lies_in_the_components_and_drops_the_rest() -> None:
    components = np.eye(2, 5, dtype=np.float32)
    z = np.arange(10, dtype=np.float32).reshape(2, 5)
    assert denoise(z, components).tolist() == [[0, 1, 0, 0, 0], [5, 6, 0, 0, 0]]
    assert denoise(z, components[:0]) is z
