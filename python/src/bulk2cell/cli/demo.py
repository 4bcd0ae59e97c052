"""`bulk2cell demo`."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything that the demo makes.")] = Path("demo"),
) -> None:
    """Run everything on five simulated pairs: GDSC and Reactome are fetched, cells are simulated, a report is written.

    The cells are drawn from real GDSC lines that are held out of the source, a quarter as many as in the published datasets;
    no result on them says anything about these. It takes 3 to 10 minutes on two cores.

    Example: `bulk2cell demo --out demo`
    """
    from bulk2cell.cli.run import show_outcome
    from bulk2cell.fetch.fetch import fetch
    from bulk2cell.parameters import DEMO_PARAMETERS
    from bulk2cell.run.inputs import Reference
    from bulk2cell.run.params_file import make_parameters
    from bulk2cell.run.run import run
    from bulk2cell.simulate.simulate_pairs import simulate_pairs

    reference = fetch(["gdsc", "reactome"], out / "reference")
    bulk, response = reference / "gdsc_expression.parquet", reference / "gdsc_response.parquet"
    sheet = simulate_pairs(bulk, response, out / "cells")
    sources = Reference(bulk, response, (reference / "reactome.gmt",), gene_ids=None)
    show_outcome(run(sheet, sources, make_parameters(dict(DEMO_PARAMETERS), "demo"), out / "results"))
