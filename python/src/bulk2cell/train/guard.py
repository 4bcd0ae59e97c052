"""The leakage guard: refuse to train on a study that holds more than training may see."""

import anndata as ad

from bulk2cell.artefacts.study import Study
from bulk2cell.errors import ArtefactError
from bulk2cell.gdsc.lines import line_key

BULK_COLUMNS = frozenset({"response", "label", "split"})
CELL_COLUMNS = frozenset({"n_counts", "n_genes"})


def refuse_unfit(study: Study) -> None:
    """Refuse a study that holds a label of a cell, in any place, or one of the lines that were to be excluded.

    Raises
    ------
    ArtefactError
        Naming what training must not see.
    """
    path = study.manifest.path
    refuse_more_than(CELL_COLUMNS, study.cells, f"{path}: cells.h5ad")
    refuse_more_than(BULK_COLUMNS, study.bulk, f"{path}: bulk.h5ad")
    refuse_target_lines(study)


def refuse_more_than(columns: frozenset[str], data: ad.AnnData, where: str) -> None:
    """Refuse all but expression and these columns of obs: anything else may carry a label of the target.

    Raises
    ------
    ArtefactError
        Naming the first thing that must not be there.
    """
    found = [f"a column {name!r}" for name in data.obs if name not in columns]
    found += [f"a column {name!r} of var" for name in data.var]
    for place in ("uns", "obsm", "varm", "obsp", "varp", "layers"):
        found += [f"{name!r} in {place}" for name in getattr(data, place)]
    if data.raw is not None:
        found.append("raw expression")
    if found:
        raise ArtefactError(
            f"{where} holds {found[0]} that training must not see; make the study again with `bulk2cell preprocess`"
        )


def refuse_target_lines(study: Study) -> None:
    """Refuse a study whose bulk lines hold one that its manifest says was excluded as the target's own.

    Raises
    ------
    ArtefactError
        Naming the line.
    """
    lines = set(study.bulk.obs_names)
    excluded = study.manifest.content["excluded_lines"]
    left = [name for names in excluded.values() for name in names if line_key(name) in lines]
    if left:
        raise ArtefactError(
            f"{study.manifest.path}: bulk.h5ad holds the line {left[0]!r}, which was to be excluded; make the study again "
            "with `bulk2cell preprocess`"
        )
