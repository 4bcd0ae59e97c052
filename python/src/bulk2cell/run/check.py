"""Check a sample sheet and run nothing."""

from pathlib import Path

from bulk2cell.gdsc.lines import find_drug, read_response_table
from bulk2cell.run.sample_sheet import SheetRow, read_sample_sheet


def check(sheet: Path, response: Path | None, look_for_files: bool = True) -> list[tuple[SheetRow, str]]:
    """Check a sample sheet whole, see `read_sample_sheet`.

    Parameters
    ----------
    sheet
        The sample sheet.
    response
        Response table, to check the drugs; they are not checked without.
    look_for_files
        Refuse files of cells and labels that are not there.

    Returns
    -------
    list
        Each pair with its drug as the response table spells it, or as the sheet does where there is none.
    """
    pairs = read_sample_sheet(sheet, response, look_for_files)
    if response is None:
        return [(pair, pair.drug) for pair in pairs]
    drugs = read_response_table(response)
    return [(pair, find_drug(drugs, pair.drug, str(sheet))) for pair in pairs]
