import numpy as np
import pandas as pd
import pytest

from bulk2cell.evaluate.nulls import permutation_p, tabulate_permutations


def test_p_of_cases_counted_by_hand() -> None:
    assert permutation_p(0.9, [0.5, 0.6, 0.4]) == 1 / 4
    assert permutation_p(0.55, [0.5, 0.6, 0.4]) == 2 / 4
    assert permutation_p(0.6, [0.5, 0.6, 0.4]) == 2 / 4  # a tie counts against the model
    assert permutation_p(0.1, [0.5, 0.6, 0.4]) == 1


def test_p_is_uniform_under_the_null_and_small_for_a_planted_effect() -> None:
    rng = np.random.default_rng(0)
    label = np.repeat([1, 0], 20)
    draws = 2000

    def p_of(shift: float) -> float:
        value = rng.normal(size=40) + shift * label
        difference = [
            value[by == 1].mean() - value[by == 0].mean()
            for by in (label, *map(rng.permutation, [label] * 19))
        ]
        return permutation_p(difference[0], difference[1:])

    null = np.array([p_of(0.0) for _ in range(draws)])
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.mean(null <= level) == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / draws))
    assert np.mean([p_of(3.0) <= 0.05 for _ in range(50)]) > 0.9


def test_the_mean_over_seeds_is_held_against_the_permutations_of_its_own_strategy() -> None:
    rows = [("a", "bulk2cell", seed, value) for seed, value in ((1, 0.6), (2, 0.8))]
    rows += [("a", "bulk2cell, permuted labels", seed, value) for seed, value in ((1, 0.65), (2, 0.75))]
    rows += [("b", "bulk2cell", 1, 0.9), ("b", "bulk2cell, untrained encoder", 1, 0.99)]
    table = pd.DataFrame(rows, columns=["strategy", "method", "seed", "value"])
    scores = pd.concat([table.assign(metric=metric) for metric in ("auroc", "balanced_accuracy")])
    found = pd.concat(tabulate_permutations(scores))
    assert found["strategy"].tolist() == ["a", "a"]
    assert found["metric"].tolist() == ["permutation_p_auroc", "permutation_p_balanced_accuracy"]
    assert found["value"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert set(found["method"]) == {"bulk2cell"}
    assert set(found["seed"]) == {-1}
