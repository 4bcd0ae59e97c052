import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from bulk2cell.train.validation import auroc


@settings(max_examples=100, deadline=None)
@given(count=st.integers(2, 60), values=st.integers(1, 20), seed=st.integers(0, 2**32 - 1))
def test_auroc_is_that_of_scikit_learn_with_ties(count: int, values: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, values, count).astype(np.float32)
    labels = rng.permutation(np.arange(count) % 2)
    found = auroc(torch.from_numpy(scores), torch.from_numpy(labels))
    assert found.item() == pytest.approx(roc_auc_score(labels, scores), abs=1e-12)
