"""The demo: five pairs with simulated cells through all stages."""

from pathlib import Path

from bulk2cell.fetch.fetch import fetch
from bulk2cell.parameters import DEMO_PARAMETERS
from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import make_parameters
from bulk2cell.run.run import Outcome, run
from bulk2cell.simulate.simulate_pairs import simulate_pairs


def demo(out: Path) -> Outcome:
    """Fetch GDSC and Reactome, simulate the cells of five pairs, and run all stages.

    The cells are drawn from real cell lines that are held out of the source, see `simulate_pairs`. They are simulated,
    and no result on them says anything about the real datasets.

    Parameters
    ----------
    out
        Folder for reference data, simulated cells and results.

    Raises
    ------
    DownloadError
        If the reference data cannot be fetched.
    """
    reference = fetch(["gdsc", "reactome"], out / "reference")
    bulk, response = reference / "gdsc_expression.parquet", reference / "gdsc_response.parquet"
    sheet = simulate_pairs(bulk, response, out / "cells")
    parameters = make_parameters(dict(DEMO_PARAMETERS), "demo")
    sources = Reference(bulk, response, (reference / "reactome.gmt",), gene_ids=None)
    return run(sheet, sources, parameters, out / "results")
