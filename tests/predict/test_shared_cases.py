"""Files as people have them: small programs beside the project make them, and say what is expected."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

FOLDER = Path(os.environ.get("BULK2CELL_CASES", Path(__file__).parents[3] / "shared" / "cases"))
SAME = ""
# What each file is to give: the clean file's probabilities, or the words of a refusal.
EXPECTED = {
    "feature_types_in_h5ad": {"cite.h5ad": SAME, "multiome.h5ad": SAME},
    "geo_tables": {
        **dict.fromkeys(("two_ids.txt", "row_numbers.csv", "trailing_tabs.txt", "semicolon.csv"), SAME),
        **dict.fromkeys(("spaces.txt", "comments.txt", "featurecounts.txt"), SAME),
    },
    "h5ad_of_another_name": {
        **dict.fromkeys(("cells.h5", "cells.H5AD", "cells.hdf5", "cells"), SAME),
        "cells.h5ad.gz": "gunzip it first",
    },
    "log_base_and_target": {
        f"{name}.h5ad": SAME for name in ("ln_1e4", "log2_1e4", "ln_cpm", "log2_cpm", "ln_median")
    },
    "numbered_genes_taken_for_entrez": {
        "census.h5ad": SAME,
        "no_names.h5ad": "its genes are numbered, not named",
    },
    "raw_not_mentioned": {"variable_genes.h5ad": SAME, "scaled.h5ad": SAME},
    "rows_that_are_no_genes": {f"{name}.tsv.gz": SAME for name in ("htseq", "ercc", "annotation_rows")},
    "symbol_column_not_plain_text": {f"{name}.h5ad": SAME for name in ("plain", "nullable", "categories07")},
}


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the cases with their little world, study and model."""
    if not (FOLDER / "setup.sh").is_file():
        pytest.skip(f"no cases found at {FOLDER}; set BULK2CELL_CASES")
    home = tmp_path_factory.mktemp("cases") / "cases"
    shutil.copytree(FOLDER, home)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755)
    program = Path(sys.executable).with_name("bulk2cell")
    subprocess.run(["sh", home / "setup.sh"], check=True, env={**os.environ, "BULK2CELL": str(program)})
    return home


def probabilities(folder: Path) -> "pd.Series[float]":
    return pd.read_parquet(folder / "predictions.parquet").set_index("cell")["probability"]


def test_every_case_is_listed() -> None:
    if FOLDER.is_dir():
        assert {path.parent.name for path in FOLDER.glob("*/make.py")} == set(EXPECTED)


@pytest.mark.parametrize("case", EXPECTED)
def test_files_of_a_case_give_the_clean_calls_or_one_line(
    case: str, cases: Path, bulk2cell: Callable[..., Any], tmp_path: Path
) -> None:
    subprocess.run([sys.executable, cases / case / "make.py"], check=True, capture_output=True)
    clean = probabilities(cases / "clean")
    for name, words in EXPECTED[case].items():
        out = tmp_path / name
        ended = bulk2cell("predict", cases / "model", cases / case / name, "--out", out)
        if words:
            assert ended.code == 2
            assert re.search(words, ended.err)
            assert not out.exists()
        else:
            assert ended.code == 0, ended.err
            found = probabilities(out)
            assert found.to_numpy() == pytest.approx(clean.reindex(found.index).to_numpy(), abs=1e-6)
