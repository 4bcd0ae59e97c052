import numpy as np
import pandas as pd
import pytest

from bulk2cell.report.agreement import average_enrichment, average_over_seeds, measure_agreement


def genes(signed: dict[int, list[float]]) -> pd.DataFrame:
    tables = [
        pd.DataFrame({"gene": [f"G{i:03d}" for i in range(len(values))], "signed": values, "seed": seed})
        for seed, values in signed.items()
    ]
    columns = ["contribution", "mean_sensitive", "mean_resistant", "mean_abs", "direction"]
    return pd.concat(tables, ignore_index=True).assign(**dict.fromkeys(columns, 0.0))


def test_equal_seeds_agree_wholly_and_reversed_ones_not_at_all() -> None:
    values = list(np.linspace(1, 100, 100))
    same = measure_agreement(genes({1: values, 2: values}))
    assert same is not None
    assert (same.seeds, same.spearman, same.overlap) == (2, pytest.approx(1.0), 1.0)
    turned = measure_agreement(genes({1: values, 2: values[::-1]}))
    assert turned is not None
    assert (turned.spearman, turned.overlap) == (pytest.approx(-1.0), 0.0)


def test_one_seed_has_nothing_to_agree_with() -> None:
    assert measure_agreement(genes({1: [1.0, 2.0]})) is None


def test_means_over_seeds_sorted_by_strength() -> None:
    joined = average_over_seeds(genes({1: [1.0, -6.0, 2.0], 2: [3.0, -4.0, -1.0]}), "gene")
    assert joined["gene"].tolist() == ["G001", "G000", "G002"]
    assert joined["signed"].tolist() == [-5.0, 2.0, 0.5]
    assert joined["same_sign"].tolist() == [1.0, 1.0, 0.5]


def test_enrichment_over_seeds() -> None:
    table = pd.DataFrame(
        {
            "set": ["a", "b", "a", "b"],
            "size": [5, 9, 5, 9],
            "nes": [1.0, -2.0, 2.0, -2.5],
            "fdr": [0.2, 0.01, 0.04, 0.03],
            "leading_genes": ["G1", "G2", "G3", "G4"],
            "seed": [1, 1, 2, 2],
        }
    )
    joined = average_enrichment(table)
    assert joined["set"].tolist() == ["b", "a"]
    assert joined["nes"].tolist() == [-2.25, 1.5]
    assert joined["fdr"].tolist() == pytest.approx([0.02, 0.12])
    assert joined["significant"].tolist() == [2, 1]
