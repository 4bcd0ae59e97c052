"""Where known response genes stand among the attributions of models trained on GDSC.

Usage: python benchmarks/real/positive_controls.py DATA OUT

DATA holds gdsc/ and genesets/. The bulk lines' own calls are explained, on all genes of GDSC; the cells that take part in
training without labels are simulated from held-out lines, since real cells lack genes (melanoma genes in lung cells).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.parameters import (
    AttributeParameters,
    CellInput,
    CellLabels,
    LossParameters,
    NetworkParameters,
    SimulateParameters,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.preprocess.sources import Sources
from bulk2cell.simulate.simulate import simulate
from bulk2cell.stages import attribute, finetune, preprocess, pretrain

CONTROLS = {
    "Lapatinib": ("ERBB2", "GRB7"),
    "PLX-4720": ("MLANA", "TYR", "DCT"),
    "Cisplatin": ("SLFN11",),
    "Erlotinib": ("EGFR",),
}
SEEDS = (1, 2, 3)


def attributions(data: Path, drug: str, out: Path) -> Iterator[tuple[int, pd.DataFrame, float]]:
    """Train on one drug and yield, per seed, the genes table and the AUROC of held-out lines."""
    bulk, response = data / "gdsc" / "expression_log2rma.parquet", data / "gdsc" / "response.parquet"
    cells = simulate(bulk, response, drug, SimulateParameters(), out / "cells.h5ad")
    sets = data / "genesets" / "c2.cp.reactome.v2023.1.Hs.symbols.gmt"
    parameters = StudyParameters(hvg=6000, min_cells_per_gene=1)
    sources = Sources(bulk=bulk, response=response, cells=cells, gene_sets=sets)
    study = preprocess(sources, drug, drug, out / "study", (), "", CellInput(), CellLabels(), parameters)
    for seed in SEEDS:
        home, training = out / f"seed_{seed}", TrainParameters(seed=seed)
        encoder = pretrain(study, home / "encoder", NetworkParameters(), LossParameters(), training)
        model = finetune(study, encoder, home / "model", LossParameters(), training)
        settings = AttributeParameters(domain="bulk", permutations=10)
        genes = pd.read_parquet(attribute(model, study, home / "genes", settings) / "genes.parquet")
        yield seed, genes, read_manifest(model, "model").content["validation"]["auroc"]


def main(data: Path, out: Path) -> None:
    """Print one row per drug and gene: its rank by mean size and by contribution, per seed."""
    print(
        "| drug | held-out lines, AUROC | gene | rank by mean size | rank by contribution | direction | of |"
    )
    print("|---|---|---|---|---|---|---|")
    for drug, controls in CONTROLS.items():
        runs = list(attributions(data, drug, out / drug))
        aurocs = ", ".join(f"{auroc:.2f}" for _, _, auroc in runs)
        for gene in controls:
            size, contribution, direction = [], [], []
            for _, genes, _ in runs:
                ranks = genes.set_index("gene")[["mean_abs", "contribution"]].rank(ascending=False)
                size.append(f"{ranks.loc[gene, 'mean_abs']:.0f}" if gene in ranks.index else "absent")
                contribution.append(
                    f"{ranks.loc[gene, 'contribution']:.0f}" if gene in ranks.index else "absent"
                )
                direction.append(f"{genes.set_index('gene')['direction'].get(gene, float('nan')):+.2f}")
            columns = (
                aurocs,
                gene,
                ", ".join(size),
                ", ".join(contribution),
                ", ".join(direction),
                len(runs[0][1]),
            )
            print(f"| {drug} | " + " | ".join(map(str, columns)) + " |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
