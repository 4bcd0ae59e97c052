"""Check a sample sheet and run nothing."""

from pathlib import Path

from bulk2cell.gdsc.lines import find_drug, read_response_table
from bulk2cell.run.sample_sheet import read_sample_sheet


def check(sheet: Path, response: Path, look_for_files: bool = True) -> dict[str, str]:
    """Check a sample sheet whole, see `read_sample_sheet`, and return each pair's drug as the response table spells it.

    Parameters
    ----------
    sheet
        The sample sheet.
    response
        Response table.
    look_for_files
        Refuse files of cells and labels that are not there.
    """
    drugs = read_response_table(response)
    return {
        pair.pair: find_drug(drugs, pair.drug, str(sheet))
        for pair in read_sample_sheet(sheet, response, look_for_files)
    }
