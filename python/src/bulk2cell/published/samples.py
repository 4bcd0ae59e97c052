"""The samples of a pair: which files of cells belong together, taken out of their archives and read."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

from bulk2cell.cells.read_cells import read_cells
from bulk2cell.download.unpack import extract_tar, tar_members
from bulk2cell.errors import CatalogueError, InputError
from bulk2cell.parameters import CellInput
from bulk2cell.published.pair import Cells, CellScale

TENX = re.compile(r"(.*?)[_.-]?((?:matrix\.mtx|(?:features|genes|barcodes)\.tsv)(?:\.gz)?)")
ACCESSION = re.compile(r"GSM\d+")


def group_samples(files: Iterable[Path]) -> dict[str, dict[str, Path]]:
    """Group files of cells, and the members of tar archives among them, by sample.

    The three files of a 10x matrix are one sample, named by what comes before their own names; any other file is a
    sample of its own.

    Returns
    -------
    dict of str to dict of str to Path
        By sample: the names of its files, and where each lies: in which archive, or itself.

    Raises
    ------
    DownloadError
        If an archive is damaged or cut off.
    CatalogueError
        If two files have the same name.
    """
    samples: dict[str, dict[str, Path]] = defaultdict(dict)
    seen: set[str] = set()
    for file in files:
        for member in tar_members(file) if file.suffix == ".tar" else [file.name]:
            name = PurePosixPath(member).name
            if name in seen:
                raise CatalogueError(
                    f"{file.name}: {name!r} is the name of two files; correct `cells: files`"
                )
            seen.add(name)
            tenx = TENX.fullmatch(name)
            samples[tenx[1] if tenx else name][member] = file
    return dict(samples)


def find_accession(sample: str) -> str:
    """Return a sample's GEO accession, or its name if that holds none."""
    found = ACCESSION.search(sample)
    return found[0] if found else sample


def read_sample(name: str, members: Mapping[str, Path], cells: Cells, folder: Path) -> ad.AnnData:
    """Read one sample into cells x genes, csr.

    Parameters
    ----------
    name
        Its name.
    members
        Its files, see `group_samples`.
    cells
        How they are read.
    folder
        Empty folder for what is taken out of archives.

    Raises
    ------
    DownloadError, InputError
        If a file is damaged or is not laid out as the catalogue says.
    """
    path = _path(members, folder)
    if cells.one_per_file:
        return _read_one(name, path)
    read, _ = read_cells(path, CellInput(orientation=cells.orientation), ())
    read.X = sp.csr_matrix(read.X)
    if cells.gene_name:
        read.var_names = _gene_names(read.var_names, cells.gene_name, path)
    return ad.AnnData(read.X, obs=pd.DataFrame(index=read.obs_names), var=read.var[[]])


def join_samples(samples: Mapping[str, ad.AnnData], scale: CellScale) -> ad.AnnData:
    """Put the cells of all samples together, over all their genes; a gene that a sample lacks is 0 in it.

    Where there are several samples, cells are named <sample>_<cell>. obs: file, the sample's name.

    Raises
    ------
    InputError
        If one of several samples of log values names a gene twice; other values are added up.
    """
    for name, cells in samples.items():
        cells.obs["file"] = name
        if len(samples) > 1:
            cells.obs_names = [name if cell == name else f"{name}_{cell}" for cell in cells.obs_names]
    if len(samples) == 1:
        return next(iter(samples.values()))
    merged = [_one_column_per_gene(name, cells, scale) for name, cells in samples.items()]
    return ad.concat(merged, join="outer", fill_value=0)


def _path(members: Mapping[str, Path], folder: Path) -> Path:
    """Return a sample's file, or its folder if it is a 10x matrix, under names that `read_cells` knows."""
    places = {}
    for member in members:
        name = PurePosixPath(member.replace("\\", "/")).name
        tenx = TENX.fullmatch(name)
        places[member] = folder / (tenx[2] if tenx else name)
    for archive in {path for path in members.values() if path.suffix == ".tar"}:
        extract_tar(archive, {member: places[member] for member in members if members[member] == archive})
    for member, path in members.items():
        if path.suffix != ".tar":
            places[member].symlink_to(path.resolve())
    return folder if len(members) > 1 else next(iter(places.values()))


def _read_one(name: str, path: Path) -> ad.AnnData:
    """Read one cell: lines of gene and count; lines of HTSeq's own counts (`__no_feature`) are left out."""
    try:
        table = pd.read_csv(path, sep=r"\s+", header=None, names=["gene", "count"], dtype={"gene": str})
        counts = table["count"].to_numpy(np.float32)
    except Exception as error:
        raise InputError(f"{path.name}: no two columns of gene and count ({error})") from error
    genes = table["gene"].astype(str)
    kept = ~genes.str.startswith("__").to_numpy()
    return ad.AnnData(
        sp.csr_matrix(counts[kept]),
        obs=pd.DataFrame(index=[name]),
        var=pd.DataFrame(index=genes[kept].tolist()),
    )


def _gene_names(names: Collection[str], pattern: str, path: Path) -> list[str]:
    found = [re.fullmatch(pattern, name) for name in names]
    odd = next((name for name, match in zip(names, found, strict=True) if not (match and match[1])), None)
    if odd is not None:
        raise CatalogueError(
            f"{path.name}: gene {odd!r} does not match gene_name {pattern!r}; correct the catalogue"
        )
    return [match[1] for match in found if match]


def _one_column_per_gene(name: str, cells: ad.AnnData, scale: CellScale) -> ad.AnnData:
    codes, genes = pd.factorize(cells.var_names)
    if len(genes) == len(codes):
        return cells
    if scale == "log":
        twice = cells.var_names[cells.var_names.duplicated()][0]
        raise InputError(f"{name}: gene {twice} is named twice, and log values cannot be added up")
    to_gene = sp.csr_matrix((np.ones(len(codes), np.float32), (np.arange(len(codes)), codes)))
    return ad.AnnData(sp.csr_matrix(cells.X @ to_gene), obs=cells.obs, var=pd.DataFrame(index=genes))
