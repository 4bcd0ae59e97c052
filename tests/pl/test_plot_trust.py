from bulk2cell import pl
from made_up_screen import AUROC, make_screen


def test_drugs_are_counted_and_drawn_by_grade() -> None:
    drugs = {"a": "weak", "b": "strong", "c": "weak"}
    axes = pl.trust(make_screen(drugs), show=False)
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert told == ["strong (from 0.75): 1", "fair (from 0.70): 0", "weak (from 0.64): 2", "do not use: 0"]
    strong, weak = axes.get_lines()[1], axes.get_lines()[3]
    assert strong.get_xydata().tolist() == [[0.5, AUROC["strong"]], [1.5, AUROC["strong"]]]
    assert weak.get_xdata().tolist() == [1.5, 2.5, 2.5, 3.5]
