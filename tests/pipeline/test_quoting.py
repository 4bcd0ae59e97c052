"""Nothing that a person gives reaches a shell as it is: read off the pipeline's files, without its engine."""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
NUMBERS_AND_OPTIONS = {"task.cpus", "meta.seed", "task.ext.args ?: ''"}
SHELL = [*"'\"\\$`;|&<>()*?[]{}!#~ \n\t\r\x1b\x00\x7f"]


@functools.cache
def properties() -> dict[str, Any]:
    """Return the rules of all parameters."""
    groups = json.loads((REPOSITORY / "nextflow_schema.json").read_text())["$defs"].values()
    return {name: rule for group in groups for name, rule in group.get("properties", {}).items()}


def interpolations(text: str) -> Iterator[str]:
    """Find what Nextflow fills in: the inside of every `${...}` and every bare `$name` without a backslash."""
    begin = re.compile(r"(?<!\\)\$(?:\{|(\w+))")
    found = begin.search(text)
    while found:
        end = found.end()
        if found[1]:
            yield found[1]
        else:
            depth = 1
            while depth:
                depth += {"{": 1, "}": -1}.get(text[end], 0)
                end += 1
            yield text[found.end() : end - 1]
        found = begin.search(text, end)


@pytest.mark.parametrize("name", properties())
def test_every_text_has_a_form_or_is_chosen(name: str) -> None:
    rule = properties()[name]
    assert rule["type"] != "string" or {"pattern", "enum"} & set(rule)


@pytest.mark.parametrize("name", [name for name, rule in properties().items() if "pattern" in rule])
def test_form_admits_the_default_and_no_control_character(name: str) -> None:
    rule = properties()[name]
    assert re.fullmatch(rule["pattern"], rule.get("default", "a"))
    for control in "\n\r\t\x00\x1b\x7f":
        assert not any(
            re.fullmatch(rule["pattern"], text) for text in (control, f"a{control}", f"a{control}b")
        )


@pytest.mark.parametrize(
    "module", sorted(REPOSITORY.glob("modules/*/main.nf")), ids=lambda path: path.parent.name
)
def test_scripts_quote_all_but_numbers_and_the_stages_own_options(module: Path) -> None:
    scripts = re.findall(r'"""(.*?)"""', module.read_text(), re.DOTALL)
    assert scripts
    for filled in (found for script in scripts for found in interpolations(script)):
        assert filled in NUMBERS_AND_OPTIONS or re.fullmatch(r"quote\(.*\)", filled), filled


def test_options_of_stages_are_numbers_truth_values_and_choices() -> None:
    rules = properties()
    for filled in interpolations((REPOSITORY / "conf/stages.config").read_text()):
        name = re.match(r"params\.(\w+)", filled)
        if name is None:
            assert re.fullmatch(r"meta\.options\.\w+ \?: ''", filled)
        else:
            rule = rules[name[1]]
            choices = rule.get("enum", [])
            assert rule["type"] != "string" or choices
            assert all(re.fullmatch(r"[\w-]+", choice) for choice in choices)


@pytest.mark.parametrize("character", SHELL)
def test_what_nextflow_itself_writes_into_commands_holds_nothing_that_a_shell_reads(character: str) -> None:
    files = [REPOSITORY / "nextflow.config", *REPOSITORY.glob("conf/*.config")]
    text = "".join(file.read_text() for file in files)
    named = set(re.findall(r"params\.(\w+)", text)) - {"outdir", "max_memory", "max_time"}
    forms = [properties()[name]["pattern"] for name in named if "pattern" in properties().get(name, {})]
    assert len(forms) == 4
    for form in forms:
        assert not any(re.fullmatch(form, text) for text in (f"a{character}", f"a{character}b"))


@pytest.mark.parametrize("character", [*"$*?[]{}"])
def test_files_that_nextflow_links_hold_nothing_that_it_leaves_to_the_shell(character: str) -> None:
    staged = {name: rule for name, rule in properties().items() if rule.get("exists")}
    assert set(staged) >= {
        "input",
        "bulk",
        "response",
        "gene_ids",
    }
    for rule in (*staged.values(), properties()["gene_sets"], properties()["grid"]):
        assert not re.fullmatch(rule["pattern"], f"a{character}b")
        assert re.fullmatch(rule["pattern"], 'a\'b "c"; `d` & (e) ü.h5ad')
