import json
import os
from pathlib import Path
from types import NoneType
from typing import Any, get_args

import pytest

from bulk2cell.artefacts.content import CONTENT as FACTS
from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import KINDS, Kind, read_manifest, sha256, sign
from bulk2cell.errors import ArtefactError
from made_up import CONTENT, add_missing_files, content_of, forge, parameters_of


def make(path: Path, kind: Kind = "scores") -> Path:
    with new_artefact(path, kind, parameters_of(kind, seed=1), {"study": "abc"}) as draft:
        add_missing_files(draft.folder, kind)
        draft.content |= content_of(kind)
    return path


def refused(path: Path, kind: Kind = "scores") -> str:
    """Return the one line that says why an artefact cannot be read, and what to do."""
    with pytest.raises(ArtefactError) as error:
        read_manifest(path, kind)
    text = str(error.value)
    assert "\n" not in text
    assert str(path) in text
    return text


def damaged(path: Path, kind: Kind = "scores") -> str:
    text = refused(path, kind)
    assert text.endswith(
        f"the copy is damaged: get it again from whoever gave it to you, or make the {kind} again"
    )
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_read_back(tmp_path: Path, kind: Kind) -> None:
    manifest = read_manifest(make(tmp_path / "deep" / kind, kind), kind)
    assert manifest.parameters == parameters_of(kind, seed=1)
    assert manifest.inputs == {"study": "abc"}
    assert manifest.content == CONTENT[kind]
    assert manifest.files == {
        file.name: sha256(file) for file in manifest.path.iterdir() if file.name != f"{kind}.json"
    }


def test_a_changed_or_missing_file_is_found(tmp_path: Path) -> None:
    table = make(tmp_path / "scores") / "scores.parquet"
    table.write_text("onf")
    assert "scores.parquet: missing or changed" in damaged(tmp_path / "scores")
    table.unlink()
    assert "scores.parquet: missing or changed" in damaged(tmp_path / "scores")


def test_another_format_is_refused_with_both_versions(tmp_path: Path) -> None:
    forge(make(tmp_path / "scores"), "scores", lambda facts: facts.update(format=99, bulk2cell="9.9"))
    assert "format 99, made by bulk2cell 9.9; bulk2cell" in refused(tmp_path / "scores")
    assert "make the scores again with this version" in refused(tmp_path / "scores")


def test_another_kind_is_named(tmp_path: Path) -> None:
    make(tmp_path / "scores")
    for path, found in (
        (tmp_path / "scores", "scores"),
        (tmp_path, "no artefact of bulk2cell"),
        (tmp_path / "no", "no folder"),
    ):
        assert f"expected a model, found {found}" in refused(path, "model")


@pytest.mark.parametrize("keep", [0, 1, 40, 200, -2])
def test_a_truncated_manifest_is_damaged(tmp_path: Path, keep: int) -> None:
    file = make(tmp_path / "scores") / "scores.json"
    file.write_bytes(file.read_bytes()[:keep])
    damaged(tmp_path / "scores")


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_of_a_manifest_changes_unseen(tmp_path: Path, kind: Kind) -> None:
    file = make(tmp_path / kind, kind) / f"{kind}.json"
    whole = file.read_bytes()
    for place in range(0, len(whole), 31):
        changed = bytearray(whole)
        changed[place] ^= 1
        file.write_bytes(changed)
        refused(tmp_path / kind, kind)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{}",
        b'{"format": "2"}',
        b'{"format": 4, "bulk2cell": "0.1.0"}',
        b"[" * 10**6,
        b'{"format": 4, "a": ' * 10**5,
        b'{"format": 4, "a": ' + b"1" * 10**5 + b"}",
        b'{"format": 4, "a": NaN}',
        b'{"format": 4, "a": "\\ud800"}',
    ],
)
def test_a_manifest_of_other_content_is_damaged(tmp_path: Path, content: bytes) -> None:
    (make(tmp_path / "scores") / "scores.json").write_bytes(content)
    damaged(tmp_path / "scores")


def test_a_key_that_stands_twice_is_damage(tmp_path: Path) -> None:
    file = make(tmp_path / "scores") / "scores.json"
    file.write_bytes(file.read_bytes().replace(b'"flips": 0', b'"flips": 1,\n  "flips": 0'))
    damaged(tmp_path / "scores")


def test_an_enormous_manifest_is_not_read(tmp_path: Path) -> None:
    os.truncate(make(tmp_path / "scores") / "scores.json", 2**40)
    assert "larger than" in damaged(tmp_path / "scores")


