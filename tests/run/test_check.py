import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import pytest

from bulk2cell.errors import InputError
from bulk2cell.run.check import check

Sheet = Callable[..., Path]


def test_drugs_come_back_as_the_table_spells_them(world: Path, write_sheet: Sheet) -> None:
    sheet = write_sheet({"drug": "planted-MAB"}, {"pair": "second"})
    found = check(sheet, world / "response.parquet")
    assert [(pair.pair, drug) for pair, drug in found] == [("first", "Plantedmab"), ("second", "Plantedmab")]


def test_without_a_response_table_all_but_the_drugs_is_checked(write_sheet: Sheet) -> None:
    ((pair, drug),) = check(write_sheet({"drug": "no such"}), None)
    assert (pair.pair, drug) == ("first", "no such")
    with pytest.raises(InputError, match="row 2 column pair: 'a b' is not a name"):
        check(write_sheet({"pair": "a b"}), None)


def test_a_missing_file_is_refused_unless_it_is_out_of_sight(world: Path, write_sheet: Sheet) -> None:
    sheet, response = write_sheet({"cells": "far/cells.h5ad"}), world / "response.parquet"
    with pytest.raises(InputError, match=r"row 2 column cells: no file far/cells\.h5ad"):
        check(sheet, response)
    ((pair, drug),) = check(sheet, response, look_for_files=False)
    assert (pair.pair, drug) == ("first", "Plantedmab")


def test_the_command_says_one_line_per_pair(
    world: Path, write_sheet: Sheet, bulk2cell: Callable[..., Any]
) -> None:
    sheet, response = write_sheet({}, {"pair": "b", "cells": "far.h5ad"}), world / "response.parquet"
    ended = bulk2cell("check", sheet, "--response", response, "--no-files")
    assert (ended.code, ended.out, ended.err) == (0, "first: Plantedmab\nb: Plantedmab\n", "")
    ended = bulk2cell("check", sheet, "--response", response)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {sheet} row 3 column cells: no file far.h5ad")


def test_the_rows_as_json_hold_what_the_sheet_says_and_whether_cells_are_labelled(
    world: Path, write_sheet: Sheet, bulk2cell: Callable[..., Any]
) -> None:
    labelled = {"pair": "b", "cells": "s3://far/my cells.h5ad", "label_column": "label", "tag": 'say "x", y'}
    sheet = write_sheet({"cells": "cells.h5ad", "label_column": ""}, labelled)
    ended = bulk2cell("check", sheet, "--response", world / "response.parquet", "--no-files", "--json")
    assert [json.loads(line) for line in ended.out.splitlines()] == [
        {"pair": "first", "drug": "Plantedmab", "cells": "cells.h5ad", "labelled": False},
        {**labelled, "drug": "Plantedmab", "labelled": True},
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"label_column": "labels"}, "no column labels for the cells; --label-column can be label"),
        ({"label_column": "label", "sample_column": "patient"}, "no column patient for the cells"),
        (
            {"label_column": "label", "sensitive": "yes", "resistant": "no"},
            "0 sensitive and 0 resistant cells",
        ),
        ({"layer": "missing"}, "there is no layers/missing"),
        ({"cells": "text.h5ad"}, "neither its rows"),
        ({"labels": "other.csv", "label_column": "label"}, "none of its cells"),
    ],
)
def test_cells_and_labels_that_cannot_be_used_are_found_before_anything_runs(
    world: Path, write_sheet: Sheet, row: dict[str, str], words: str
) -> None:
    sheet = write_sheet({}, {"pair": "second", **row})
    (sheet.parent / "text.h5ad").write_text("name,a,b\nx,1,2\n")
    (sheet.parent / "other.csv").write_text("cell,label\nsomebody,1\n")
    with pytest.raises(InputError, match=words):
        check(sheet, world / "response.parquet")
    assert len(check(sheet, world / "response.parquet", look_for_files=False)) == 2


def test_genes_without_names_are_found(world: Path, write_sheet: Sheet, tmp_path: Path) -> None:
    cells = ad.read_h5ad(world / "cells.h5ad")
    cells.var_names = [str(number) for number in range(cells.n_vars)]
    cells.write_h5ad(tmp_path / "numbered.h5ad")
    with pytest.raises(InputError, match="its genes are numbered, not named"):
        check(write_sheet({"cells": str(tmp_path / "numbered.h5ad")}), None)
