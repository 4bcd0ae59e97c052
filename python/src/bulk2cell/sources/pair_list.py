"""The catalogue of pairs in words."""

from pathlib import Path

import yaml

from bulk2cell.errors import InputError
from bulk2cell.sources.pairs import Pair
from bulk2cell.sources.read_pairs import pair_catalogue, pair_entries


def list_pairs(own: Path | None = None) -> list[str]:
    """Return one line per pair: name, drug, series, cells in the article, and which facts nobody has verified.

    Raises
    ------
    InputError
        If the user's own catalogue is wrong.
    """
    return [_line(pair) for pair in pair_catalogue(own).values()]


def show_pair(name: str, own: Path | None = None) -> str:
    """Return a pair's entry as a catalogue of its own, in yaml, with the source of every fact.

    Raises
    ------
    InputError
        If there is no such pair.
    """
    entries = pair_entries(own)
    if name not in entries:
        raise InputError(f"{name}: no such pair; choose from {', '.join(entries)}")
    return yaml.dump({name: entries[name]}, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


class _Plain(yaml.SafeDumper):
    """Writes shared parts out."""

    def ignore_aliases(self, data: object) -> bool:
        """Say that nothing is shared."""
        return True


def _line(pair: Pair) -> str:
    cells = f"{pair.article.sensitive} / {pair.article.resistant} in the article" if pair.article else ""
    unverified = f"unverified: {', '.join(pair.unverified)}" if pair.unverified else ""
    barrier = f"cannot be made: {pair.barrier}" if pair.barrier else ""
    parts = [pair.drug, pair.series, pair.what, cells, barrier or unverified]
    return f"{pair.name}: {'; '.join(part for part in parts if part)}"
