import numpy as np
import pytest

from bulk2cell.calls import find_band, find_width, make_calls


def draw_lines(count: int, apart: float, seed: int, sensitive: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    of_class = rng.random(count) < sensitive
    return rng.normal(size=count) + apart * (of_class - 0.5), of_class


def share_right(log_odds: np.ndarray, sensitive: np.ndarray) -> float:
    """Return the mean of both classes' rates."""
    right = (log_odds >= 0) == sensitive
    return float((right[sensitive].mean() + right[~sensitive].mean()) / 2)


def test_the_width_is_the_smallest_that_reaches_the_rate() -> None:
    log_odds = np.array([3.0, -3.0, 2.0, -2.0, 1.0, -1.0, 0.5, -0.5])
    sensitive = np.array([1, 0, 1, 0, 1, 0, 0, 1], dtype=bool)
    # Per class beyond 1: none of 3 wrong, with one added a rate of 3 / 4; beyond 0.5: 1 of 4 wrong, 3 / 5.
    assert find_width(log_odds, sensitive, 0.75) == 1
    assert find_width(log_odds, sensitive, 0.6) == 0
    assert find_width(log_odds, sensitive, 0.76) is None


def test_lines_at_the_same_distance_are_called_together_or_not_at_all() -> None:
    log_odds = np.array([2.0, -2.0, 2.0, -2.0, 1.0, -1.0, 1.0, -1.0])
    sensitive = np.array([1, 0, 1, 0, 1, 0, 0, 1], dtype=bool)
    assert find_width(log_odds, sensitive, 2 / 3) == 2


@pytest.mark.parametrize("accuracy", [0.7, 0.75, 0.8])
@pytest.mark.parametrize("lines", [100, 500])
def test_new_lines_are_called_right_at_the_rate(accuracy: float, lines: int) -> None:
    new, sensitive = draw_lines(100_000, 1.2, seed=0)
    rates = []
    for seed in range(1, 101):
        width = find_width(*draw_lines(lines, 1.2, seed), accuracy)
        if width is not None:
            kept = np.abs(new) >= width
            rates.append(share_right(new[kept], sensitive[kept]))
    assert accuracy - 0.01 < np.mean(rates) < accuracy + 0.05


def test_scores_that_know_nothing_hardly_ever_call() -> None:
    new = np.abs(draw_lines(10_000, 0, seed=0)[0])
    widths = [find_width(*draw_lines(200, 0, seed), 0.75) for seed in range(1, 101)]
    called = [0.0 if width is None else float((new >= width).mean()) for width in widths]
    assert np.mean(called) < 0.02


def test_one_answer_for_all_lines_is_not_right_however_rare_the_other_class() -> None:
    log_odds, sensitive = draw_lines(1000, 0, seed=0, sensitive=0.05)
    assert find_width(-np.abs(log_odds), sensitive, 0.6) is None


def test_scores_that_say_the_opposite_call_nothing() -> None:
    log_odds, sensitive = draw_lines(500, 2, seed=0)
    assert find_width(-log_odds, sensitive, 0.6) is None
    assert find_width(log_odds[:0], sensitive[:0], 0.6) is None


def test_a_threshold_moves_the_band_with_it() -> None:
    log_odds, sensitive = draw_lines(500, 1.2, seed=0)
    moved = log_odds + np.log(0.2 / 0.8)
    width = find_width(log_odds, sensitive, 0.75)
    assert width is not None
    assert find_width(moved, sensitive, 0.75, 0.2) == pytest.approx(width)
    for threshold in (0.2, 0.5):
        above, below = find_band(width, threshold)
        odds = [value / (1 - value) for value in (above, threshold, below)]
        assert np.diff(np.log(odds)) == pytest.approx([-width, -width])


def test_calls_by_probability() -> None:
    probabilities = np.array([0.0, 0.3, 0.49, 0.5, 0.7, 1.0])
    assert make_calls(probabilities, 0.0, 0.5).tolist() == ["resistant"] * 3 + ["sensitive"] * 3
    assert make_calls(probabilities, 0.5, 0.5).tolist() == [
        *("resistant", "resistant", "uncertain", "uncertain", "sensitive", "sensitive")
    ]
    assert make_calls(probabilities, None, 0.5).tolist() == ["uncertain"] * 6
