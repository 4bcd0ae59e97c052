from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.artefacts.shots import read_shots
from bulk2cell.artefacts.study import read_cell_labels
from bulk2cell.errors import InputError, ParameterError
from bulk2cell.evaluate.shots import draw_shots
from bulk2cell.regimes import Regime
from bulk2cell.stages import shots

MakeStudy = Callable[..., Path]


def test_k_cells_of_each_class_are_drawn_with_their_own_labels(make_study: MakeStudy, tmp_path: Path) -> None:
    study = make_study()
    drawn = read_shots(shots(study, tmp_path / "shots", "C", 5, 7))
    table, manifest = drawn.table, drawn.manifest
    assert table["label"].value_counts().to_dict() == {1: 5, 0: 5}
    truth = read_cell_labels(study).set_index("cell")["label"]
    assert table["label"].tolist() == truth[table["cell"]].tolist()
    assert manifest.content == {"pair": "toy", "gene_sets": "toy_sets", "regime": "C", "k": 5, "seed": 7}


def test_the_seed_alone_decides(make_study: MakeStudy, tmp_path: Path) -> None:
    studies = make_study("one"), make_study("two", shuffle=3)
    first, again = (shots(study, tmp_path / study.name[:1], "C", 5, 1) for study in studies)
    assert (first / "shots.parquet").read_bytes() == (again / "shots.parquet").read_bytes()
    other = shots(studies[0], tmp_path / "x", "C", 5, 2)
    assert set(read_shots(first).table["cell"]) != set(read_shots(other).table["cell"])


def test_the_oracle_takes_half_of_the_smaller_class_whatever_the_seed(
    make_study: MakeStudy, tmp_path: Path
) -> None:
    study = make_study(label=np.repeat([1.0, 0.0, np.nan], [31, 60, 29]))
    first, other = (shots(study, tmp_path / str(seed), "D", 0, seed) for seed in (1, 2))
    assert read_shots(first).table["label"].value_counts().to_dict() == {1: 15, 0: 15}
    assert sha256(first / "shots.parquet") == sha256(other / "shots.parquet")


def test_unlabelled_cells_are_never_drawn() -> None:
    labels = pd.DataFrame({"cell": list("abcdef"), "label": [1, 0, np.nan, np.nan, 1, 0]})
    for seed in range(10):
        assert set(draw_shots(labels, 2, seed)["cell"]) == set("abef")


@pytest.mark.parametrize(("regime", "per_class"), [("C", 10), ("C", 11), ("D", 0)])
def test_a_class_must_have_more_cells_than_are_drawn(
    regime: Regime, per_class: int, make_study: MakeStudy, tmp_path: Path
) -> None:
    few = 10 if regime == "C" else 1
    study = make_study(label=np.repeat([1.0, 0.0], [few, 120 - few]))
    with pytest.raises(InputError, match=rf"the smaller class has {few} labelled cells, too few to draw"):
        shots(study, tmp_path / "shots", regime, per_class, 1)
    assert not (tmp_path / "shots").exists()


@pytest.mark.parametrize(("regime", "per_class"), [("A", 0), ("B", 3), ("C", 0), ("D", 2)])
def test_regime_and_number_go_together(
    regime: Regime, per_class: int, make_study: MakeStudy, tmp_path: Path
) -> None:
    with pytest.raises(ParameterError, match=rf"^shots: {per_class} does not go with regime {regime} "):
        shots(make_study(), tmp_path / "shots", regime, per_class, 1)
