import numpy as np
import pandas as pd

from bulk2cell.gdsc.lines import take_response
from bulk2cell.gdsc.responses import tabulate_responses


def test_every_column_is_what_one_drug_alone_gives() -> None:
    random = np.random.default_rng(0)
    lines = ["A-1", "A 1", "b2", "B2", "NCI-H3", "H3", "TT", "T-T", *(f"L{i}" for i in range(30))]
    rows = pd.DataFrame(
        {
            "DATASET": random.choice(["GDSC1", "GDSC2"], 900),
            "CELL_LINE_NAME": random.choice(lines, 900),
            "DRUG_NAME": random.choice(["Drug A", "drug-a", "B", "Cx", None], 900),
            "AUC": np.where(random.random(900) < 0.1, np.nan, random.random(900)),
        }
    )
    table = tabulate_responses(rows, "AUC", "table")
    assert {key[1] for key in table} == {"GDSC1", "GDSC2"}
    for drug, release in table:
        expected, _ = take_response(rows, drug, release, "AUC", "table")
        pd.testing.assert_series_equal(table[drug, release].dropna(), expected, check_names=False)
