"""The library's door: few names, light, and errors of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

import bulk2cell as b2c
from bulk2cell.tl.words import without_options


def test_importing_loads_nothing_and_the_tools_load_no_library() -> None:
    program = (
        "import sys, bulk2cell as b2c\n"
        "print([name for name in sys.modules if name.startswith('bulk2cell.')])\n"
        "b2c.tl.fit, b2c.tl.predict, b2c.datasets.reference, b2c.open_model, b2c.errors\n"
        "heavy = ('torch', 'scanpy', 'anndata', 'pandas', 'numpy', 'sklearn', 'pydantic')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_public_names_are_all_there_is() -> None:
    assert dir(b2c) == b2c.__all__
    for place in (b2c, b2c.tl, b2c.datasets):
        for name in place.__all__:
            assert getattr(place, name).__doc__ or name == "__version__"
    assert all(callable(getattr(b2c.tl, name)) for name in b2c.tl.__all__)
    with pytest.raises(AttributeError, match=r"no attribute 'predct'; it has .*open_model"):
        _ = b2c.predct


def test_models_are_saved_whole_opened_and_told_in_a_line(
    by_commands: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = b2c.open_model(by_commands / "model")
    out = model.save(tmp_path / "model")
    assert out == tmp_path / "model"
    for file in (by_commands / "model").iterdir():
        assert (out / file.name).read_bytes() == file.read_bytes()
    assert repr(b2c.open_model(str(out))) == repr(model)
    assert repr(model).startswith("Model of Plantedmab: ridge_pathways, seed 1, ")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(b2c.errors.ArtefactError, match="give another path="):
        model.save(tmp_path / "mine")
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    (out / "history.parquet").write_bytes(b"")
    with pytest.raises(b2c.errors.ArtefactError, match="missing or changed"):
        b2c.open_model(out)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(
        b2c.errors.ArtefactError, match=f"{tmp_path}/nothing: expected a model, found no folder"
    ):
        b2c.open_model("~/nothing")


def test_options_are_told_as_arguments() -> None:
    assert without_options("declare --scale counts, or give --label-column; not a--b or ---") == (
        "declare scale= counts, or give label_key=; not a--b or ---"
    )
