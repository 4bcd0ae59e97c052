import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

from bulk2cell import __version__
from bulk2cell.parameters import MOST_GENES, StudyParameters
from bulk2cell.pipeline.__main__ import make_files
from bulk2cell.pipeline.parameter_groups import (
    GROUPS,
    STAGES,
    name_option,
    parameters_of,
    stage_parameters,
)
from bulk2cell.pipeline.schema import make_schema

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", sorted(make_files()))
def test_made_files_are_current(name: str) -> None:
    assert (REPOSITORY / name).read_text() == make_files()[name], "run `make schema`"


def test_pipeline_and_its_images_have_the_version_of_the_package() -> None:
    text = "".join((REPOSITORY / name).read_text() for name in ("nextflow.config", "conf/slurm.config"))
    found = re.findall(r"(?:bulk2cell[:-]| version = ')(\d+\.\d+\.\d+)", text)
    assert len(found) == 6
    assert set(found) == {__version__}


@pytest.mark.parametrize("stage", STAGES)
def test_every_option_of_a_stage_is_an_option_of_its_command(stage: str) -> None:
    command = getattr(import_module(f"bulk2cell.cli.{stage}"), stage)
    options = {name_option(entry.name) for entry in stage_parameters(stage)}
    assert options <= set(inspect.signature(command).parameters)


def test_every_parameter_of_a_model_reaches_a_stage() -> None:
    reached = {entry.name for stage in STAGES for entry in stage_parameters(stage)}
    not_for_stages = {"input", "run", "pipeline"}
    models = {
        entry.name
        for name, group in GROUPS.items()
        if name not in not_for_stages
        for entry in parameters_of(group)
    }
    assert models == reached


def test_parameters_of_fine_tuning_alone_do_not_repeat_pretraining() -> None:
    names = {entry.name for entry in stage_parameters("pretrain")}
    assert "pretrain_epochs" in names
    assert "finetune_epochs" not in names


def test_schema_says_type_default_choices_and_range() -> None:
    groups = make_schema()["$defs"]
    preprocess = groups["preprocess_parameters"]["properties"]
    assert preprocess["hvg"] == {
        "type": "integer",
        "description": "highly variable genes taken from each domain; their union is used",
        "default": StudyParameters().hvg,
        "minimum": 2,
        "maximum": MOST_GENES,
    }
    assert preprocess["release"]["enum"] == ["auto", "GDSC1", "GDSC2"]
    assert "strategy" not in groups["network_parameters"]["properties"]
    assert groups["input_parameters"]["properties"]["input"]["exists"] is True


@pytest.mark.parametrize(
    ("strategies", "good"),
    [("all", True), ("base_ae, adv_ae", True), ("base_ae,", False), ("best", False)],
)
def test_schema_knows_strategies(strategies: str, good: bool) -> None:
    pattern = make_schema()["$defs"]["run_parameters"]["properties"]["strategies"]["pattern"]
    assert bool(re.search(pattern, strategies)) is good
