import pandas as pd
import pytest

from bulk2cell import pl
from bulk2cell.errors import InputError


def test_the_strongest_genes_are_bars_from_sensitive_to_resistant() -> None:
    signed = {"WEAK": 0.1, "TOP": 3.0, "DOWN": -2.0, **{f"G{number}": 0.2 for number in range(30)}}
    table = pd.DataFrame({"gene": signed.keys(), "signed": signed.values()})
    axes = pl.drivers(table, show=False)
    named = [label.get_text() for label in axes.get_yticklabels()]
    assert (named[0], named[-1], len(named)) == ("TOP", "DOWN", 24)
    assert "WEAK" not in named
    assert [bar.get_width() for bar in axes.patches] == sorted((signed[name] for name in named), reverse=True)


def test_units_are_drawn_too() -> None:
    axes = pl.drivers(pd.DataFrame({"unit": ["SET_A", "SET_B"], "signed": [1.0, -1.0]}), show=False)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["SET_A", "SET_B"]


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"set": ["a"], "nes": [1.0]}),
        pd.DataFrame({"gene": ["a"]}),
        pd.DataFrame({"gene": [], "signed": []}),
    ],
)
def test_another_table_is_refused(table: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="no attributions of genes or pathways"):
        pl.drivers(table)
