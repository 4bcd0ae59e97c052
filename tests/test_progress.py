import pytest

from bulk2cell.progress import say, say_table, track


def test_items_pass_in_order_and_nothing_reaches_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track(range(3), "work")) == [0, 1, 2]
    assert list(track((n for n in "ab"), "work", total=2)) == ["a", "b"]
    assert list(track([], "work")) == []
    say("done")
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("done\n")


def test_long_work_writes_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk2cell.progress.SECONDS_BETWEEN_LINES", -1.0)
    list(track("ab", "pretrain"))
    list(track(iter("a"), "download"))
    assert capsys.readouterr().err.splitlines() == ["pretrain: 1 of 2", "pretrain: 2 of 2", "download: 1"]


def test_words_from_elsewhere_are_one_line_that_no_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    say("file.bin: the server answered 503 \x1b]0;owned\x07\nerror: all is well")
    assert (
        capsys.readouterr().err
        == r"file.bin: the server answered 503 \x1b]0;owned\x07 error: all is well" + "\n"
    )


def test_a_table_is_aligned_within_80_columns_whatever_its_names(capsys: pytest.CaptureFixture[str]) -> None:
    facts = ["do not use", "0.85", "cluster", "12.34", "1e-10"]
    say_table(
        [["drug", "trust", "AUROC", "group", "contrast", "FDR"], ["a\x1b[2J\tb", *facts], ["c" * 999, *facts]]
    )
    heading, hostile, long = capsys.readouterr().err.splitlines()
    assert hostile.startswith(r"a\x1b[2J b")
    assert heading.index("trust") == hostile.index("do not use") == long.index("do not use")
    assert heading.index("FDR") == hostile.index("1e-10")
    assert len(long) <= 80
