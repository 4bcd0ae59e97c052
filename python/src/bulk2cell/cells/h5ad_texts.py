"""Columns and indices of text in an h5ad, in every way in which AnnData has stored them.

Plain texts, categories, nullable strings (anndata 0.12), and codes that refer to their categories (anndata 0.7).
"""

from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

CATEGORIES = "__categories"  # where anndata 0.7 kept them


def index_of(frame: h5py.Group) -> Any:
    """Return what holds the names of a table's rows."""
    return frame.get(frame.attrs.get("_index", "_index"))


def length_of(names: Any) -> int:
    """Return the number of texts of a column or an index."""
    return len(_codes(names)) if isinstance(names, h5py.Group) else len(names)


def _codes(entry: h5py.Group) -> Any:
    """Return what has one entry per name: codes of categories, or values of nullable strings."""
    return entry.get("codes", entry.get("values"))


def is_text(entry: Any) -> bool:
    """Tell whether something in a file is a column or an index of texts."""
    if isinstance(entry, h5py.Group):
        texts = entry.get("categories", entry.get("values"))
        return isinstance(texts, h5py.Dataset) and _codes(entry) is not None and is_text(texts)
    if not isinstance(entry, h5py.Dataset) or entry.ndim != 1:
        return False
    return h5py.check_string_dtype(entry.dtype) is not None or _old_categories(entry) is not None


def _old_categories(entry: h5py.Dataset) -> Any:
    """Return the categories that a column of anndata 0.7 refers to, none if it is no such column."""
    reference = entry.attrs.get("categories")
    texts = entry.file[reference] if isinstance(reference, h5py.Reference) and reference else None
    return texts if isinstance(texts, h5py.Dataset) and h5py.check_string_dtype(texts.dtype) else None


def texts_of(entry: Any, start: int = 0, stop: int | None = None) -> NDArray[Any]:
    """Return some of the texts of a column or an index; missing ones are nan."""
    if isinstance(entry, h5py.Group) and "values" in entry:
        return np.where(entry["mask"][start:stop], "nan", texts_of(entry["values"], start, stop))
    if isinstance(entry, h5py.Group):
        return _of_categories(entry["categories"], entry["codes"][start:stop])
    if h5py.check_string_dtype(entry.dtype) is None:
        return _of_categories(_old_categories(entry), entry[start:stop])
    return np.asarray(entry.asstr()[start:stop], dtype=object)


def _of_categories(texts: h5py.Dataset, codes: NDArray[Any]) -> NDArray[Any]:
    categories = np.append(texts_of(texts), "nan")
    if len(codes) and not -1 <= codes.min() <= codes.max() < len(categories) - 1:
        raise ValueError(f"a code beyond the {len(categories) - 1} categories")
    return np.asarray(categories[codes])
