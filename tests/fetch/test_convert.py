import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.errors import Bulk2CellError
from bulk2cell.fetch.catalogue import catalogue
from bulk2cell.fetch.convert import convert

PORTAL = b"<!DOCTYPE html>\n<html><body>Sign in to this network</body></html>\n"
RMA = "Cell_line_RMA_proc_basalExp.txt"
FILES = {
    "hallmark": "h.all.v2024.1.Hs.symbols.gmt",
    "gene_ids": "hgnc_complete_set_2025-04-01.txt",
    "gdsc_drugs": "screened_compounds_rel_8.5.csv",
}


def refuse(folder: Path, name: str, files: dict[str, bytes]) -> None:
    for file, content in files.items():
        (folder / file).write_bytes(content)
    (folder / "made").mkdir(exist_ok=True)
    with pytest.raises(Bulk2CellError) as error:
        convert(catalogue()[name], "official", {file: folder / file for file in files}, folder / "made")
    assert list((folder / "made").iterdir()) == []
    assert any(file in str(error.value) for file in files)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content", [b"", PORTAL, b"\0", b"\xff\xfe\xff", b"\n\n", b"a\tb\n1\t2\t3\n", 10**5 * b"x"]
)
def test_what_a_server_sends_instead_of_a_file_is_one_line(tmp_path: Path, name: str, content: bytes) -> None:
    refuse(tmp_path, name, {FILES[name]: content})


def test_two_files_where_one_belongs_are_one_line(tmp_path: Path) -> None:
    refuse(tmp_path, "hallmark", {"a.gmt": b"A\tx\tTP53\n", "b.gmt": b"B\tx\tTP53\n"})


def test_gdsc_without_its_tables_is_one_line(tmp_path: Path) -> None:
    refuse(tmp_path, "gdsc", {RMA: PORTAL})
    refuse(tmp_path, "gdsc", {RMA: PORTAL, "GDSC1.xlsx": PORTAL})


def test_a_mirror_with_other_files_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "key.genes.txt").write_text("TP53")
    with pytest.raises(
        Bulk2CellError, match=r"gdsc: cannot be made from key.genes.txt \(KeyError: 'GDSC_EXP.pkl'\)"
    ):
        convert(catalogue()["gdsc"], "mirror", {"key.genes.txt": tmp_path / "key.genes.txt"}, tmp_path)


@given(st.binary(max_size=200), st.sampled_from(sorted(FILES)))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "file").write_bytes(content)
    with contextlib.suppress(Bulk2CellError):
        convert(catalogue()[name], "official", {"file": folder / "file"}, folder)
