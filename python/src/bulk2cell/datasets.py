"""What models learn from."""

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulk2cell.tl.words import in_python

if TYPE_CHECKING:
    from bulk2cell.preprocess.reference import Reference

__all__ = ["reference"]
NAMES = ("gdsc", "reactome")  # names of genes come with the package


@in_python
def reference(
    folder: str | PathLike[str] | None = None,
    *,
    bulk: str | PathLike[str] | None = None,
    response: str | PathLike[str] | None = None,
    gene_sets: str | PathLike[str] | None = None,
    gene_ids: str | PathLike[str] | None = None,
    fetch: bool = False,
) -> "Reference":
    """Open GDSC's lines and their response to all drugs, gene sets, and names of genes.

    Parameters
    ----------
    folder
        What `bulk2cell fetch gdsc reactome` wrote. By default `reference` in $BULK2CELL_CACHE, else in
        $XDG_CACHE_HOME/bulk2cell or ~/.cache/bulk2cell, where files that are absent are fetched.
    bulk, response, gene_sets, gene_ids
        Files of your own, in the place of those of the folder, which is not looked at if bulk and response are given.
    fetch
        Fetch what a given folder lacks.

    Raises
    ------
    InputError
        If the folder lacks files, or one cannot be used.
    DownloadError
        If files cannot be fetched.
    """
    from bulk2cell.fetch.fetch import default_cache
    from bulk2cell.fetch.fetch import fetch as get
    from bulk2cell.preprocess.reference import find_reference, is_complete, open_reference

    given = {"bulk": bulk, "response": response, "gene_sets": gene_sets, "gene_ids": gene_ids}
    own: dict[str, Any] = {name: Path(path).expanduser() for name, path in given.items() if path is not None}
    if {"bulk", "response"} <= set(own):
        return open_reference(**own)
    place = default_cache() / "reference" if folder is None else Path(folder).expanduser()
    if (folder is None or fetch) and not is_complete(place):
        get(NAMES, place)
    return open_reference(**{**find_reference(place), **own})
