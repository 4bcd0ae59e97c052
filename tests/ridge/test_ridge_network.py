import pandas as pd
import torch

from bulk2cell.model.mask import decoder_mask
from bulk2cell.parameters import NetworkParameters
from bulk2cell.ridge.network import RidgeNetwork, share_out

GENES = ["A", "B", "C", "D"]
PATHWAYS = pd.DataFrame({"gene": ["A", "B", "B", "D"], "set": ["one", "one", "two", "two"]})


def test_a_gene_is_shared_out_among_its_sets_and_one_of_no_set_is_free() -> None:
    assert share_out(decoder_mask(GENES, PATHWAYS, 2), 2).tolist() == [
        [1, 0, 0, 0],
        [0.5, 0.5, 0, 0],
        [0, 0, 1, 0],
        [0, 1, 0, 0],
    ]
    assert share_out(decoder_mask(GENES, PATHWAYS, 0), 0)[2].tolist() == [0, 0]


def test_units_add_up_to_the_sensitive_logit_which_is_the_weighted_sum_of_the_genes() -> None:
    network = RidgeNetwork(
        decoder_mask(GENES, PATHWAYS, 1), NetworkParameters(strategy="ridge_pathways", free_units=1)
    )
    weights, x = torch.tensor([1.0, -2.0, 3.0, 0.5]), torch.randn(5, 4)
    network.set_weights(weights)
    code = network.code(x, "cells")
    logits = network.classify(code)
    torch.testing.assert_close(logits[:, 1], x @ weights)
    torch.testing.assert_close(logits[:, 1], code.sum(dim=1))
    assert (logits[:, 0] == 0).all()
    torch.testing.assert_close(code[:, 0], x[:, 0] * 1.0 + x[:, 1] * -1.0)
