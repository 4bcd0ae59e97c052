"""How far a cell's probability depends on which other cells are in the file.

Usage: python benchmarks/trust/part.py DATA CELLS.h5ad COLUMN "LINE;LINE"

CELLS are lung.h5ad or pc9.h5ad of benchmarks/real/prepare.py, COLUMN groups them, the lines are left out of what is learnt
from. The same cells are screened among all, in random halves, and without one group; the table compares probabilities of the
cells that both hold, over all drugs.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import anndata as ad
import numpy as np
from numpy.typing import NDArray

import bulk2cell as b2c


def parts(adata: ad.AnnData, column: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield parts of the cells."""
    random = np.random.default_rng(0)
    for number in range(3):
        yield f"random half {number + 1}", random.random(adata.n_obs) < 0.5
    for group in sorted(adata.obs[column].unique()):
        yield f"without {group}", (adata.obs[column] != group).to_numpy()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("cells", type=Path)
    parser.add_argument("column")
    parser.add_argument("lines")
    given = parser.parse_args()
    gdsc = given.data / "gdsc"
    reference = b2c.datasets.reference(
        bulk=gdsc / "expression_log2rma.parquet", response=gdsc / "response.parquet"
    )
    adata = ad.read_h5ad(given.cells)

    def screen(cells: ad.AnnData) -> NDArray[np.float32]:
        options = {"exclude_lines": given.lines.split(";"), "permutations": 200}
        b2c.tl.screen(cells, reference, groupby=given.column, **options)
        return cells.obsm["bulk2cell_screen"]

    whole = screen(adata.copy())
    print(
        "| cells | mean difference of probability | median correlation over cells | calls changed |\n|---|---|---|---|"
    )
    for name, chosen in parts(adata, given.column):
        found, among = screen(adata[chosen].copy()), whole[chosen]
        alike = [np.corrcoef(one, other)[0, 1] for one, other in zip(found.T, among.T, strict=True)]
        changed = ((found >= 0.5) != (among >= 0.5)).mean()
        print(
            f"| {name} | {np.abs(found - among).mean():.3f} | {np.median(alike):.2f} | {changed:.1%} |",
            flush=True,
        )
