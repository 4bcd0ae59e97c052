"""Batches of lines beside cells, drawn anew in every epoch."""

import torch
from torch import Tensor


def pair_batches(lines: Tensor, cell_count: int, batch_size: int) -> list[tuple[Tensor, Tensor]]:
    """Return one epoch of index pairs: every line once, each batch beside a batch of cells drawn anew.

    Lines are split into batches of near-equal size, so that none is too small for batch statistics. An epoch's cells
    are a random part of all cells, or all of them in turns where there are fewer than needed.

    Parameters
    ----------
    lines
        Indices of the lines that take part.
    cell_count
        Number of cells; where it is 0, the cells' part of every batch is empty.
    batch_size
        Most lines, and most cells, in a batch.
    """
    batches = -(-len(lines) // batch_size)
    shuffled = lines[torch.randperm(len(lines)).to(lines.device)]
    if cell_count == 0:
        return [(part, lines[:0]) for part in shuffled.tensor_split(batches)]
    per_batch = min(batch_size, cell_count)
    turns = -(-batches * per_batch // cell_count)
    orders = [torch.randperm(cell_count) for _ in range(turns)]
    cells = torch.cat(orders)[: batches * per_batch].to(lines.device)
    return list(zip(shuffled.tensor_split(batches), cells.split(per_batch), strict=True))


def draw_shots(count: int, most: int) -> Tensor:
    """Draw the shots of one batch: all of them, or `most` drawn anew where there are more."""
    return torch.randperm(count)[:most] if count > most else torch.arange(count)
