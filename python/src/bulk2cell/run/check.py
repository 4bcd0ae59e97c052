"""Check a sample sheet and run nothing."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bulk2cell.cells.blocks import refuse_repeated_names
from bulk2cell.cells.open_cells import open_cells
from bulk2cell.gdsc.lines import find_drug, read_response_table
from bulk2cell.genes.known import known_names
from bulk2cell.genes.names import name_genes
from bulk2cell.parameters import ScreenParameters
from bulk2cell.preprocess.cell_labels import read_labels
from bulk2cell.progress import track
from bulk2cell.run.sample_sheet import SheetRow, read_sample_sheet
from bulk2cell.run.screen import choose_groups


def check(
    sheet: Path, response: Path | None, look_for_files: bool = True, screen: bool = False
) -> list[tuple[SheetRow, str]]:
    """Check a sample sheet whole, see `read_sample_sheet`.

    Parameters
    ----------
    sheet
        The sample sheet.
    response
        Response table, to check the drugs; they are not checked without.
    look_for_files
        Open the files of cells and labels: a file, a column or a value that cannot be used is found before hours of work.
    screen
        The cells are screened: a row needs no drug, and the columns of its groups are looked up.

    Returns
    -------
    list
        Each pair with its drug as the response table spells it, or as the sheet does where there is none; empty where the
        sheet names none.
    """
    pairs = read_sample_sheet(sheet, response, look_for_files, screen)
    if look_for_files:
        known = known_names((), None)
        for pair in track(pairs, "check"):
            check_cells(pair, known, screen)
    if response is None:
        return [(pair, pair.drug) for pair in pairs]
    drugs = read_response_table(response)
    return [(pair, pair.drug and find_drug(drugs, pair.drug, str(sheet))) for pair in pairs]


def check_cells(pair: SheetRow, known: Mapping[str, str], screen: bool) -> None:
    """Open the cells of a pair, and read the names of cells and genes, the labels and, for a screen, the groups.

    Parameters
    ----------
    known
        Names of genes.

    Raises
    ------
    InputError
        If they cannot be used.
    """
    with open_cells(pair.cells, pair.cell_input, known) as file:
        refuse_repeated_names(file)
        name_genes(file.var, pd.Index([], dtype=str), known, file.path)
        if screen:
            from bulk2cell.screen.screen import read_groups

            read_groups(file, choose_groups(pair, ScreenParameters()))
        if pair.drug:
            obs = file.obs().set_axis(pd.Index(file.names(0, file.count)))
            read_labels(obs, file.path, pair.labels, pair.cell_labels)
