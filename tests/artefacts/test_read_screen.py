from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bulk2cell.artefacts.screen import GENERAL, read_screen
from bulk2cell.errors import ArtefactError
from made_up import forge
from made_up_screen import make_screen, write_screen


def test_tables_are_read_as_they_were_made(tmp_path: Path) -> None:
    made, found = make_screen(), read_screen(write_screen(tmp_path / "screen"))
    for name in ("drugs", "groups"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(made, name))


@pytest.mark.parametrize(
    "change",
    [
        lambda groups: groups[1:],
        lambda groups: pd.concat([groups, groups[:1]]),
        lambda groups: groups[groups["drug"] != GENERAL],
        lambda groups: groups.replace("Axitinib", "Bortezomib"),
        lambda groups: groups.assign(by="another"),
    ],
    ids=["one is missing", "one is there twice", "no general sensitivity", "a drug twice", "another column"],
)
def test_groups_that_do_not_fit_the_drugs_are_damage(
    tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    folder = write_screen(tmp_path / "screen")
    change(pd.read_parquet(folder / "groups.parquet")).to_parquet(folder / "groups.parquet")
    forge(folder, "screen")
    with pytest.raises(ArtefactError, match="not one row for every group and drug"):
        read_screen(folder)
