import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.study import Study, read_cell_labels, read_study, write_study


@pytest.fixture
def changed_study(tiny_study: Path, tmp_path: Path) -> Callable[..., Path]:
    """Write the tiny study with a change to what is in it, or with other labels of the cells; its checksums fit."""

    def write(change: Callable[[Study], object] | None = None, labels: pd.DataFrame | None = None) -> Path:
        study = read_study(tiny_study)
        if change is not None:
            change(study)
        manifest = study.manifest
        with new_artefact(tmp_path / "changed", "study", manifest.parameters, manifest.inputs) as draft:
            draft.content = dict(manifest.content)
            if change is None:
                shutil.copy(tiny_study / CELLS_FILE, draft.folder)
            else:
                study.cells.write_h5ad(draft.folder / CELLS_FILE)
            parts = (study.bulk, study.pathways, study.gene_ids)
            write_study(draft, *parts, read_cell_labels(tiny_study) if labels is None else labels)
        return tmp_path / "changed"

    return write
