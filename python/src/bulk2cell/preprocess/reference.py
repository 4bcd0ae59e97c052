"""The reference data, opened once: lines, their response to all drugs, gene sets and gene names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from bulk2cell.artefacts.manifest import sha256
from bulk2cell.errors import InputError
from bulk2cell.gdsc.lines import read_response_table
from bulk2cell.genes.ids import read_gene_ids
from bulk2cell.genes.known import known_names
from bulk2cell.preprocess.bulk import Bulk, load_bulk

# What `bulk2cell fetch gdsc reactome gene_ids` calls its files.
FETCHED = {
    "bulk": "gdsc_expression.parquet",
    "response": "gdsc_response.parquet",
    "gene_sets": "reactome.gmt",
    "gene_ids": "gene_ids.parquet",
}
OPTIONAL = ("gene_sets", "gene_ids")


@dataclass(frozen=True, repr=False)
class Reference:
    """What models learn from.

    Attributes
    ----------
    bulk
        Expression of the lines.
    response
        Dose response, see `read_response_table`.
    gene_ids
        Columns identifier and symbol: names that go before those of the package's table, if any.
    paths
        The files, by what they hold: bulk, response; gene_sets and gene_ids if there are some.
    digests
        Their sha256.
    """

    bulk: Bulk
    response: pd.DataFrame
    gene_ids: pd.DataFrame | None
    paths: Mapping[str, Path]
    digests: Mapping[str, str]

    def __repr__(self) -> str:
        """Return what it holds, in a line."""
        lines, genes = self.bulk.expression.shape
        sets = self.paths["gene_sets"].name if "gene_sets" in self.paths else "no gene sets"
        drugs = self.response["DRUG_NAME"].nunique()
        return f"Reference of {lines:,} lines, {genes:,} genes, {drugs:,} drugs, {sets}"

    def known_names(self) -> dict[str, str]:
        """Return the symbol of every name that a gene is known by, those of the lines' file included."""
        return self._known

    @cached_property
    def _known(self) -> dict[str, str]:
        return known_names(self.bulk.expression.var_names, self.gene_ids)

    def gene_names(self) -> Collection[str]:
        """Return all names by which genes are told from other features of cells."""
        known = self.known_names()
        others = [name for name in self.bulk.names if name not in known]
        return {*known, *others} if others else known

    def required_gene_sets(self) -> Path:
        """Return the file of gene sets.

        Raises
        ------
        InputError
            If there is none.
        """
        if "gene_sets" not in self.paths:
            raise InputError(f"{self.paths['bulk'].parent}: no gene sets; give a GMT file by --gene-sets")
        return self.paths["gene_sets"]


def open_reference(
    bulk: Path, response: Path, gene_sets: Path | None = None, gene_ids: Path | None = None
) -> Reference:
    """Hash and read the reference data.

    Raises
    ------
    InputError
        If a file is missing or cannot be used.
    """
    given = {"bulk": bulk, "response": response, "gene_sets": gene_sets, "gene_ids": gene_ids}
    paths = {name: path for name, path in given.items() if path is not None}
    for path in paths.values():
        if not path.is_file():
            raise InputError(f"{path}: no such file; check the path")
    return read_reference(paths, {name: sha256(path) for name, path in paths.items()})


def read_reference(paths: Mapping[str, Path], digests: Mapping[str, str]) -> Reference:
    """Read reference data whose files are there.

    Parameters
    ----------
    paths, digests
        See `Reference`.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    names = read_gene_ids(paths["gene_ids"]) if "gene_ids" in paths else None
    table = read_response_table(paths["response"])
    return Reference(load_bulk(paths["bulk"], names, table), table, names, paths, digests)


def is_complete(folder: Path) -> bool:
    """Tell whether a folder has all files but those of gene names, which come with the package."""
    return all((folder / file).is_file() for name, file in FETCHED.items() if name != "gene_ids")


def find_reference(folder: Path) -> dict[str, Path]:
    """Return the files of a folder that `bulk2cell fetch` wrote, by what they hold.

    Raises
    ------
    InputError
        If lines or response are missing.
    """
    found = {name: folder / file for name, file in FETCHED.items() if (folder / file).is_file()}
    missing = [FETCHED[name] for name in FETCHED if name not in found and name not in OPTIONAL]
    if missing:
        raise InputError(
            f"{folder}: no {' and no '.join(missing)}; make it by `bulk2cell fetch gdsc reactome --out {folder}`"
        )
    return found
