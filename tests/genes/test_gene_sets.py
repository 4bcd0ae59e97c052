from pathlib import Path

import pytest

from bulk2cell.errors import InputError
from bulk2cell.genes.sets import read_gmt


def test_members_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sets.gmt"
    path.write_text("B_SET\tabout b\tTP53\tEGFR\n\nA_SET\t\tKRAS\tEGFR\tKRAS\t\r\n")
    assert read_gmt(path).to_numpy().tolist() == [
        ["TP53", "B_SET"],
        ["EGFR", "B_SET"],
        ["KRAS", "A_SET"],
        ["EGFR", "A_SET"],
    ]
    assert list(read_gmt(path).columns) == ["gene", "set"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "no gene set in it"),
        (b"\n  \n", "no gene set in it"),
        (b"A_SET\tx\tKRAS\nB_SET,x,KRAS\n", "line 2: no gene set"),
        (b"A_SET\tx\n", "line 1: no gene set"),
        (b"A_SET\tx\tKRAS\nA_SET\tx\tEGFR\n", "line 2: the set A_SET occurs twice"),
        (b"\x1f\x8b\x08\x00\xff", "not text"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "sets.gmt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=what):
        read_gmt(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_gmt(tmp_path / "none.gmt")


def test_a_planted_world_keeps_its_sets(world: Path) -> None:
    members = read_gmt(world / "gene_sets.gmt")
    assert members.groupby("set").size().to_dict()["PLANTED_SENSITISER"] == 20
    assert members["set"].nunique() == 20


def test_hallmark_has_fifty_sets(real_data: Path) -> None:
    assert read_gmt(real_data / "genesets" / "h.all.v2022.1.Hs.symbols.gmt")["set"].nunique() == 50
