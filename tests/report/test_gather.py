import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.errors import ArtefactError
from bulk2cell.report.cautions import collect_cautions
from bulk2cell.report.gather import gather, open_for_report
from bulk2cell.report.records import PairResults


def gather_folders(folders: list[Path]) -> list[PairResults]:
    return gather([open_for_report(folder) for folder in folders])


def test_artefacts_are_grouped_whatever_their_order(two_pairs: list[Path]) -> None:
    pairs = gather_folders(two_pairs)
    assert pairs == gather_folders([*reversed(two_pairs), two_pairs[0]])
    assert [(pair.name, pair.drug) for pair in pairs] == [("loud", "Loudumab"), ("quiet", "Quietinib")]
    (setting,) = pairs[0].settings
    assert (setting.gene_sets, setting.strategy) == ("hallmark", "share_ae_pathways")
    assert (
        list(setting.encoders)
        == list(setting.models)
        == list(setting.predictions["the study's cells"])
        == [1, 2]
    )
    assert list(setting.attributions["cells"]) == [1, 2]
    assert (setting.regime, setting.scores and setting.scores.kind) == ("B", "scores")
    assert len(pairs[0].manifests) == 10


def test_strategies_are_settings_of_their_own(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = (
        build(tmp_path / "a", "pair", seeds=(1,))
        + build(tmp_path / "b", "pair", seeds=(1,), strategy="base_ae")[1:-1]
    )
    (pair,) = gather_folders(made)
    assert [setting.strategy for setting in pair.settings] == ["base_ae", "share_ae_pathways"]
    assert [bool(setting.scores) for setting in pair.settings] == [False, True]


def test_study_is_known_from_its_models(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = build(tmp_path, "pair", seeds=(1,), scored=False)[1:]
    (pair,) = gather_folders(made)
    assert pair.studies["hallmark"]["measure"] == "AUC"
    assert not pair.study_manifests


def test_the_same_thing_twice_is_refused(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    made = build(tmp_path / "a", "pair", seeds=(1,)) + build(tmp_path / "b", "pair", seeds=(1,))
    with pytest.raises(ArtefactError, match="of the same pair"):
        gather_folders(made)


@pytest.mark.parametrize("damage", ["file", "manifest", "content"])
def test_damaged_artefact_is_refused(build: Callable[..., list[Path]], tmp_path: Path, damage: str) -> None:
    made = build(tmp_path, "pair", seeds=(1,))
    scores = made[-1]
    if damage == "file":
        (scores / "scores.parquet").write_bytes(b"damaged")
    elif damage == "manifest":
        (scores / "scores.json").write_text("{")
    else:
        manifest = json.loads((scores / "scores.json").read_text())
        del manifest["content"]["pair"]
        (scores / "scores.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtefactError, match="scores"):
        gather_folders(made)


def test_folder_without_artefact_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="no artefact that a report can be made of"):
        gather_folders([tmp_path])


def test_controls_are_shown_by_their_scores_alone(tmp_path: Path) -> None:
    with new_artefact(tmp_path / "controls", "controls", {}, {}):
        pass
    with pytest.raises(ArtefactError, match="no artefact that a report can be made of"):
        gather_folders([tmp_path / "controls"])


def test_warnings_are_told_once_with_their_sources(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    (pair,) = gather_folders(build(tmp_path, "pair", alike=True, score_warnings=["planted"]))
    found = {caution.text: caution.source for caution in collect_cautions(pair)}
    assert found == {
        "planted": "scores",
        "Every cell is called sensitive.": "predictions, seed 1, 2",
    }


def test_no_warning_where_none_was_planted(build: Callable[..., list[Path]], tmp_path: Path) -> None:
    (pair,) = gather_folders(build(tmp_path, "pair"))
    assert collect_cautions(pair) == []
