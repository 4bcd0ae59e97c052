"""Gene sets from GMT files."""

from pathlib import Path

import pandas as pd

from bulk2cell.errors import InputError


def name_gene_sets(path: Path) -> str:
    """Return the name of a file's gene sets, in folders and artefacts: that of the file without its ending."""
    return path.stem


def read_gmt(path: Path) -> pd.DataFrame:
    """Read a GMT file: one set per line, as name, description and genes, separated by tabs.

    Parameters
    ----------
    path
        The file; empty lines are skipped.

    Returns
    -------
    pd.DataFrame
        Columns gene, set: one row per member, in the file's order, a gene once per set.

    Raises
    ------
    InputError
        If the file is missing or holds no set, or a line has no name or no gene, or a name occurs twice.
    """
    sets: dict[str, list[str]] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        name, *rest = (entry.strip() for entry in line.split("\t"))
        genes = [gene for gene in rest[1:] if gene]
        if not name or not genes:
            raise InputError(
                f"{path}, line {number}: no gene set; a line of a GMT file is name, description and genes, "
                "separated by tabs"
            )
        if name in sets:
            raise InputError(
                f"{path}, line {number}: the set {name} occurs twice; give every set its own name"
            )
        sets[name] = list(dict.fromkeys(genes))
    if not sets:
        raise InputError(f"{path}: no gene set in it; give a GMT file")
    members = [(gene, name) for name, genes in sets.items() for gene in genes]
    return pd.DataFrame(members, columns=["gene", "set"])


def _text(path: Path) -> str:
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the path")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text; give a GMT file that is not compressed") from error
