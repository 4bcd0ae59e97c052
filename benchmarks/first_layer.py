"""A network's first layer by a sparse product, gene by gene, and by a dense one, by the share of entries that are not 0.

Usage: OMP_NUM_THREADS=1 python benchmarks/first_layer.py
"""

from typing import Any

import numpy as np
import scipy.sparse as sp
from measure import print_table, timed

CELLS, GENES, HIDDEN = 2048, 4_500, 512


def crossing(repeats: int = 9) -> list[dict[str, str]]:
    """Return microseconds per cell of a sparse and a dense first layer, by the share of entries that are not 0."""
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((GENES, HIDDEN)).astype(np.float32)
    rows = []
    for density in (0.03, 0.07, 0.12, 0.17, 0.25, 0.4):
        cells = sp.random(CELLS, GENES, density, "csr", np.float32, random_state=rng)
        took = [
            min(timed(product, cells, weight)[0] for _ in range(repeats)) / CELLS * 1e6
            for product in (lambda x, w: x.tocsc() @ w, dense_product)
        ]
        rows.append(
            {"not 0": f"{density:.0%}", "sparse, µs": f"{took[0]:.0f}", "dense, µs": f"{took[1]:.0f}"}
        )
    return rows


def dense_product(cells: Any, weight: Any) -> None:
    """Multiply in dense batches."""
    for start in range(0, cells.shape[0], 256):
        cells[start : start + 256].toarray() @ weight


if __name__ == "__main__":
    print_table(crossing())
