import numpy as np
import pandas as pd

from bulk2cell.evaluate.scores import answers_by_seed, answers_over_seeds


def test_over_seeds_a_cell_is_called_if_most_seeds_call_it() -> None:
    uncertain, sensitive, resistant = "uncertain", "sensitive", "resistant"
    calls = pd.DataFrame(
        {
            "cell": ["a", "b", "c"] * 3,
            "seed": np.repeat([1, 2, 3], 3),
            "probability": [0.9, 0.55, 0.2, 0.8, 0.6, 0.3, 0.6, 0.2, 0.1],
            "call": [
                *(sensitive, uncertain, resistant),
                *(sensitive, uncertain, resistant),
                *(uncertain, resistant, uncertain),
            ],
        }
    ).assign(method="bulk2cell", strategy="ridge_pathways")
    by_seed = answers_by_seed(pd.DataFrame({"cell": ["c", "b", "a"]}), calls, threshold=0.5)
    assert by_seed[1].call.tolist() == [0, 1, 1]  # by the threshold alone
    assert by_seed[1].called.tolist() == [True, False, True]
    (mean,) = answers_over_seeds(by_seed, threshold=0.5)
    assert mean.call.tolist() == [0, 0, 1]
    assert mean.called.tolist() == [True, False, True]
