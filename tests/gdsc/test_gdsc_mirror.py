import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from bulk2cell.errors import DownloadError
from bulk2cell.gdsc.mirror import convert_gdsc_mirror, join_response, rebuild_expression


def standardise(expression: pd.DataFrame, filler: int) -> pd.DataFrame:
    """Lay values out as the mirror does: filler genes at the floor, each line standardised."""
    absent = pd.DataFrame(2.0, index=expression.index, columns=[f"FILLER{i}" for i in range(filler)])
    whole = pd.concat([absent, expression], axis=1)
    return whole.sub(whole.mean(axis=1), axis=0).div(whole.std(axis=1), axis=0).astype(np.float32)


@pytest.fixture
def planted() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    housekeeping = np.tile(rng.uniform(4, 12, 200), (40, 1))
    varying = rng.uniform(2.5, 13, (40, 300))
    names = [f"GENE{i}" for i in range(500)]
    return pd.DataFrame(
        np.hstack([housekeeping, varying]), index=[f"LINE{i}" for i in range(40)], columns=names
    )


@pytest.fixture
def files(tmp_path: Path, planted: pd.DataFrame) -> dict[str, Path]:
    raw = standardise(planted, filler=30)
    tensors = {str(line): torch.tensor(values.to_numpy()) for line, values in raw.iterrows()}
    (tmp_path / "GDSC_EXP.pkl").write_bytes(pickle.dumps(tensors))
    (tmp_path / "key.genes.txt").write_text("\n".join(raw.columns))
    for release in ("GDSC1", "GDSC2"):
        for measure, name in (("AUC", "AUC"), ("LN_IC50", "IC50")):
            shift = 10 * (release == "GDSC2") + 100 * (measure == "LN_IC50")
            rows = [("B", "X", 4 + shift), ("A", "X", 1 + shift), ("A", "X", 3 + shift)]
            table = pd.DataFrame(rows, columns=["CELL_LINE_NAME", "DRUG_NAME", measure])
            table.to_csv(tmp_path / f"{release}_{name}.csv", index=False)
    return {path.name: path for path in tmp_path.iterdir()}


def test_every_lines_scale_is_found_again(planted: pd.DataFrame) -> None:
    rebuilt = rebuild_expression(standardise(planted, filler=30))
    assert list(rebuilt.columns) == list(planted.columns)
    ratio = (rebuilt - 2.0) / (planted - 2.0)
    assert np.allclose(ratio, ratio.iloc[0, 0], rtol=1e-4)
    assert rebuilt.to_numpy().mean() == pytest.approx(4.82, abs=1e-4)
    assert (rebuilt.dtypes == np.float32).all()


def test_repeats_are_averaged_and_measures_joined(files: dict[str, Path]) -> None:
    assert join_response("GDSC2", files).to_dict("records") == [
        {"DATASET": "GDSC2", "CELL_LINE_NAME": "A", "DRUG_NAME": "X", "AUC": 12.0, "LN_IC50": 112.0},
        {"DATASET": "GDSC2", "CELL_LINE_NAME": "B", "DRUG_NAME": "X", "AUC": 14.0, "LN_IC50": 114.0},
    ]


def test_the_tables_are_laid_out_as_the_stages_read_them(
    files: dict[str, Path], planted: pd.DataFrame, tmp_path: Path
) -> None:
    convert_gdsc_mirror(files, tmp_path)
    expression = pd.read_parquet(tmp_path / "gdsc_expression.parquet")
    assert expression.index.name == "cell_line"
    assert expression.shape == planted.shape
    response = pd.read_parquet(tmp_path / "gdsc_response.parquet")
    assert response.groupby("DATASET").size().to_dict() == {"GDSC1": 2, "GDSC2": 2}


def test_genes_that_do_not_fit_the_values_are_refused(files: dict[str, Path], tmp_path: Path) -> None:
    files["key.genes.txt"].write_text("GENE0\nGENE1")
    with pytest.raises(DownloadError, match="not 2 values per line"):
        convert_gdsc_mirror(files, tmp_path)


def test_real_lines_are_rebuilt_to_within_the_known_error(real_data: Path) -> None:
    known = pd.read_parquet(real_data / "gdsc" / "expression_log2rma.parquet").astype(float)
    rebuilt = rebuild_expression(standardise(known, filler=385))
    per_gene = rebuilt.corrwith(known)
    assert per_gene.median() > 0.999
    assert per_gene.min() > 0.95
    assert (rebuilt / known - 1).abs().to_numpy().mean() < 0.01
