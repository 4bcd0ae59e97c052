"""The pipeline's defaults and the options of its stages, as Nextflow configuration."""

import json
from dataclasses import Field
from typing import Any

from bulk2cell.pipeline.parameter_groups import GROUPS, STAGES, parameters_of, stage_parameters

HEAD = "// Made by `make schema` from python/src/bulk2cell/parameters.py; change it there.\n"


def defaults_config() -> str:
    """Return conf/params.config: every parameter's default."""
    blocks = []
    for group in GROUPS.values():
        title = (group.__doc__ or "").splitlines()[0]
        lines = [f"    {entry.name} = {json.dumps(entry.default)}" for entry in parameters_of(group)]
        blocks.append("\n".join([f"    // {title}", *lines]))
    return f"{HEAD}\nparams {{\n" + "\n\n".join(blocks) + "\n}\n"


def stages_config() -> str:
    """Return conf/stages.config: the options of every stage's command, from the parameters."""
    return f"{HEAD}\nprocess {{\n" + "\n".join(_stage(stage) for stage in STAGES) + "}\n"


def _stage(stage: str) -> str:
    given = [_option(entry) for entry in stage_parameters(stage)]
    of_the_setting = f"${{meta.options.{stage} ?: ''}}"
    options = ",\n".join(f'            "{option}"' for option in (*given, of_the_setting))
    return f"    withName: {stage.upper()} {{\n        ext.args = {{ [\n{options}\n        ].join(' ') }}\n    }}\n"


def _option(entry: Field[Any]) -> str:
    flag = entry.name.replace("_", "-")
    if isinstance(entry.default, bool):
        return f"--${{params.{entry.name}.toString() == 'true' ? '' : 'no-'}}{flag}"
    return f"--{flag} ${{params.{entry.name}}}"
