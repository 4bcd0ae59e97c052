"""Lines, cells, genes and source labels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import anndata as ad
import h5py
import pandas as pd

from bulk2cell.artefacts.folder import Manifest
from bulk2cell.report.figures import source
from bulk2cell.report.svg import Figure
from bulk2cell.report.tables import Column, PageTable, page_table


@dataclass(frozen=True)
class DataSection:
    """Lines, cells, genes and source labels of one study."""

    facts: Mapping[str, Any]
    kept: PageTable
    figure: Figure | None


def data_section(facts: Mapping[str, Any], manifest: Manifest | None) -> DataSection:
    """Draw and write down what a study was made of; without its manifest, what its models say of it."""
    kept = pd.DataFrame(list(facts.get("kept", [])), columns=["what", "before", "after"])
    table = page_table(
        kept,
        [Column("what", "What"), Column("before", "Before", ",d"), Column("after", "After", ",d")],
        "Kept and dropped",
    )
    if manifest is None:
        return DataSection(facts, table, None)
    with h5py.File(manifest.path / "bulk.h5ad") as file:
        lines = ad.io.read_elem(file["obs"])
    return DataSection(facts, table, source.source_labels(lines, str(facts["measure"]), facts["label_cuts"]))
