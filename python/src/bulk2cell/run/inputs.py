"""The inputs of `run` and its results folder, from its parameters."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from bulk2cell.errors import InputError, ParameterError
from bulk2cell.run.params_file import AllParameters

OPTIONS = {
    "input": "the argument SHEET",
    "bulk": "--bulk",
    "response": "--response",
    "gene_sets": "--gene-sets",
}


@dataclass(frozen=True)
class Reference:
    """The reference data that all pairs share."""

    bulk: Path
    response: Path
    gene_sets: tuple[Path, ...]
    gene_ids: Path | None


def sheet_and_reference(parameters: AllParameters) -> tuple[Path, Reference]:
    """Return the paths of the sample sheet and of the reference data.

    Raises
    ------
    InputError
        If one of them is not given.
    ParameterError
        If the cells are to be simulated or fetched, which only the pipeline does.
    """
    if parameters.pipeline.pairs:
        raise ParameterError(
            "pairs: only the pipeline fetches its cells; leave it out here and give a sample sheet, which "
            "`bulk2cell fetch` writes"
        )
    if parameters.pipeline.simulate:
        raise ParameterError(
            "simulate: only the pipeline simulates its cells; leave it out here and give a sample sheet, "
            "which `bulk2cell simulate` writes too"
        )
    inputs = parameters.inputs
    for name, option in OPTIONS.items():
        if not getattr(inputs, name).strip(" ,"):
            raise InputError(f"{name}: not given; give {option}, or `{name}: PATH` in the file of --params")
    gene_sets = tuple(Path(name.strip()) for name in inputs.gene_sets.split(",") if name.strip())
    gene_ids = Path(inputs.gene_ids) if inputs.gene_ids else None
    return Path(inputs.input), Reference(Path(inputs.bulk), Path(inputs.response), gene_sets, gene_ids)


def make_results_folder(results: Path) -> None:
    """Make the results folder and, for a moment, a file in it, so that obstacles show before any work.

    Raises
    ------
    OSError
        If the folder cannot be made or nothing can be written into it.
    """
    results.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=results):
        pass
