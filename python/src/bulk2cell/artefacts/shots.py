"""Shots: the few labelled cells of the target that fine-tuning may see in some regimes."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest, manifest_of
from bulk2cell.artefacts.tables import read_table, write_table

SHOTS_FILE = "shots.parquet"


@dataclass(frozen=True, kw_only=True)
class Shots(Artefact):
    """Shots; columns of the table: cell, label (1 sensitive, 0 resistant)."""

    table: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the table into a draft."""
        write_table(draft, "shots", SHOTS_FILE, self.table)


def read_shots(artefact: Path | Manifest) -> Shots:
    """Read shots.

    Raises
    ------
    ArtefactError
        If the folder holds no complete shots of this format.
    """
    manifest = manifest_of(artefact, "shots")
    return Shots(manifest=manifest, table=read_table(manifest, SHOTS_FILE))
