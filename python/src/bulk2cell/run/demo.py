"""The demo: the method's five pairs by drug and cell numbers, with simulated cells."""

import csv
from importlib.resources import files
from pathlib import Path

import pandas as pd

from bulk2cell.parameters import DEMO_PARAMETERS, DEMO_SCALE, SimulateParameters
from bulk2cell.progress import say
from bulk2cell.run.inputs import Reference
from bulk2cell.run.params_file import make_parameters
from bulk2cell.run.run import Outcome, run
from bulk2cell.sources.fetch import fetch
from bulk2cell.sources.simulate import simulate


def demo(out: Path) -> Outcome:
    """Fetch GDSC and Reactome, simulate the cells of five pairs, and run all stages.

    The cells are drawn from real cell lines that are held out of the source; their numbers are those of the article,
    divided by four. They are simulated, and no result on them says anything about the real datasets.

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
    with (files("bulk2cell.sources") / "pairs.csv").open() as stream:
        pairs = list(csv.DictReader(stream))
    rows = []
    for number, pair in enumerate(pairs):
        sizes = SimulateParameters(
            sensitive_cells=int(pair["sensitive_cells"]) // DEMO_SCALE,
            resistant_cells=int(pair["resistant_cells"]) // DEMO_SCALE,
            simulation_seed=number,
        )
        name = f"simulated_{pair['pair']}"
        cells = simulate(bulk, response, pair["drug"], sizes, out / "cells" / f"{name}.h5ad")
        say(f"{name}: {sizes.sensitive_cells} sensitive, {sizes.resistant_cells} resistant cells, simulated")
        rows.append(
            {
                "pair": name,
                "drug": pair["drug"],
                "cells": str(cells.relative_to(out)),
                "label_column": "label",
                "sample_column": "cell_line",
                "tag": "simulated",
            }
        )
    sheet = out / "pairs.csv"
    pd.DataFrame(rows).to_csv(sheet, index=False)
    parameters = make_parameters(dict(DEMO_PARAMETERS), "demo")
    sources = Reference(bulk, response, (reference / "reactome.gmt",), gene_ids=None)
    return run(sheet, sources, parameters, out / "results")
