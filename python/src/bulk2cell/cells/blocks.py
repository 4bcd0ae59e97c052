"""A file of cells, read block by block: its scale, and checks of its names and values."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from bulk2cell.cells.cell_file import Block, CellFile
from bulk2cell.cells.scale import Place, Values, check_finite, values_of
from bulk2cell.cells.units import Units, find_units
from bulk2cell.cores import threads
from bulk2cell.errors import InputError
from bulk2cell.genes.columns import Columns, keep_highest
from bulk2cell.parameters import Scale
from bulk2cell.progress import track

Found = TypeVar("Found")
MOST_THREADS = 8  # blocks are read one after the other, which keeps no more threads busy


def refuse_repeated_names(file: CellFile) -> None:
    """Raise if two cells have the same name; 8 bytes of each name are held in memory.

    Raises
    ------
    InputError
        With the name.
    """
    hashes = [pd.util.hash_array(file.names(start, start + file.step)) for start in file.starts()]
    ordered = np.concatenate(hashes)
    ordered.sort()
    if (ordered[1:] != ordered[:-1]).all():
        return
    names = pd.Index(file.names(0, file.count))
    if names.has_duplicates:
        raise InputError(
            f"{file.path}: cell {names[names.duplicated()][0]} occurs twice; give every cell its own name"
        )


def in_their_units(
    file: CellFile, declared: Scale, target_sum: float, read: Callable[[Units], tuple[Found, Values]]
) -> tuple[Found, Units]:
    """Read all cells by the units of their values.

    Units are guessed from the first block; if later blocks prove the guess wrong, all cells are read again.

    Parameters
    ----------
    declared
        The declared scale; auto: detect it.
    target_sum
        Total to which cells will be normalised.
    read
        Reads all blocks by given units, and returns a result and the `Values` that show their units.

    Raises
    ------
    InputError
        If a value contradicts the declared scale, or no scale fits.
    """

    def find(values: Values) -> Units:
        return find_units(
            values, declared, file.log_base, len(file.var), file.path, lambda wrong: first_place(file, wrong)
        )

    try:
        units = find(values_of(file.block(0, file.step)))
    except InputError:  # raised by all values, if they do not fit either
        units = Units("counts")
    while True:
        found, values = read(units)
        settled = find(values)
        if settled.are_treated_as(units, target_sum):
            return found, settled
        units = settled


def each_block(file: CellFile, what: str, work: Callable[[int, Block], Found]) -> Iterator[Found]:
    """Yield the result of `work` for every block, in the file's order, and show the progress.

    Every thread works on a block of its own, so that numbers do not depend on how many there are. Blocks are read one after
    the other, which can keep only a few threads busy.

    Parameters
    ----------
    what
        Name of the work.
    work
        Takes the first cell of a block, and the block.
    """
    reading, waiting, workers = Lock(), deque[Future[Found]](), min(threads(), MOST_THREADS)

    def read_and_work(start: int) -> Found:
        with reading:
            block = file.block(start, start + file.step)
        return work(start, block)

    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        for start in track(file.starts(), what):
            waiting.append(pool.submit(read_and_work, start))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def finite_values(file: CellFile, start: int, block: Block) -> Values:
    """Return the `Values` of a block, which show its scale.

    Raises
    ------
    InputError
        If one is missing or infinite.
    """
    values = values_of(block)
    if not values.finite:
        check_finite(block, block_place(file, start))
    return values


def one_column_each(found: Columns, units: Units, target_sum: float, file: CellFile) -> Columns:
    """Keep one column of each gene, that with the highest mean, unless values are normalised, which adds them up."""
    if not (units.stay(target_sum) and found.repeated):
        return found
    return keep_highest(found, file.var.index, gene_means(file))


def gene_means(file: CellFile) -> NDArray[np.float64]:
    """Return the mean of each gene of the file."""
    sums = np.zeros(len(file.var))
    for start in file.starts():
        block = file.block(start, start + file.step)
        sums += np.asarray(block.astype(np.float64).sum(axis=0)).ravel()
    return sums / file.count


def first_place(file: CellFile, wrong: Callable[[Any], Any]) -> str:
    """Return the position and the value of the first entry for which `wrong` holds."""
    for start in file.starts():
        block = file.block(start, start + file.step)
        if wrong(block.data if isinstance(block, sp.csr_matrix) else block).any():
            return block_place(file, start).first(block, wrong)
    return str(file.path)


def block_place(file: CellFile, start: int) -> Place:
    """Return the names of a block's cells and genes."""
    return Place(file.path, pd.Index(file.names(start, start + file.step)), file.var.index)
