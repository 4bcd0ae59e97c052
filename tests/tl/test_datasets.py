"""`datasets.reference` opens what `fetch` wrote, fetches what is absent where it may, and files of one's own."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

import bulk2cell as b2c
from bulk2cell.errors import InputError
from bulk2cell.preprocess.reference import FETCHED, Reference


def fill(folder: Path, world: Path) -> Path:
    """Put the world's files where `fetch` puts GDSC's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in (
        ("bulk", "bulk.parquet"),
        ("response", "response.parquet"),
        ("gene_sets", "gene_sets.gmt"),
    ):
        shutil.copy(world / file, folder / FETCHED[name])
    return folder


@pytest.fixture
def fetched(world: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sequence[str], Path]]:
    """What was fetched, and where; the world stands for GDSC."""
    asked: list[tuple[Sequence[str], Path]] = []

    def fetch(names: Sequence[str], out: Path) -> Path:
        asked.append((names, out))
        return fill(out, world)

    monkeypatch.setattr("bulk2cell.fetch.fetch.fetch", fetch)
    return asked


def same(one: Reference, other: Reference) -> bool:
    pd.testing.assert_frame_equal(one.response, other.response)
    return dict(one.digests) == dict(other.digests)


def test_a_reference_is_told_in_a_line(reference: Reference) -> None:
    assert repr(reference) == "Reference of 240 lines, 500 genes, 1 drugs, gene_sets.gmt"


def test_what_is_absent_is_fetched_once_into_the_cache(
    reference: Reference,
    fetched: list[tuple[Sequence[str], Path]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BULK2CELL_CACHE", str(tmp_path / "cache"))
    assert same(b2c.datasets.reference(), reference)
    assert same(b2c.datasets.reference(), reference)
    assert fetched == [(("gdsc", "reactome"), tmp_path / "cache" / "reference")]


def test_a_folder_is_opened_and_what_it_lacks_is_fetched_if_that_is_wanted(
    reference: Reference, world: Path, fetched: list[tuple[Sequence[str], Path]], tmp_path: Path
) -> None:
    folder = fill(tmp_path / "mine", world)
    assert same(b2c.datasets.reference(folder), reference)
    (folder / FETCHED["response"]).unlink()
    with pytest.raises(InputError, match=r"mine: no gdsc_response.parquet; make it by `bulk2cell fetch"):
        b2c.datasets.reference(folder)
    assert not fetched
    assert same(b2c.datasets.reference(str(folder), fetch=True), reference)
    assert [out for _, out in fetched] == [folder]


def test_files_of_ones_own_take_the_place_of_the_folders(
    world: Path, fetched: list[tuple[Sequence[str], Path]], tmp_path: Path
) -> None:
    folder = fill(tmp_path / "mine", world)
    (tmp_path / "own.gmt").write_text("SET\t\tA\tB\n")
    assert b2c.datasets.reference(folder, gene_sets=tmp_path / "own.gmt").paths["gene_sets"].name == "own.gmt"
    alone = b2c.datasets.reference(bulk=world / "bulk.parquet", response=world / "response.parquet")
    assert set(alone.paths) == {"bulk", "response"}
    assert not fetched
    with pytest.raises(InputError, match="no gene sets; give a GMT file by gene_sets="):
        b2c.tl.fit(ad_of_nothing(), alone, "Plantedmab")


def ad_of_nothing() -> object:
    import anndata as ad

    return ad.AnnData(pd.DataFrame([[1.0, 2.0]], index=["c"], columns=["TP53", "EGFR"]))
