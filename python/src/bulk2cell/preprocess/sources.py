"""The files that a study is made from, and their names in a manifest."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.cells.find_mtx import sha256_of_cells
from bulk2cell.errors import InputError
from bulk2cell.parameters import CellInput, CellLabels, StudyParameters


@dataclass(frozen=True)
class Sources:
    """Files that a study is made from.

    Attributes
    ----------
    bulk
        Expression, lines x genes, log2.
    response
        Dose response of the lines.
    cells
        Single cells, any file or folder that `read_cells` reads.
    gene_sets
        GMT file.
    gene_ids
        Table of gene names, if any.
    labels
        Table of the cells' labels, if any.
    """

    bulk: Path
    response: Path
    cells: Path
    gene_sets: Path
    gene_ids: Path | None = None
    labels: Path | None = None


def preprocess_inputs(sources: Sources) -> dict[str, str]:
    """Return the sha256 of each given file or folder, by its name in `Sources`.

    Raises
    ------
    InputError
        If one is missing or not a file; the cells may be a folder.
    """
    given = {entry.name: getattr(sources, entry.name) for entry in fields(sources)}
    for name, path in given.items():
        if path is not None and not (path.is_file() or (name == "cells" and path.is_dir())):
            raise InputError(f"{path}: no such file; check the path")
    digest = {"cells": sha256_of_cells}
    return {name: digest.get(name, sha256)(path) for name, path in given.items() if path is not None}


def preprocess_parameters(
    pair: str,
    drug: str,
    exclude_lines: Sequence[str],
    tag: str,
    cell_input: CellInput,
    cell_labels: CellLabels,
    parameters: StudyParameters,
) -> dict[str, Any]:
    """Return the parameters of a study as its manifest holds them."""
    return {
        "pair": pair,
        "drug": drug,
        "exclude_lines": list(exclude_lines),
        "tag": tag,
        **asdict(cell_input),
        **asdict(cell_labels),
        **asdict(parameters),
    }
