"""The JSON schema of the pipeline's parameters."""

from collections.abc import Iterable
from dataclasses import Field
from typing import Any, get_args, get_type_hints

from bulk2cell.fetch.catalogue import catalogue
from bulk2cell.forms import Form
from bulk2cell.pipeline.parameter_groups import GROUPS, parameters_of
from bulk2cell.strategies import STRATEGIES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}
FILES = ("input", "bulk", "response", "gene_ids")
STAGED_PARAMETERS = (*FILES, "gene_sets", "grid")
# Nextflow links inputs into a task's folder by a command that escapes spaces, quotes and the like, but not these.
STAGED = Form(
    r"^[^\x00-\x1f\x7f$*?\[\]{}]*$",
    "a path without $ * ? [ ] { } and control characters, which Nextflow hands to the shell as they are",
)


def make_schema() -> dict[str, Any]:
    """Return the schema of all parameters, one definition per parameter class."""
    groups = {f"{name}_parameters": _group(group) for name, group in GROUPS.items()}
    names = "|".join(STRATEGIES)
    groups["run_parameters"]["properties"]["strategies"] |= _form(
        Form(f"^(all|({names})( *, *({names}))*)$", f"all, or some of {', '.join(STRATEGIES)}")
    )
    return {
        "$schema": DIALECT,
        "title": "bulk2cell pipeline parameters",
        "description": "Drug response learnt on bulk cancer cell lines and carried over to single cells",
        "type": "object",
        "$defs": {
            **groups,
            "strategy": {"type": "string", "enum": list(STRATEGIES)},
            "fetched_gene_sets": {"type": "string", "enum": _fetched_gene_sets()},
        },
        "allOf": [{"$ref": f"#/$defs/{name}"} for name in groups],
    }


def _form(form: Form) -> dict[str, str]:
    return {"pattern": form.pattern, "errorMessage": form.words}


def _fetched_gene_sets() -> list[str]:
    outputs = [output for item in catalogue().values() for output in item.outputs]
    return [output.removesuffix(".gmt") for output in outputs if output.endswith(".gmt")]


def _group(group: type[Any]) -> dict[str, Any]:
    title = (group.__doc__ or "").splitlines()[0].rstrip(".")
    return {"title": title, "type": "object", "properties": _properties(group)}


def _properties(group: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(group)
    return {entry.name: dict(_property(entry, hints[entry.name])) for entry in parameters_of(group)}


def _property(entry: Field[Any], kind: Any) -> Iterable[tuple[str, Any]]:
    choices = get_args(kind)
    yield "type", TYPES[type(choices[0]) if choices else kind]
    yield "description", entry.metadata["help"]
    yield "default", entry.default
    if choices:
        yield "enum", list(choices)
    form = STAGED if entry.name in STAGED_PARAMETERS else entry.metadata["form"]
    if form:
        yield from _form(form).items()
    if entry.name in FILES:
        yield from (("format", "file-path"), ("exists", True))
    for bound in ("minimum", "maximum"):
        if entry.metadata[bound] is not None:
            yield bound, entry.metadata[bound]
