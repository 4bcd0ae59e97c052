"""Convert the files of an origin to the files that bulk2cell reads."""

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bulk2cell.errors import InputError
from bulk2cell.fetch.catalogue import Item
from bulk2cell.gdsc.drugs import read_compounds
from bulk2cell.gdsc.mirror import convert_gdsc_mirror
from bulk2cell.gdsc.official import convert_gdsc_official
from bulk2cell.genes.ids import read_gene_ids, write_gene_ids
from bulk2cell.genes.sets import read_gmt
from bulk2cell.published.convert_pair import convert_pair

Converter = Callable[[Mapping[str, Path], Path], str | None]


def convert(item: Item, place: str, files: Mapping[str, Path], folder: Path) -> str | None:
    """Turn the files of an item, by name, from a place (official, mirror) into its outputs in a folder.

    Returns
    -------
    str or None
        A line about the result, if there is something to say.

    Raises
    ------
    DownloadError, InputError
        If the files are not as they should be. Files without a known sha256 are unchecked, so that any failure to read
        them is attributed to them.
    """
    try:
        return _converter(item, place)(files, folder)
    except (
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        AttributeError,
        EOFError,
        RecursionError,
    ) as error:
        names = ", ".join(path.name for path in files.values())
        raise InputError(
            f"{item.name}: cannot be made from {names} ({type(error).__name__}: {error}); check them, fetch again, or "
            "download them yourself and give their folder with --from"
        ) from error


def _converter(item: Item, place: str) -> Converter:
    if item.pair:
        return partial(convert_pair, item.pair)
    if item.name == "gdsc":
        return convert_gdsc_mirror if place == "mirror" else convert_gdsc_official
    if item.name == "gdsc_drugs":
        return _convert_gdsc_drugs
    if item.name == "gene_ids":
        return _convert_gene_ids

    def convert_gene_sets(files: Mapping[str, Path], folder: Path) -> None:
        (path,) = files.values()
        read_gmt(path)
        shutil.copyfile(path, folder / f"{item.name}.gmt")

    return convert_gene_sets


def _convert_gdsc_drugs(files: Mapping[str, Path], folder: Path) -> None:
    (path,) = files.values()
    read_compounds(path)
    shutil.copyfile(path, folder / "gdsc_drugs.csv")


def _convert_gene_ids(files: Mapping[str, Path], folder: Path) -> None:
    (path,) = files.values()
    write_gene_ids(read_gene_ids(path), folder / "gene_ids.parquet")
