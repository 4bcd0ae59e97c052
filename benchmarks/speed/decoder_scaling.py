"""Time of the sparse decoder and of dense weight x mask by the number of gene sets and of genes, as a figure with exponents.

Usage: OMP_NUM_THREADS=1 python benchmarks/speed/decoder_scaling.py WORK

Writes WORK/decoder.svg. Layers, batch and measure are those of sparse_decoder.py; sets are of the sizes of Reactome's.
"""

import sys
from pathlib import Path

import torch
from curves import Panel, draw
from measure import timed
from sparse_decoder import GENES, RESOURCES, ROWS, DenseDecoder, random_mask, step

from bulk2cell.cores import settle_threads
from bulk2cell.networks.sparse_decoder import SparseDecoder

SETS, SOME_GENES = (50, 200, 800, 3_200), (1_000, 2_000, 4_000, 8_000)
STEPS = 4


def milliseconds(layer: type[SparseDecoder] | type[DenseDecoder], sets: int, genes: int) -> float:
    """Return the least processor time of a step, forward and backward."""
    mask = random_mask(sets, *RESOURCES["Reactome"][1:], genes=genes)
    decoder, code = layer(mask), torch.randn(ROWS, mask.shape[1], requires_grad=True)
    gradient = torch.randn(ROWS, genes)
    return 1e3 * min(timed(step, decoder, code, gradient)[0] for _ in range(STEPS))


def main(work: Path) -> None:
    """Measure and draw."""
    settle_threads()
    torch.manual_seed(0)
    work.mkdir(parents=True, exist_ok=True)
    over_sets, over_genes = Panel("gene sets", "ms a step"), Panel("genes", "ms a step")
    for name, layer in (("ours", SparseDecoder), ("dense weight x mask", DenseDecoder)):
        of_sets = [milliseconds(layer, sets, GENES) for sets in SETS]
        over_sets.curves[name] = SETS, of_sets
        of_genes = [milliseconds(layer, RESOURCES["Reactome"][0], genes) for genes in SOME_GENES]
        over_genes.curves[name] = SOME_GENES, of_genes
    draw([over_sets, over_genes], work / "decoder.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
