"""The pipeline's defaults, the options of its stages and the facts of the regimes, as Nextflow reads them."""

import json
from dataclasses import Field
from typing import Any

from bulk2cell.pipeline.parameter_groups import (
    GROUPS,
    STAGES,
    name_option,
    parameters_of,
    stage_parameters,
)
from bulk2cell.regimes import facts_of_regimes

HEAD = "// Made by `make schema` from python/src/bulk2cell/parameters.py; change it there.\n"
HEAD_OF_REGIMES = "// Made by `make schema` from python/src/bulk2cell/regimes.py; change it there.\n"
FACTS = ("sees_labels", "takes_shots", "has_controls", "folder")


def render_defaults() -> str:
    """Return conf/params.config: every parameter's default."""
    blocks = []
    for group in GROUPS.values():
        title = (group.__doc__ or "").splitlines()[0]
        lines = [f"    {entry.name} = {json.dumps(entry.default)}" for entry in parameters_of(group)]
        blocks.append("\n".join([f"    // {title}", *lines]))
    return f"{HEAD}\nparams {{\n" + "\n\n".join(blocks) + "\n}\n"


def render_stages() -> str:
    """Return conf/stages.config: the options of every stage's command, from the parameters."""
    return f"{HEAD}\nprocess {{\n" + "\n".join(_stage(stage) for stage in STAGES) + "}\n"


def render_regimes() -> str:
    """Return functions/regimes.nf: what decides which tasks a regime has and where their results go."""
    rows = []
    for regime, facts in facts_of_regimes().items():
        row = ", ".join(f"{name}: {json.dumps(facts[name])}" for name in FACTS)
        rows.append(f"        {regime}: [{row}],\n")
    return f"{HEAD_OF_REGIMES}\ndef regimes() {{\n    [\n{''.join(rows)}    ]\n}}\n"


def _stage(stage: str) -> str:
    given = [_option(entry) for entry in stage_parameters(stage)]
    of_the_setting = f"${{meta.options.{stage} ?: ''}}"
    options = ",\n".join(f'            "{option}"' for option in (*given, of_the_setting))
    return f"    withName: {stage.upper()} {{\n        ext.args = {{ [\n{options}\n        ].join(' ') }}\n    }}\n"


def _option(entry: Field[Any]) -> str:
    flag = name_option(entry.name).replace("_", "-")
    if isinstance(entry.default, bool):
        return f"--${{params.{entry.name}.toString() == 'true' ? '' : 'no-'}}{flag}"
    return f"--{flag} ${{params.{entry.name}}}"
