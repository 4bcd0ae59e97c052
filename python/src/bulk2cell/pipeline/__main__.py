"""`python -m bulk2cell.pipeline FOLDER` writes the pipeline's made files into the repository."""

import json
import sys
from dataclasses import Field
from pathlib import Path
from typing import Any

from bulk2cell.pipeline.parameter_groups import GROUPS, STAGES, parameters_of, stage_parameters
from bulk2cell.pipeline.schema import parameter_schema, sheet_schema

HEAD = "// Made by `make schema` from python/src/bulk2cell/parameters.py; change it there.\n"


def made_files() -> dict[str, str]:
    """Return the text of every made file by its path in the repository."""
    return {
        "nextflow_schema.json": json.dumps(parameter_schema(), indent=2) + "\n",
        "assets/schema_input.json": json.dumps(sheet_schema(), indent=2) + "\n",
        "conf/params.config": defaults_config(),
        "conf/stages.config": stages_config(),
    }


def write_made_files(folder: Path) -> None:
    """Write the made files."""
    for name, text in made_files().items():
        (folder / name).write_text(text, encoding="utf-8")


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


if __name__ == "__main__":
    write_made_files(Path(sys.argv[1]))
