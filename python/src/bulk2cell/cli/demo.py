"""`bulk2cell demo`."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="Folder for everything that the demo makes.")] = Path("demo"),
) -> None:
    """Run everything on five simulated pairs: GDSC and Reactome are fetched, cells are simulated, a report is written.

    The cells are drawn from real GDSC lines that are held out of the source, a quarter as many as in
    the published datasets. It takes 3 to 10 minutes on two cores.

    Example: `bulk2cell demo --out demo`
    """
    from bulk2cell.cli.run import show_outcome
    from bulk2cell.run.demo import demo as library

    show_outcome(library(out))
