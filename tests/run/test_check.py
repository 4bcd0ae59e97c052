from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulk2cell.errors import InputError
from bulk2cell.run.check import check

Sheet = Callable[..., Path]


def test_drugs_come_back_as_the_table_spells_them(world: Path, write_sheet: Sheet) -> None:
    sheet = write_sheet({"drug": "planted-MAB"}, {"pair": "second"})
    found = check(sheet, world / "response.parquet")
    assert found == {"first": "Plantedmab", "second": "Plantedmab"}


def test_a_missing_file_is_refused_unless_it_is_out_of_sight(world: Path, write_sheet: Sheet) -> None:
    sheet, response = write_sheet({"cells": "far/cells.h5ad"}), world / "response.parquet"
    with pytest.raises(InputError, match=r"row 2 column cells: no file far/cells\.h5ad"):
        check(sheet, response)
    assert check(sheet, response, look_for_files=False) == {"first": "Plantedmab"}


def test_the_command_says_one_line_per_pair(
    world: Path, write_sheet: Sheet, bulk2cell: Callable[..., Any]
) -> None:
    sheet, response = write_sheet({}, {"pair": "b", "cells": "far.h5ad"}), world / "response.parquet"
    ended = bulk2cell("check", sheet, "--response", response, "--no-files")
    assert (ended.code, ended.out, ended.err) == (0, "first: Plantedmab\nb: Plantedmab\n", "")
    ended = bulk2cell("check", sheet, "--response", response)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {sheet} row 3 column cells: no file far.h5ad")
