import numpy as np
import pytest

from bulk2cell.evaluate.clustering import find_components, find_neighbours, measure_silhouette, umap


def test_silhouette_of_two_tight_clusters_is_near_one_and_of_mixed_labels_near_zero() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(0, 0.01, (20, 3)), rng.normal(5, 0.01, (20, 3))]).astype(np.float32)
    assert measure_silhouette(points, np.repeat([0.0, 1.0], 20)) > 0.99
    assert measure_silhouette(points, np.tile([0.0, 1.0], 20)) < 0.1
    assert measure_silhouette(points, np.r_[np.repeat([0.0, 1.0], 10), np.full(20, np.nan)]) < 0.5


@pytest.mark.parametrize("label", [[1.0, 1, 1, 1], [1.0, 0, np.nan, np.nan]])
def test_silhouette_needs_two_cells_of_each_class(label: list[float]) -> None:
    assert np.isnan(measure_silhouette(np.eye(4, dtype=np.float32), np.array(label)))


def test_umap_is_the_same_on_every_call_and_keeps_far_clusters_apart() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(0, 1, (30, 60)), rng.normal(20, 1, (30, 60))]).astype(np.float32)
    cells = np.array([f"c{i}" for i in range(60)])
    first, second = umap(points, cells, "expression"), umap(points, cells, "expression")
    assert first.equals(second)
    layout = first[["umap1", "umap2"]].to_numpy()
    assert measure_silhouette(layout, np.repeat([0.0, 1.0], 30)) > 0.5


def test_nearest_neighbours_are_those_of_all_distances_and_begin_with_the_point_itself() -> None:
    points = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    everywhere = np.linalg.norm(points[:, None] - points, axis=2)
    which, distances = find_neighbours(points, 5)
    np.testing.assert_array_equal(which, everywhere.argsort(axis=1)[:, :5])
    np.testing.assert_allclose(distances, np.sort(everywhere, axis=1)[:, :5], rtol=1e-5)


def test_points_at_the_same_place_are_their_own_nearest_neighbours() -> None:
    which, distances = find_neighbours(np.zeros((6, 3), np.float32), 3)
    np.testing.assert_array_equal(which[:, 0], np.arange(6))
    assert (distances == 0).all()


@pytest.mark.parametrize(("count", "laid_out"), [(2, 0), (3, 0), (4, 4)])
def test_fewer_than_four_cells_have_no_layout(count: int, laid_out: int) -> None:
    points = np.random.default_rng(0).normal(size=(count, 5)).astype(np.float32)
    assert len(umap(points, np.arange(count), "expression")) == laid_out


def test_components_are_at_most_what_the_data_allow() -> None:
    assert find_components(np.eye(6, 4, dtype=np.float32)).shape == (6, 4)
    assert find_components(np.eye(3, 9, dtype=np.float32)).shape == (3, 2)
