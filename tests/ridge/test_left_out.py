import numpy as np
from sklearn.linear_model import Ridge

from bulk2cell.ridge.left_out import leave_one_out


def test_scores_are_those_of_fits_without_each_line() -> None:
    rng = np.random.default_rng(0)
    x, learnt, weights = rng.normal(1, 1, (12, 30)), rng.random(12), rng.exponential(size=12)
    found = leave_one_out(x @ x.T, learnt, weights, 4.0)
    for line in range(12):
        rest = np.arange(12) != line
        alone = Ridge(alpha=4.0).fit(x[rest], learnt[rest], sample_weight=weights[rest])
        np.testing.assert_allclose(found[line], x[line] @ alone.coef_)
