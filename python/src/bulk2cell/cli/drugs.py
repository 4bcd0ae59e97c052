"""`bulk2cell drugs`."""

from pathlib import Path
from typing import Annotated

import typer


def drugs(
    response: Annotated[
        Path, typer.Argument(help="Dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50.")
    ],
    search: Annotated[
        str, typer.Option(help="Only drugs with this text in their name or synonyms; case does not matter.")
    ] = "",
    compounds: Annotated[
        Path | None, typer.Option(help="GDSC's compounds (`fetch gdsc_drugs`): synonyms, targets, pathways.")
    ] = None,
) -> None:
    """List the drugs of GDSC, tab-separated: lines with a response per release, synonyms, target, pathway.

    The first column holds the names that a sample sheet takes. Synonyms, targets and
    pathways are those of well-known drugs unless --compounds gives all.

    Example: `bulk2cell drugs reference/gdsc_response.parquet --search tinib`

    Example: `bulk2cell drugs reference/gdsc_response.parquet --search Xalkori`
    """
    from bulk2cell.artefacts.spreadsheet import harmless_texts
    from bulk2cell.gdsc.drugs import drugs as library

    listed = library(response, compounds, search)
    typer.echo(harmless_texts(listed).to_csv(sep="\t", index=False), nl=False)
    if listed.empty:
        typer.echo(f"no drug with {search!r} in its name or synonyms", err=True)
