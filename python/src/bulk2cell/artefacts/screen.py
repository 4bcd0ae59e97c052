"""Screen: drugs, groups of cells and every cell's probability for every drug."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest, damaged, manifest_of
from bulk2cell.artefacts.spreadsheet import write_csv
from bulk2cell.artefacts.tables import read_table, write_table

GENERAL = "general sensitivity"  # stands for a drug's name in the table of groups
CELLS_FILE = "cells.parquet"
CELLS_AT_ONCE = 20_000


@dataclass(frozen=True, kw_only=True)
class ScreenTables(Artefact):
    """What a screen says of drugs, groups and cells; columns as in `tables.TABLES`.

    Attributes
    ----------
    drugs
        A row per drug, sorted by name.
    groups
        A row per group and drug; general sensitivity has rows of its own.
    cell_groups
        A row per cell: group and sample.
    """

    drugs: pd.DataFrame
    groups: pd.DataFrame
    cell_groups: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the tables into a draft, those of drugs and groups for spreadsheets, too."""
        for name in ("drugs", "groups", "cell_groups"):
            write_table(draft, "screen", f"{name}.parquet", getattr(self, name))
        for name in ("drugs", "groups"):
            write_csv(getattr(self, name), draft.folder / f"{name}.csv")


@dataclass(frozen=True, kw_only=True)
class Screen(ScreenTables):
    """A screen with what gives every cell's probability.

    Attributes
    ----------
    codes
        Cells x components.
    loadings
        Drugs x components: a cell's log odds are its code times these.
    """

    codes: NDArray[np.float32]
    loadings: NDArray[np.float64]

    def probabilities(self, rows: slice) -> NDArray[np.float32]:
        """Return the probability of being sensitive of some cells, cells x drugs."""
        log_odds = self.codes[rows].astype(np.float64) @ self.loadings.T
        return np.exp(-np.logaddexp(0, -log_odds)).astype(np.float32)

    def write(self, draft: Draft) -> None:
        """Put the tables and the cells' probabilities into a draft, block by block."""
        super().write(draft)
        drugs = [(str(name), pa.float32()) for name in self.drugs["drug"]]
        schema = pa.schema([("cell", pa.string()), *drugs])
        with pq.ParquetWriter(draft.folder / CELLS_FILE, schema, use_dictionary=["cell"]) as file:
            for start in range(0, len(self.codes), CELLS_AT_ONCE):
                rows = slice(start, start + CELLS_AT_ONCE)
                names = pa.array(self.cell_groups["cell"].iloc[rows], pa.string())
                values = np.asfortranarray(self.probabilities(rows))
                columns = [pa.array(values[:, place]) for place in range(values.shape[1])]
                file.write_table(pa.Table.from_arrays([names, *columns], schema=schema))


def read_screen(artefact: Path | Manifest) -> ScreenTables:
    """Read the tables of a screen.

    Raises
    ------
    ArtefactError
        If the folder holds no complete screen of this format.
    """
    manifest = manifest_of(artefact, "screen")
    drugs, groups, cells = (
        read_table(manifest, f"{name}.parquet") for name in ("drugs", "groups", "cell_groups")
    )
    if not _is_whole(drugs, groups, manifest.content["groups"]):
        raise damaged(
            manifest.path / "groups.parquet",
            "has not one row for every group and drug of the screen",
            "screen",
        )
    return ScreenTables(manifest=manifest, drugs=drugs, groups=groups, cell_groups=cells)


def _is_whole(drugs: pd.DataFrame, groups: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Tell whether every group by each of these columns has one row for every drug and one of general sensitivity."""
    wanted = {GENERAL, *drugs["drug"]}
    if set(groups["by"]) != set(columns) or len(wanted) != 1 + len(drugs):
        return False
    rows = groups.groupby(["by", "group"])["drug"]
    return bool((rows.size() == len(wanted)).all()) and all(set(names) == wanted for _, names in rows)


def read_probabilities(screen: ScreenTables, drugs: list[str]) -> pd.DataFrame:
    """Read the probabilities of some drugs, index = cell.

    Raises
    ------
    ArtefactError
        If the file is damaged or lacks a drug.
    """
    path = screen.manifest.path / CELLS_FILE
    try:
        return pd.read_parquet(path, columns=["cell", *drugs]).set_index("cell")
    except MemoryError:
        raise
    except Exception as error:
        raise damaged(path, f"not a table of these drugs ({error})", "screen") from error
