"""The study: all that is needed to train and test every strategy on one dataset-drug pair.

| file | rows and columns |
|---|---|
| bulk.h5ad | lines x genes, log expression; obs: response, label (1 sensitive, 0 resistant, NaN), split |
| cells.h5ad | cells x genes, log1p of normalised counts (or the input's own log or z-score); obs: n_counts, n_genes |
| pathways.parquet | gene, set: the kept gene sets, study genes only |
| gene_ids.parquet | identifier, symbol: every known name of a study gene |
| cell_labels.parquet | cell, label (1, 0, missing), sample; read by `evaluate` and `report` alone |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import anndata as ad
import pandas as pd

from bulk2cell.artefacts.folder import Draft, Manifest, read_manifest

LABELS_FILE = "cell_labels.parquet"


@dataclass(frozen=True)
class Study:
    """A study without the cells' labels, which no training stage may see.

    Attributes
    ----------
    bulk
        Lines x genes.
    cells
        Cells x the same genes in the same order.
    pathways
        Columns gene, set.
    gene_ids
        Columns identifier, symbol.
    """

    bulk: ad.AnnData
    cells: ad.AnnData
    pathways: pd.DataFrame
    gene_ids: pd.DataFrame
    manifest: Manifest


def write_study(
    draft: Draft,
    bulk: ad.AnnData,
    cells: ad.AnnData,
    pathways: pd.DataFrame,
    gene_ids: pd.DataFrame,
    cell_labels: pd.DataFrame,
) -> None:
    """Put a study's files into a draft; columns as in the table above."""
    bulk.write_h5ad(draft.folder / "bulk.h5ad")
    cells.write_h5ad(draft.folder / "cells.h5ad")
    pathways.to_parquet(draft.folder / "pathways.parquet", index=False)
    gene_ids.to_parquet(draft.folder / "gene_ids.parquet", index=False)
    cell_labels.to_parquet(draft.folder / LABELS_FILE, index=False)


def read_study(path: Path) -> Study:
    """Read a study without the cells' labels.

    Raises
    ------
    ArtefactError
        If the folder is no whole study of this format.
    """
    manifest = read_manifest(path, "study")
    return Study(
        bulk=ad.read_h5ad(path / "bulk.h5ad"),
        cells=ad.read_h5ad(path / "cells.h5ad"),
        pathways=pd.read_parquet(path / "pathways.parquet"),
        gene_ids=pd.read_parquet(path / "gene_ids.parquet"),
        manifest=manifest,
    )


def read_cell_labels(path: Path) -> pd.DataFrame:
    """Read the cells' labels of a study: columns cell, label (1.0, 0.0 or NaN), sample (text, may be missing)."""
    read_manifest(path, "study")
    return pd.read_parquet(path / LABELS_FILE)


def training_inputs(manifest: Manifest) -> Mapping[str, str]:
    """Return the sha256 of a study's files that training may depend on: all but the cells' labels."""
    return {f"study/{name}": digest for name, digest in manifest.files.items() if name != LABELS_FILE}
