import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.evaluate.bootstrap import bootstrap_intervals


def _coverage(by_sample: bool, samples: int = 10) -> float:
    """Return how often the interval of a mean with sample effects holds the truth, 0."""
    rng = np.random.default_rng(1)
    size, hits = 30, 0
    sample = np.repeat(np.arange(2 * samples), size)
    label = (sample < samples).astype(float)
    for trial in range(120):
        value = rng.normal(size=2 * samples)[sample] + rng.normal(size=len(sample))
        names = sample if by_sample else np.arange(len(sample))
        row = bootstrap_intervals(
            label, names, lambda at, v=value: {"m": v[at].mean()}, 150, seed=trial
        ).iloc[0]
        hits += row["low"] <= 0 <= row["high"]
    return hits / 120


def test_bootstrap_over_samples_covers_the_truth_at_about_its_rate_and_over_cells_does_not() -> None:
    assert 0.88 <= _coverage(by_sample=True) <= 1
    assert _coverage(by_sample=False) < 0.6


def test_bootstrap_over_many_samples_covers_the_truth_at_its_rate() -> None:
    assert 0.9 <= _coverage(by_sample=True, samples=40) <= 0.99


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.integers(0, 4)), min_size=2, max_size=40))
def test_resamples_keep_size_per_stratum_and_both_classes(cells: list[tuple[float, int]]) -> None:
    label, sample = (np.array(column) for column in zip(*cells, strict=True))
    if len(np.unique(label)) < 2:
        return
    seen = []

    def record(at: np.ndarray) -> dict[str, float]:
        seen.append(at)
        return {"one": 1.0}

    table = bootstrap_intervals(label, sample, record, 5)
    assert table["n"].tolist() == [5]
    for at in seen:
        assert set(label[at]) == {0.0, 1.0}
        assert 0 <= at.min() <= at.max() < len(label)


def test_with_one_sample_per_class_only_cells_vary() -> None:
    label = np.repeat([1.0, 0.0], 50)
    drawn = []
    bootstrap_intervals(label, label.astype(str), lambda at: drawn.append(at) or {"one": 1.0}, 10)
    assert all(label[at].sum() == 50 for at in drawn)
    assert len({tuple(at) for at in drawn}) == 10


def test_undefined_resamples_are_not_counted() -> None:
    label = np.array([1.0, 0.0, 1.0, 0.0])
    values = iter([np.nan, 1.0, 2.0, 3.0])
    table = bootstrap_intervals(label, np.arange(4), lambda at: {"m": next(values)}, 4)
    assert table.loc[0, "n"] == 3
    assert table.loc[0, "mean"] == 2
