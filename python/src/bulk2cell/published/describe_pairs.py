"""The catalogue of pairs in words."""

from pathlib import Path

import yaml

from bulk2cell.errors import InputError
from bulk2cell.printable import printable
from bulk2cell.published.pair import Pair
from bulk2cell.published.read_pairs import pair_catalogue, pair_entries


def pairs(name: str = "", own: Path | None = None) -> str:
    """Return the catalogue of pairs, or the entry of one.

    Parameters
    ----------
    name
        A pair.
    own
        The user's own catalogue.

    Returns
    -------
    str
        Without a name, one line per pair: drug, series, cells in the article, and which facts are unverified. With
        one, its entry as a catalogue of its own, in yaml.

    Raises
    ------
    InputError
        If there is no such pair, or the user's own catalogue is wrong.
    """
    if not name:
        return "".join(f"{printable(_line(pair))}\n" for pair in pair_catalogue(own).values())
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
