"""From a pair's published files to cells that `bulk2cell run` takes, and their row of a sample sheet."""

import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path

import anndata as ad
import numpy as np

from bulk2cell.artefacts.h5ad import write_h5ad
from bulk2cell.errors import CatalogueError
from bulk2cell.progress import track
from bulk2cell.published.pair import Pair, Quality
from bulk2cell.published.pair_labels import ROLES, find_role, label_cells, require_both
from bulk2cell.published.pair_sheet import write_pair_row
from bulk2cell.published.samples import group_samples, join_samples, read_sample


def convert_pair(pair: Pair, files: Mapping[str, Path], folder: Path) -> str:
    """Write <pair>/cells.h5ad and <pair>/pairs.csv.

    Parameters
    ----------
    pair
        Its entry of the catalogue.
    files
        Its files, by name.
    folder
        Where to write.

    Returns
    -------
    str
        One line with the numbers of cells, compared with the article's table.

    Raises
    ------
    DownloadError, InputError
        If a file is damaged.
    CatalogueError
        If the files are not what the catalogue says.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            cells, unlabelled = _labelled_cells(pair, files, folder)
        except CatalogueError as error:
            raise CatalogueError(f"{pair.name}: {error}") from error
        kept = cells[_find_good(cells, pair.quality)].copy()
    if kept.obs["response"].nunique() < len(ROLES):
        raise CatalogueError(f"{pair.name}: quality leaves cells of one class or none; correct the catalogue")
    (folder / pair.name).mkdir()
    write_h5ad(kept, folder / pair.name / "cells.h5ad", compression="gzip")
    write_pair_row(pair, folder / pair.name / "pairs.csv")
    return _describe(pair, kept, unlabelled, cells.n_obs - kept.n_obs)


def _labelled_cells(pair: Pair, files: Mapping[str, Path], folder: Path) -> tuple[ad.AnnData, int]:
    labels = pair.labels
    samples = group_samples(files[file.name] for file in pair.cells.files)
    if labels.by == "file":
        roles = {name: find_role(name, labels) for name in samples}
        require_both(list(roles.values()), list(samples), labels)
        samples = {name: members for name, members in samples.items() if roles[name]}
    read = {}
    for name, members in track(samples.items(), f"{pair.name}, files of cells"):
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            read[name] = read_sample(name, members, pair.cells, Path(temporary))
    cells = join_samples(read, pair.cells.scale)
    annotation = files[labels.annotation.name] if labels.annotation else None
    obs = label_cells(cells.obs, labels, annotation)
    labelled = (obs["response"] != "").to_numpy()
    cells.obs = obs
    return cells[labelled].copy(), int((~labelled).sum())


def _find_good(cells: ad.AnnData, quality: Quality) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    genes = np.asarray((cells.X > 0).sum(axis=1)).ravel()
    good = genes >= quality.min_genes
    if quality.max_genes:
        good &= genes <= quality.max_genes
    if quality.max_mitochondrial_percent:
        mitochondrial = cells.var_names.str.upper().str.startswith("MT-")
        total = np.asarray(cells.X.sum(axis=1)).ravel()
        share = np.asarray(cells[:, mitochondrial].X.sum(axis=1)).ravel() / np.maximum(total, 1)
        good &= 100 * share <= quality.max_mitochondrial_percent
    return good


def _describe(pair: Pair, kept: ad.AnnData, unlabelled: int, dropped: int) -> str:
    found = {role: int((kept.obs["response"] == role).sum()) for role in ROLES}
    text = f"{found['sensitive']} sensitive and {found['resistant']} resistant cells"
    if pair.article is None:
        return text
    expected = {role: getattr(pair.article, role) for role in ROLES}
    if found == expected:
        return f"{text}, as in the article's table"
    return (
        f"{text}; the article's table has {expected['sensitive']} and {expected['resistant']}: of the files' "
        f"{kept.n_obs + unlabelled + dropped} cells, {unlabelled} are of neither class and quality took {dropped}; which "
        "cells the article left out is not published"
    )
