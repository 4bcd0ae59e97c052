"""Make text from elsewhere (a server's words, a file's name, another program's message) fit for a terminal and a log."""

from collections.abc import Iterable

LONGEST_SHOWN = 100
LONGEST = 4000  # any message of ours fits; the reason of an error alone may be 64 KiB of a server's


def printable(text: str, longest: int = LONGEST) -> str:
    r"""Return a text as one line of printable characters, without its middle where it is too long.

    Other characters (terminal escapes, marks that change the direction of writing, half surrogates of names that are not
    UTF-8) are shown by their escapes, such as ``\x1b``.
    """
    line = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in " ".join(text.split())
    )
    return line if len(line) <= longest else f"{line[: longest // 2]} [...] {line[-longest // 2 :]}"


def shown(value: object) -> str:
    """Return a value as an error shows it: as it would be written, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        return "a number of thousands of digits"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def some(names: Iterable[str]) -> str:
    """Return the first three names as text."""
    return ", ".join(name for name, _ in zip(names, range(3), strict=False)) or "none"
