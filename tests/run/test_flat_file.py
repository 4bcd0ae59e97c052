import os
import stat
from pathlib import Path

import pytest

from bulk2cell.errors import InputError
from bulk2cell.run.flat_file import MOST_BYTES, read_flat_file

BOMB = "[&a [x, x, x, x, x, x, x, x, x]" + "".join(
    f", &{name} [{', '.join(['*' + earlier] * 9)}]"
    for earlier, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refused(path: Path) -> str:
    """Return the one line with which a file is refused."""
    with pytest.raises(InputError) as error:
        read_flat_file(path, "params file", "`name: value`")
    assert str(error.value).startswith(f"{path}: ")
    assert len(str(error.value)) < 1000
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1: 2", "the name 1 is not text"),
        ("true: 2", "the name True is not text"),
        ("2020-01-01: 2", "the name datetime.date"),
        ("null: 2\nhidden: 3", "the name None is not text"),
        ("? [1]\n: 2", r"the name \[1\] is not text"),
        ("hidden: {3: 4}", "the name 3 is not text"),
        ("hidden: 3\nhidden: 4", "'hidden' is there twice"),
        ("hidden: 3\n---\nhidden: 4", "single document"),
        ("a: &a {hidden: 3}\n<<: *a", "anchors, aliases and tags"),
        (f"hidden: {BOMB}]", "anchors, aliases and tags"),
        ("hidden: &h [*h]", "anchors, aliases and tags"),
        ("hidden: !!python/object/apply:os.getcwd []", "anchors, aliases and tags"),
        ("hidden: !mine 3", "anchors, aliases and tags"),
        ("hidden: !!bool maybe", "anchors, aliases and tags"),
        ("hidden: !!int ''", "anchors, aliases and tags"),
        ("<<: {hidden: 3}", "neither yaml nor json"),
        ("outdir: 2020-99-99", "month must be in"),
        ("hidden: " + "9" * 5000, "4300 digits"),
        ("hidden: 3\0", "not allowed"),
        ("hidden: " + "[" * 100_000, "nested too deeply"),
        ("".join("  " * level + "a:\n" for level in range(600)), "nested too deeply"),
    ],
)
def test_yaml_that_is_no_flat_table_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(InputError, match=says):
        read_flat_file(tmp_path / "p.yaml", "params file", "`name: value`")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"hidden": 3, "hidden": 4}', "'hidden' is there twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"hidden": ' + "9" * 5000 + "}", "4300 digits"),
        ("", "neither yaml nor json"),
        ("[1]", "no table of parameters"),
    ],
)
def test_json_that_is_no_flat_table_is_one_line(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "p.json").write_text(text)
    assert says in refused(tmp_path / "p.json")


@pytest.mark.parametrize("content", ["hidden: 3".encode("utf-16"), b"outdir: caf\xe9", b"\x1f\x8b\x08\0\0"])
def test_what_is_not_utf_8_is_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.yaml").write_bytes(content)
    assert "neither yaml nor json" in refused(tmp_path / "p.yaml")


@pytest.mark.parametrize(("name", "text"), [("p.yaml", "hidden: 3"), ("p.json", '{"hidden": 3}')])
def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8-sig")
    assert read_flat_file(tmp_path / name, "params file", "`name: value`") == {"hidden": 3}


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for path in (tmp_path, tmp_path / "none", tmp_path / "pipe", tmp_path / "loop", Path("/dev/zero")):
        assert refused(path).endswith("no such params file; check the path")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_file_larger_than_any_table_of_parameters_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "p.yaml").open("wb") as stream:
        stream.truncate(MOST_BYTES + 1)
    assert "over 1,000,000 bytes" in refused(tmp_path / "p.yaml")
