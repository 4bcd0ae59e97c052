from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from bulk2cell.artefacts.content import CELLS_FILE
from bulk2cell.artefacts.folder import new_artefact
from bulk2cell.artefacts.manifest import read_manifest
from bulk2cell.artefacts.model import read_model
from bulk2cell.artefacts.study import read_cell_labels, read_study, write_study
from bulk2cell.artefacts.study_input import study_input
from bulk2cell.errors import ArtefactError
from bulk2cell.parameters import AttributeParameters
from bulk2cell.stages import attribute

FAST = AttributeParameters(attributed_cells=60, permutations=20)


@pytest.mark.parametrize("domain", ["cells", "bulk"])
def test_contributions_add_up_to_the_difference_between_the_calls(
    domain: str, planted_study: Path, planted_model: Path, tmp_path: Path
) -> None:
    parameters = AttributeParameters(domain=domain, permutations=20)
    out = attribute(planted_model, planted_study, tmp_path / "attributions", parameters)
    model, study = read_model(planted_model), read_study(planted_study)
    names = (study.cells if domain == "cells" else study.bulk).obs_names.to_numpy()
    with torch.no_grad():
        x = torch.from_numpy(study_input(model, study, domain, names))
        logits = model.network.classify(model.network.code(x, domain)).numpy()
    called = logits[:, 1] >= logits[:, 0]
    difference = logits[called, 1].mean() - logits[~called, 1].mean()
    content = read_manifest(out, "attributions").content
    assert content["cells"] == {"sensitive": int(called.sum()), "resistant": int((~called).sum())}
    assert content["domain"] == domain
    for file in ("genes", "pathways"):
        table = pd.read_parquet(out / f"{file}.parquet")
        assert table["contribution"].sum() == pytest.approx(difference, rel=1e-4)
        assert content["completeness"][file]["mean_relative"] < 1e-4
    assert sorted(table["unit"]) == sorted(model.units)


def test_no_label_is_read_and_the_same_is_written_twice(
    planted_study: Path, planted_model: Path, tmp_path: Path
) -> None:
    source = read_study(planted_study)
    labels = read_cell_labels(planted_study).assign(label=np.nan)
    with new_artefact(tmp_path / "unlabelled", "study", source.manifest.parameters, {}) as draft:
        source.cells[::-1].copy().write_h5ad(draft.folder / CELLS_FILE)
        write_study(draft, source.bulk, source.pathways, source.gene_ids, labels)
        draft.content |= source.manifest.content
    first = attribute(planted_model, planted_study, tmp_path / "first", FAST)
    second = attribute(planted_model, planted_study, tmp_path / "second", FAST)
    third = attribute(planted_model, tmp_path / "unlabelled", tmp_path / "third", FAST)
    files = [read_manifest(path, "attributions").files for path in (first, second, third)]
    assert files[0] == files[1] == files[2]


def test_a_study_without_the_models_genes_is_refused(
    planted_study: Path, planted_model: Path, tmp_path: Path
) -> None:
    source = read_study(planted_study)
    with new_artefact(tmp_path / "other", "study", source.manifest.parameters, {}) as draft:
        source.cells[:, 1:].copy().write_h5ad(draft.folder / CELLS_FILE)
        labels = read_cell_labels(planted_study)
        sets = source.pathways[source.pathways["gene"] != source.cells.var_names[0]]
        write_study(draft, source.bulk[:, 1:].copy(), sets, source.gene_ids, labels)
        draft.content |= source.manifest.content
    with pytest.raises(ArtefactError, match="lacks 1 of"):
        attribute(planted_model, tmp_path / "other", tmp_path / "out", FAST)
    assert not (tmp_path / "out").exists()
