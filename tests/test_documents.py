"""The documents name nothing that is not there: paths, links, commands, options, files and columns of artefacts."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.main import get_command

from bulk2cell.artefacts.content import CONTENT, FILES
from bulk2cell.artefacts.manifest import Kind
from bulk2cell.artefacts.tables import TABLES
from bulk2cell.cli.app import app

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "python" / "src" / "bulk2cell"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md"))]
FOLDERS = {
    ".ci",
    "benchmarks",
    "bin",
    "conf",
    "containers",
    "docs",
    "functions",
    "modules",
    "python",
    "subworkflows",
    "tests",
}
ROOMS = {folder.name for folder in PACKAGE.iterdir() if folder.is_dir()}
OURS = (".py", ".nf", ".j2", ".sh")
OPTIONS = {
    name: {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)} | {"--help"}
    for name, command in vars(get_command(app))["commands"].items()
}
SCHEMA = json.loads((ROOT / "nextflow_schema.json").read_text())["$defs"]
PARAMETERS = {f"--{name}" for group in SCHEMA.values() for name in group.get("properties", ())}
OF_TESTS = set(re.findall(r'addoption\(\s*"(--\w+)"', (ROOT / "tests" / "conftest.py").read_text()))
OF_OTHERS = {"--index-url", "--nv", "--gres"}  # pip, Apptainer, Slurm


def blocks_and_spans(document: Path) -> tuple[list[str], list[str]]:
    """Return the lines of a document's code blocks, continued lines joined and comments left out, and its code spans."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    prose = re.sub(r"^ *```\w*\n.*?^ *```|``.*?``", "", text, flags=re.MULTILINE | re.DOTALL)
    return [re.split(r"(?:^| )[#│├└]", line)[0] for line in lines], re.findall(r"`([^`]+)`", prose)


def named_paths(text: str) -> Iterator[tuple[str, str]]:
    """Yield the paths of this repository in a text, and what is said to be defined there, if anything."""
    for word in text.split():
        found = re.fullmatch(r"([\w.-]+(?:/[\w.-]+)*/?)(?::(\w+))?", word.strip("'\"(),;"))
        if not found or found[1].endswith(".sif") or found[1].startswith(".command"):
            continue
        first, slash, _ = found[1].partition("/")
        if (
            (slash and first in FOLDERS)
            or found[1].endswith(OURS)
            or (first in ROOMS and found[1].endswith(("/", ".yaml")))
        ):
            yield found[1], found[2]


def headings(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    found = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_and_what_they_define_exist(document: Path) -> None:
    lines, spans = blocks_and_spans(document)
    for text in (*lines, *spans):
        for name, defined in named_paths(text):
            places = [place for place in (ROOT / name, PACKAGE / name) if place.exists()]
            assert places, f"{document.name}: {name}"
            if defined:
                pattern = rf"^(def |class )?{defined}\b"
                assert re.search(pattern, places[0].read_text(), re.MULTILINE), (
                    f"{document.name}: {name}:{defined}"
                )


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        linked = (document.parent / path).resolve() if path else document
        assert linked.exists(), f"{document.name}: {target}"
        if anchor:
            assert anchor in headings(linked), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_options_and_targets_exist(document: Path) -> None:
    lines, spans = blocks_and_spans(document)
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for text in (*lines, *spans):
        for command, rest in re.findall(r"(?<![\w/.-])(?<!import )bulk2cell ([a-z]\w*)([^|>]*)", text):
            assert command in OPTIONS, f"{document.name}: bulk2cell {command}"
            unknown = set(re.findall(r"--[a-z][a-z_-]*", rest)) - OPTIONS[command]
            assert not unknown, f"{document.name}: bulk2cell {command} {unknown}"
        if "nextflow run " in text:
            unknown = set(re.findall(r"(?<=\s)--[a-z_]+", text)) - PARAMETERS
            assert not unknown, f"{document.name}: nextflow {unknown}"
        if made := re.match(r"make ((?:\w+ ?)+)", text):
            assert set(made[1].split()) <= set(targets), f"{document.name}: {text}"
    every = PARAMETERS | OF_TESTS | OF_OTHERS | {"--version"}.union(*OPTIONS.values())
    alone = {option for span in spans for option in re.findall(r"^--[a-z][a-z_-]*", span)}
    assert alone <= every, f"{document.name}: {alone - every}"


@pytest.mark.parametrize("kind", CONTENT)
def test_artefacts_are_described_whole(kind: Kind) -> None:
    text = (ROOT / "docs" / "artefacts.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    described = sections["encoder"] + sections["model"] if kind == "model" else sections[kind]
    if kind in ("encoder", "model"):
        described += sections["study"]  # as which two tables and all facts but the tag are said to be
    words = set(re.findall(r"\w+(?:\.\w+)*", described))
    nested = {
        name
        for field in CONTENT[kind].model_fields.values()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for name in field.annotation.model_fields
    }
    columns = {name for table in TABLES.get(kind, {}).values() for name in table}
    for name in (*FILES[kind], *CONTENT[kind].model_fields, *nested, *columns):
        assert name in words, f"{kind}: {name}"