@pytest.mark.parametrize("other", [os.mkfifo, os.mkdir])
def test_a_manifest_that_is_no_file_is_none(tmp_path: Path, other: Any) -> None:
    file = make(tmp_path / "scores") / "scores.json"
    file.unlink()
    other(file)
    assert "no artefact of bulk2cell" in refused(tmp_path / "scores")


@pytest.mark.parametrize("value", [None, True, 1.5, "1", ["a", 1], {"a": 1}])
@pytest.mark.parametrize("kind", KINDS)
def test_a_fact_of_another_type_or_absent_is_damage_though_the_checksum_fits(
    tmp_path: Path, kind: Kind, value: object
) -> None:
    folder = make(tmp_path / kind, kind)
    whole = json.loads((folder / f"{kind}.json").read_text())
    for name in whole["content"]:
        forge(folder, kind, lambda facts, name=name: facts["content"].update({name: value}))
        absent = value is None and NoneType in get_args(FACTS[kind].model_fields[name].annotation)
        other = type(value) is not type(whole["content"][name]) or isinstance(value, list | dict)
        if other and not absent:
            damaged(folder, kind)
        forge(folder, kind, lambda facts, name=name: facts["content"].pop(name))
        assert f"{name}: " in damaged(folder, kind)
        forge(folder, kind, lambda facts: facts.update(content=whole["content"]))
    forge(folder, kind, lambda facts: facts["content"].update(surplus=1))
    assert "surplus" in damaged(folder, kind)


@pytest.mark.parametrize(
    "name", ["kind", "bulk2cell", "libraries", "parameters", "inputs", "files", "content"]
)
def test_a_manifest_that_lacks_a_part_is_damaged(tmp_path: Path, name: str) -> None:
    for value in (None, 1, [], {"a": 1}):
        forge(make(tmp_path / str(value)), "scores", lambda facts, value=value: facts.update({name: value}))
        damaged(tmp_path / str(value))
    forge(make(tmp_path / "absent"), "scores", lambda facts: facts.pop(name))
    damaged(tmp_path / "absent")
    forge(make(tmp_path / "path"), "scores", lambda facts: facts.update(path="/etc"))
    damaged(tmp_path / "path")


def test_parameters_out_of_their_range_or_absent_are_damage(tmp_path: Path) -> None:
    for change, told in (
        (lambda facts: facts["parameters"].update(hidden=0), "hidden: 0 is out of range"),
        (lambda facts: facts["parameters"].update(strategy="magic"), "strategy: 'magic' is not one of"),
        (lambda facts: facts["parameters"].update(strategy=[]), "strategy: [] is not one of"),
        (lambda facts: facts["parameters"].pop("hidden"), "lacks the parameter hidden"),
    ):
        forge(make(tmp_path / "model", "model"), "model", change)
        assert told in damaged(tmp_path / "model", "model")


def test_a_manifest_names_all_files_of_its_kind(tmp_path: Path) -> None:
    forge(make(tmp_path / "scores"), "scores", lambda facts: facts["files"].pop("intervals.parquet"))
    assert "lists no intervals.parquet" in damaged(tmp_path / "scores")


@pytest.mark.parametrize("name", ["../mine.txt", "/etc/passwd", "..", ".", "", "sub/x", "x\0", "x" * 999])
def test_a_manifest_names_files_of_its_own_folder_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "mine.txt").write_text("x")
    forge(make(tmp_path / "scores"), "scores", lambda facts: facts["files"].update({name: "0" * 64}))
    damaged(tmp_path / "scores")


def test_a_link_out_of_the_folder_is_damage(tmp_path: Path) -> None:
    file = make(tmp_path / "scores") / "scores.parquet"
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    assert "scores.parquet" in damaged(tmp_path / "scores")
    file.unlink()
    file.symlink_to(file)
    assert "scores.parquet" in damaged(tmp_path / "scores")


def test_an_artefact_behind_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(make(tmp_path / "scores"))
    assert read_manifest(tmp_path / "link", "scores").content == CONTENT["scores"]


def test_what_is_no_json_is_not_signed() -> None:
    for value in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError, match=r"JSON|surrogates"):
            sign({"a": value})


def test_sha256_of_a_folder_depends_on_names_and_contents(tmp_path: Path) -> None:
    for folder, name, text in (("a", "x", "1"), ("b", "y", "1"), ("c", "x", "2"), ("d", "x", "1")):
        (tmp_path / folder / "sub").mkdir(parents=True)
        (tmp_path / folder / "sub" / name).write_text(text)
    digests = {folder: sha256(tmp_path / folder) for folder in "abcd"}
    assert digests["a"] == digests["d"]
    assert len(set(digests.values())) == 3
