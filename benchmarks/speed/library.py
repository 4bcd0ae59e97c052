"""How long a person waits in a notebook for one drug through `tl.predict` on 2,000 cells.

Usage: python benchmarks/speed/library.py WORK

In a process of its own that has imported anndata and bulk2cell and has read the cells; opening the model counts. Cells and
models are those of prediction.py.
"""

import sys
from pathlib import Path

import anndata as ad
from measure import print_table
from own_process import Run, in_own_process, timed
from simulated_cells import MODELS, draw_pool, write_cells, write_models

import bulk2cell as b2c

CELLS = 2_000


def call(model: str, cells: str) -> Run:
    """Open a model and call cells, after the imports."""
    adata = ad.read_h5ad(cells)
    yield
    b2c.tl.predict(adata, b2c.open_model(model))
    yield adata


def main(work: Path) -> None:
    """Measure and print."""
    work.mkdir(parents=True, exist_ok=True)
    pool = draw_pool()
    models, cells = write_models(work, pool), write_cells(work / "few.h5ad", pool[:CELLS], CELLS)
    print_table(
        {"model": name, "wall, s": f"{took['wall']:.2f}", "processor, s": f"{took['seconds']:.2f}"}
        for name in MODELS
        for took in [in_own_process(__file__, models[name], cells)]
    )


if __name__ == "__main__":
    if len(sys.argv) == 3:
        timed(call(*sys.argv[1:]))
    else:
        main(Path(sys.argv[1]))
