"""A small world made from a seed: bulk lines, response, gene sets and cells whose truth is known."""

from pathlib import Path

import numpy as np
import pandas as pd

from bulk2cell.artefacts.files import make_files
from bulk2cell.parameters import SimulateParameters
from bulk2cell.simulate.simulate import draw_cells, write_cells, write_simulated_sheet

DRUG = "Plantedmab"
LINES = 240
SETS = 20
GENES_PER_SET = 20
BACKGROUND_GENES = 100
PLANTED = ("PLANTED_SENSITISER", "PLANTED_PROTECTOR")


def synthesise(out: Path, parameters: SimulateParameters) -> Path:
    """Write bulk.parquet, response.parquet, gene_sets.gmt, cells.h5ad and pairs.csv with a planted truth.

    Every gene set has an activity per line that its genes follow. The response to the drug Plantedmab depends
    on two sets alone: activity of PLANTED_SENSITISER lowers the AUC, activity of PLANTED_PROTECTOR raises it.
    The cells are drawn from lines that are not among the bulk lines.

    Parameters
    ----------
    out
        Folder to write into.
    parameters
        Cells per class, lines per class, and the noise.

    Raises
    ------
    InputError
        If a file of one of these names, with other content, is in the folder.
    """
    rng = np.random.default_rng(parameters.simulation_seed)
    names = [*PLANTED, *(f"BYSTANDER_{i:02d}" for i in range(SETS - len(PLANTED)))]
    genes = [f"GENE{i:04d}" for i in range(SETS * GENES_PER_SET + BACKGROUND_GENES)]
    members = {name: genes[i * GENES_PER_SET : (i + 1) * GENES_PER_SET] for i, name in enumerate(names)}

    held_out = 20 * parameters.lines_per_class
    activity = rng.normal(size=(LINES + held_out, SETS))
    loading = np.zeros((SETS, len(genes)))
    for i, name in enumerate(names):
        loading[i, [genes.index(gene) for gene in members[name]]] = rng.uniform(0.6, 1.2, GENES_PER_SET)
    expression = (
        rng.uniform(4, 10, len(genes))
        + activity @ loading
        + rng.normal(0, 0.4, (LINES + held_out, len(genes)))
    )
    auc = 1 / (1 + np.exp(1.5 * (activity[:, 0] - activity[:, 1]) - 1 + rng.normal(0, 0.2, LINES + held_out)))

    lines = [f"LINE{i:03d}" for i in range(LINES + held_out)]
    bulk = pd.DataFrame(expression.astype(np.float32), index=pd.Index(lines, name="cell_line"), columns=genes)
    by_auc = LINES + np.argsort(auc[LINES:])
    groups = {
        "sensitive": np.array(lines)[by_auc[: parameters.lines_per_class]],
        "resistant": np.array(lines)[by_auc[-parameters.lines_per_class :]],
    }
    cells = draw_cells(bulk * np.log(2), groups, parameters, rng)

    with make_files(out) as made:
        bulk[:LINES].to_parquet(made / "bulk.parquet")
        pd.DataFrame(
            {
                "DATASET": "GDSC2",
                "CELL_LINE_NAME": lines[:LINES],
                "DRUG_NAME": DRUG,
                "AUC": auc[:LINES],
                "LN_IC50": 6 * auc[:LINES] - 3,
            }
        ).to_parquet(made / "response.parquet")
        (made / "gene_sets.gmt").write_text(
            "".join(f"{name}\tsynthetic\t" + "\t".join(members[name]) + "\n" for name in names)
        )
        write_cells(cells, made / "cells.h5ad")
        write_simulated_sheet(made / "pairs.csv", [("planted", DRUG, "cells.h5ad")])
    return out
