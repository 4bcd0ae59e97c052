import pandas as pd

from bulk2cell.model.mask import decoder_mask, unit_names

GENES = ["C", "A", "B", "D"]
PATHWAYS = pd.DataFrame({"gene": ["A", "B", "D", "B"], "set": ["second", "first", "second", "second"]})


def test_mask_joins_genes_and_sets_and_free_units_join_everything() -> None:
    assert unit_names(PATHWAYS, 2) == ["second", "first", "free 1", "free 2"]
    assert decoder_mask(GENES, PATHWAYS, 2).tolist() == [
        [0, 0, 1, 1],  # C
        [1, 0, 1, 1],  # A
        [1, 1, 1, 1],  # B
        [1, 0, 1, 1],  # D
    ]
    assert decoder_mask(GENES, PATHWAYS, 0).shape == (4, 2)
