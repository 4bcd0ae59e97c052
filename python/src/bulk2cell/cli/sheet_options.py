"""The options of the commands that take a sample sheet through all stages."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

Sheet = Annotated[Path | None, typer.Argument(help="Sample sheet, csv: one row per dataset-drug pair.")]
Bulk = Annotated[Path | None, typer.Option(help="Expression of the bulk lines, lines x genes, log2.")]
Response = Annotated[
    Path | None, typer.Option(help="Dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50.")
]
GeneSets = Annotated[list[Path] | None, typer.Option(help="Gene sets, GMT; may be given more than once.")]
Out = Annotated[Path | None, typer.Option(help="Results folder (default: results).")]
GeneIds = Annotated[Path | None, typer.Option(help="Gene names: identifier, symbol.")]
Params = Annotated[
    Path | None,
    typer.Option(help="Flat yaml or json file with parameters of any stage; see `bulk2cell run --help`."),
]
Grid = Annotated[
    str | None,
    typer.Option(
        help="Yaml file of `name: [value, ...]` lines, or article (default: only the default setting)."
    ),
]
Seeds = Annotated[int | None, typer.Option(min=1, help="Models per pair; overrides the params file.")]
Strategies = Annotated[str | None, typer.Option(help="Comma-separated, or all; overrides the params file.")]


def values_of(params: Path | None, gene_sets: list[Path] | None, **given: Any) -> dict[str, Any]:
    """Return the values of the params file, replaced by what the command line gives.

    Raises
    ------
    InputError
        If the params file is missing, or is not one.
    """
    from bulk2cell.run.params_file import read_params_file

    given["gene_sets"] = ",".join(map(str, gene_sets or [])) or None
    return {
        **read_params_file(params),
        **{
            name: str(value) if isinstance(value, Path) else value
            for name, value in given.items()
            if value is not None
        },
    }


def end_with(failures: Iterable[object]) -> None:
    """Name what failed; the exit code is 1 if something did."""
    lines = [f"failed: {failure}" for failure in failures]
    if lines:
        typer.echo("\n".join(lines), err=True)
        raise typer.Exit(1)
