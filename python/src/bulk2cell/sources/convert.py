"""From the files of an origin to the files that bulk2cell reads."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from bulk2cell.sources.gdsc_mirror import convert_gdsc_mirror
from bulk2cell.sources.gdsc_official import convert_gdsc_official
from bulk2cell.sources.gene_ids import read_gene_ids
from bulk2cell.sources.gene_sets import read_gmt

Converter = Callable[[Mapping[str, Path], Path], None]


def converter(name: str, place: str) -> Converter:
    """Return what turns the files of an item, by name, from a place (official, mirror) into its outputs in a folder."""
    if name == "gdsc":
        return convert_gdsc_mirror if place == "mirror" else convert_gdsc_official
    if name == "gene_ids":
        return _convert_gene_ids

    def convert_gene_sets(files: Mapping[str, Path], folder: Path) -> None:
        (path,) = files.values()
        read_gmt(path)
        shutil.copyfile(path, folder / f"{name}.gmt")

    return convert_gene_sets


def _convert_gene_ids(files: Mapping[str, Path], folder: Path) -> None:
    (path,) = files.values()
    read_gene_ids(path).to_parquet(folder / "gene_ids.parquet", index=False)
