"""The screens of a sample sheet: every file of cells once, whatever the drugs of its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bulk2cell.artefacts.folder import save
from bulk2cell.artefacts.manifest import Manifest
from bulk2cell.cells.find_mtx import sha256_of_cells
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.parameters import ScreenParameters
from bulk2cell.preprocess.reference import Reference
from bulk2cell.run.finished import do_once
from bulk2cell.run.params_file import AllParameters
from bulk2cell.run.sample_sheet import SheetRow

FOLDER = "screen"  # in a pair's folder, beside those of its gene sets


def name_screens(rows: Sequence[SheetRow]) -> dict[str, str]:
    """Return, by pair, the pair in whose folder the screen of its cells is.

    Rows that would give the same screen share one, in the folder of the first of them.
    """
    first: dict[object, str] = {}
    return {row.pair: first.setdefault(_what_counts(row), row.pair) for row in rows}


def _what_counts(row: SheetRow) -> object:
    return row.cells, row.cell_input, row.exclude_lines, row.group_column, row.cell_labels.sample_column


def choose_groups(row: SheetRow, parameters: ScreenParameters) -> ScreenParameters:
    """Return the parameters of a row's screen."""
    return replace(
        parameters, group_column=row.group_column, screen_sample_column=row.cell_labels.sample_column
    )


def screen_cells(
    row: SheetRow,
    digests: Mapping[str, str],
    opened: Callable[[], Reference],
    parameters: AllParameters,
    results: Path,
) -> Manifest:
    """Screen all drugs on the cells of a row.

    Parameters
    ----------
    digests
        sha256 of the reference data, by what they hold.
    opened
        Gives the reference data; it is called only if the screen is not finished.
    """
    out = results / row.pair / FOLDER
    chosen = choose_groups(row, parameters.screen)
    settings = {
        "exclude_lines": list(row.exclude_lines),
        **asdict(row.cell_input),
        **asdict(chosen),
        **asdict(parameters.study),
    }
    digest = sha256_of_cells(row.cells)

    def make() -> Manifest:
        from bulk2cell.screen.describe import tell_screen
        from bulk2cell.screen.screen import screen

        reference = opened()
        with open_cells(row.cells, row.cell_input, reference.gene_names()) as file:
            made = screen(
                file, digest, reference, chosen, row.cell_input, parameters.study, row.exclude_lines
            )
            made = save(made, out)
        tell_screen(made)
        return made.manifest

    return do_once(results, out, "screen", "screen", settings, {**digests, "cells": digest}, make)
