"""Progress of long work: a bar on a terminal, plain lines in a log."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import TypeVar

from bulk2cell.printable import printable

Item = TypeVar("Item")
SECONDS_BETWEEN_LINES = 10.0
LONGEST_CELL = 20  # of a table's text: six columns then fit a terminal of 80


def say(text: str) -> None:
    """Write one line about what is happening to standard error."""
    print(printable(text), file=sys.stderr, flush=True)  # noqa: T201


def say_table(rows: Sequence[Sequence[str]]) -> None:
    """Write rows of equally many texts to standard error as columns; long texts are cut."""
    cells = [[_cut(printable(text)) for text in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        print(line.rstrip(), file=sys.stderr, flush=True)  # noqa: T201


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 3]}..."


def track(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """Yield the items and show the progress.

    Parameters
    ----------
    items
        The items of work.
    what
        Name of the work, shown next to the bar or at the start of each line.
    total
        Number of items, if `items` has no length.
    """
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track as rich_track

        yield from rich_track(items, what, total=total, console=Console(file=sys.stderr), transient=True)
        return
    size = total if total is not None else (len(items) if isinstance(items, Sized) else None)
    last = time.monotonic()
    for number, item in enumerate(items):
        yield item
        if time.monotonic() - last > SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            say(f"{what}: {number + 1}" + (f" of {size}" if size else ""))
