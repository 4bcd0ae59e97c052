import pytest

from bulk2cell import pl
from bulk2cell.errors import InputError
from made_up_screen import make_screen

SCREEN = make_screen()


def test_shares_stand_with_their_intervals_the_most_sensitive_group_first() -> None:
    axes = pl.drug(SCREEN, "Bortezomib", show=False)
    intervals, dots = axes.collections
    assert next(label.get_text() for label in axes.get_yticklabels()) == "stroma (10 cells)"
    assert dots.get_offsets()[:, 0].tolist() == [0.9, 0.3, 0.3]
    assert next(line[:, 0].tolist() for line in intervals.get_segments()) == pytest.approx([0.7, 1.0])
    assert dots.get_array().tolist() == [1.0, -0.25, -0.25]


def test_the_trust_stands_above() -> None:
    title = " ".join(pl.drug(SCREEN, "Dasatinib", show=False).get_title("left").split())
    assert title.startswith("Dasatinib (KDR) Trust: do not use, little better than chance.")
    assert "Expected AUROC 0.55" in title
    assert "between 0.35 and 0.65" in title


def test_a_false_discovery_rate_is_named_where_groups_differ() -> None:
    def beside(name: str) -> list[str]:
        axes = pl.drug(SCREEN, name, show=False)
        return [label.get_text() for label in axes.child_axes[0].get_yticklabels()]

    assert beside("Axitinib") == ["+1.00  FDR 0.01", "-0.25", "-0.25"]
    assert beside("Bortezomib") == ["+1.00", "-0.25", "-0.25"]


def test_an_unknown_drug_is_refused() -> None:
    with pytest.raises(InputError, match="no drug 'Nosuchmab'"):
        pl.drug(SCREEN, "Nosuchmab")
