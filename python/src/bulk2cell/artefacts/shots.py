"""Shots: the few labelled cells of the target that fine-tuning may see in regimes C and D."""

from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.folder import Draft
from bulk2cell.artefacts.manifest import Manifest, read_manifest
from bulk2cell.artefacts.tables import read_table, write_table

SHOTS_FILE = "shots.parquet"


def write_shots(draft: Draft, table: pd.DataFrame) -> None:
    """Put shots into a draft.

    Parameters
    ----------
    draft
        Its content: see `content.Shots`.
    table
        cell, label (1 sensitive, 0 resistant).
    """
    write_table(draft, "shots", SHOTS_FILE, table)


def read_shots(path: Path) -> tuple[pd.DataFrame, Manifest]:
    """Read shots; columns as in `write_shots`.

    Raises
    ------
    ArtefactError
        If the folder holds no complete shots of this format.
    """
    manifest = read_manifest(path, "shots")
    return read_table(manifest, SHOTS_FILE), manifest
