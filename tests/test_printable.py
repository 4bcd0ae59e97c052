import pytest

from bulk2cell.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("37 °C, µM, 薬", "37 °C, µM, 薬"),
        ("one\r\ntwo\n\tthree\u2028four", "one two three four"),
        ("\x1b[31mred\x1b]0;title\x07", r"\x1b[31mred\x1b]0;title\x07"),
        ("C1 \x9b31m", r"C1 \x9b31m"),
        ("a\x00b\x7f\b", r"a\x00b\x7f\x08"),
        ("name\udce9.txt", r"name\udce9.txt"),
        ("abc\u202egnp.exe", r"abc\u202egnp.exe"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_by_its_escape(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(text).isprintable()


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    shown = printable("begin " + 10**6 * "x" + " end")
    assert len(shown) < 5000
    assert shown.startswith("begin xx")
    assert shown.endswith("xx end")
    assert printable("abcdefgh", 4) == "ab [...] gh"
