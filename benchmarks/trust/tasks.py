"""Tasks of known answer for trust: half of a tissue's lines, at most 27, turned into simulated cells, for every drug.

The lines that are left, those of the same tissue included, are learnt from. Cells are labelled by the response of their own
line (lowest and highest 30 % of all lines). Depth and spread within lines are drawn. About 20 seconds a tissue on two cores.

Usage: python benchmarks/trust/tasks.py DATA OUT --repeats 3
writes OUT/tasks.parquet: task, drug, release, signals, AUROC, and how many lines of each class there are.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from bulk2cell.cells.cell_file import CellFile
from bulk2cell.cells.open_cells import in_memory
from bulk2cell.gdsc.labels import response_labels
from bulk2cell.gdsc.lines import line_key
from bulk2cell.gdsc.responses import tabulate_responses
from bulk2cell.parameters import LossParameters, NetworkParameters, SimulateParameters, StudyParameters
from bulk2cell.preprocess.reference import Reference, open_reference
from bulk2cell.ridge.lines import share_lines
from bulk2cell.screen.cells import encode_cells
from bulk2cell.screen.drugs import fit_drugs
from bulk2cell.simulate.simulate import draw_cells
from bulk2cell.trust.signals import find_near_lines, nearby_correlation, stability

FEWEST_LINES = 20  # of a tissue
MOST_HELD_OUT = 27
CELLS_PER_LINE = 40
DEPTHS, SPREADS = (2_500.0, 6_000.0, 15_000.0), (0.3, 0.6)


def read_reference(data: Path) -> Reference:
    """Open GDSC."""
    return open_reference(data / "gdsc" / "expression_log2rma.parquet", data / "gdsc" / "response.parquet")


def draw_tasks(reference: Reference, data: Path, repeats: int) -> Iterator[pd.DataFrame]:
    """Yield the tasks of one tissue at a time."""
    profiles = reference.bulk.expression.to_df()
    tissue = pd.read_csv(data / "gdsc" / "cell_lines.csv").set_index("cell_line")["tissue"]
    tissue = tissue.reindex(profiles.index)
    for repeat in range(repeats):
        random = np.random.default_rng(repeat)
        for name, count in tissue.value_counts().items():
            if count < FEWEST_LINES:
                continue
            held_out = random.choice(
                tissue.index[tissue == name], min(MOST_HELD_OUT, count // 2), replace=False
            )
            cells = draw_cells(
                profiles,
                {"sensitive": held_out, "resistant": held_out},
                SimulateParameters(
                    sensitive_cells=CELLS_PER_LINE * len(held_out) // 2,
                    resistant_cells=CELLS_PER_LINE * len(held_out) // 2,
                    depth=random.choice(DEPTHS),
                    within_line_spread=random.choice(SPREADS),
                ),
                random,
            )
            found = score_tasks(
                reference, in_memory(Path(str(name)), cells), cells.obs["cell_line"].to_numpy()
            )
            print(name, repeat, len(found), f"{found['auroc'].mean():.3f}", flush=True)
            yield found.assign(tissue=name, task=f"{name} {repeat}")


def score_tasks(reference: Reference, file: CellFile, line_of_cell: NDArray[np.object_]) -> pd.DataFrame:
    """Return signals and AUROC of every drug in every release on cells whose lines are known and are held out."""
    parameters, everything = StudyParameters(), reference.bulk.expression
    left = everything[~everything.obs_names.isin(line_of_cell)].copy()
    cells = encode_cells(file, reference, left, "counts", parameters, NetworkParameters.cell_components, {})
    of_genes = left[:, cells.genes].X
    lines = share_lines(of_genes, left.obs_names, cells.components, seed=1)
    fitted = fit_drugs(reference, left, lines, parameters, LossParameters.ridge_penalty)
    near = find_near_lines(cells.mean, of_genes)
    codes, line_of_cell = cells.codes[cells.kept].astype(np.float64), line_of_cell[cells.kept]
    covariance = np.cov(codes, rowvar=False, bias=True)
    responses = tabulate_responses(reference.response, parameters.measure, "response")
    rows = []
    for (drug, release), fit in fitted.fits.items():
        values = responses[drug, release].dropna()
        labels = response_labels(values, "extreme", parameters.extreme_fraction, 0.0)
        label = labels.reindex(line_of_cell).to_numpy(float)
        rows.append(
            {
                "drug": drug,
                "release": release,
                "stability": stability(fit, covariance),
                "nearby": nearby_correlation(fit, near),
                "spread": np.sqrt(fit.loadings @ covariance @ fit.loadings) / fit.temperature,
                "sensitive_lines": len(set(line_of_cell[label == 1])),
                "resistant_lines": len(set(line_of_cell[label == 0])),
                "auroc": auroc(label, codes @ fit.loadings),
            }
        )
    return pd.DataFrame(rows)


def auroc(labels: NDArray[np.float64], scores: NDArray[np.float64]) -> float:
    """Return the AUROC of the labelled cells, NaN if a class is missing."""
    known = ~np.isnan(labels)
    sensitive, ranks = labels[known] == 1, rankdata(scores[known])
    ones, zeros = int(sensitive.sum()), int((~sensitive).sum())
    return (
        (ranks[sensitive].sum() - ones * (ones + 1) / 2) / (ones * zeros) if ones and zeros else float("nan")
    )


def one_release(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return each drug once per task, in the release that a study would take, where both classes have two lines or more."""
    last = tasks.sort_values("release").drop_duplicates(["task", "drug"], keep="last")
    return last[(last["sensitive_lines"] >= 2) & (last["resistant_lines"] >= 2)].reset_index(drop=True)


def read_lung(data: Path, reference: Reference, cells: Path) -> pd.DataFrame:
    """Return the tasks of the five lung lines; `cells` is lung.h5ad of benchmarks/real/prepare.py."""
    from bulk2cell.cells.open_cells import open_cells
    from bulk2cell.parameters import CellInput

    with open_cells(cells, CellInput(), reference.known_names()) as file:
        lines = file.obs()["cell_line_demuxlet"].map(line_key).to_numpy(object)
        return score_tasks(reference, file, lines).assign(task="lung", tissue="Lung")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--lung", type=Path, help="lung.h5ad of benchmarks/real/prepare.py")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    gdsc = read_reference(given.data)
    if given.lung:
        read_lung(given.data, gdsc, given.lung).to_parquet(given.out / "lung.parquet")
    drawn = draw_tasks(gdsc, given.data, given.repeats)
    pd.concat(list(drawn), ignore_index=True).to_parquet(given.out / "tasks.parquet")
