"""Controls: calls of the study's cells by models with one part removed or broken, one row per repeat and cell."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.folder import Artefact, Draft
from bulk2cell.artefacts.manifest import Manifest, manifest_of
from bulk2cell.artefacts.tables import read_table, write_table

CONTROLS_FILE = "controls.parquet"


@dataclass(frozen=True, kw_only=True)
class Controls(Artefact):
    """Controls.

    Attributes
    ----------
    table
        control (one of `methods.CONTROLS`), strategy (of the model that it is a control of), repeat (1 to n), then as
        predictions: cell, probability (of sensitive), call.
    """

    table: pd.DataFrame

    def write(self, draft: Draft) -> None:
        """Put the table into a draft."""
        write_table(draft, "controls", CONTROLS_FILE, self.table)


def read_controls(artefact: Path | Manifest) -> Controls:
    """Read controls.

    Raises
    ------
    ArtefactError
        If the folder holds no complete controls of this format.
    """
    manifest = manifest_of(artefact, "controls")
    return Controls(manifest=manifest, table=read_table(manifest, CONTROLS_FILE))
