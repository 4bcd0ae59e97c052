from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bulk2cell.artefacts.study import Study, read_cell_labels, read_study
from bulk2cell.errors import ArtefactError
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.stages import finetune, pretrain
from bulk2cell.train.guard import refuse_unfit

Change = Callable[..., Path]
PLACES: dict[str, Callable[[Study, Any], object]] = {
    "cells.h5ad holds a column 'response'": lambda study, label: study.cells.obs.insert(0, "response", label),
    "cells.h5ad holds 'label' in uns": lambda study, label: study.cells.uns.update(label=label),
    "cells.h5ad holds 'label' in obsm": lambda study, label: study.cells.obsm.update(label=label[:, None]),
    "cells.h5ad holds 'label' in layers": lambda study, label: study.cells.layers.update(
        label=study.cells.X.toarray() * label[:, None]
    ),
    "cells.h5ad holds a column 'fold_change' of var": lambda study, label: study.cells.var.insert(
        0, "fold_change", np.asarray(study.cells.X[label == 1].mean(axis=0)).ravel()
    ),
    "bulk.h5ad holds a column 'like_sensitive_cells'": lambda study, label: study.bulk.obs.insert(
        0, "like_sensitive_cells", 1.0
    ),
}


@pytest.mark.parametrize("found", PLACES)
def test_a_label_of_the_target_in_any_place_is_caught_before_training(
    found: str, changed_study: Change, tiny_study: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    label = read_cell_labels(tiny_study).set_index("cell")["label"]
    study = changed_study(
        lambda study: PLACES[found](study, label[study.cells.obs_names].to_numpy(dtype=np.float32))
    )
    losses, training = LossParameters(), TrainParameters(device="cpu")
    told = rf"{found} that training must not see; make the study again with `bulk2cell preprocess`"
    with pytest.raises(ArtefactError, match=told):
        pretrain(study, tmp_path / "encoder", NetworkParameters(), losses, training)
    with pytest.raises(ArtefactError, match=told):
        finetune(study, tiny_encoder, tmp_path / "model", losses, training)
    assert [path.name for path in tmp_path.iterdir()] == ["changed"]


@pytest.mark.parametrize("listed", ["removed", "not_in_source"])
def test_a_line_of_the_target_left_in_the_source_is_caught(listed: str, changed_study: Change) -> None:
    def list_a_line_that_is_there(study: Study) -> None:
        line = study.bulk.obs_names[3]
        study.manifest.content["excluded_lines"][listed].append(f"{line[:2]}-{line[2:].lower()}")

    study = changed_study(list_a_line_that_is_there)
    with pytest.raises(ArtefactError, match=r"bulk\.h5ad holds the line .*, which was to be excluded"):
        refuse_unfit(read_study(study))


def test_a_study_of_preprocess_passes(tiny_study: Path) -> None:
    refuse_unfit(read_study(tiny_study))
