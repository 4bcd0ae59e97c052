"""A network's first layer by a sparse product, gene by gene, and by dense ones, by the share of entries that are not 0.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/first_layer.py
"""

import numpy as np
import scipy.sparse as sp
from measure import print_table, timed

from bulk2cell.model.exact_product import exact_product, rounded

CELLS, GENES, HIDDEN = 2048, 4_500, 512


def crossing(repeats: int = 9) -> list[dict[str, str]]:
    """Return microseconds per cell of a first layer, by the share of entries that are not 0."""
    rng = np.random.default_rng(0)
    weight = rng.standard_normal((GENES, HIDDEN)).astype(np.float32)
    exact = rounded(weight)
    ways = {
        "sparse": lambda cells: cells.tocsc() @ weight,
        "exact": lambda cells: exact_product(cells.toarray(), exact),
        "float32": lambda cells: cells.toarray() @ weight,
    }
    rows = []
    for density in (0.03, 0.07, 0.12, 0.17, 0.25, 0.4):
        cells = sp.random(CELLS, GENES, density, "csr", np.float32, random_state=rng)
        took = {way: min(timed(product, cells)[0] for _ in range(repeats)) for way, product in ways.items()}
        rows.append(
            {"not 0": f"{density:.0%}"}
            | {f"{way}, µs": f"{seconds / CELLS * 1e6:.0f}" for way, seconds in took.items()}
        )
    return rows


if __name__ == "__main__":
    print_table(crossing())
