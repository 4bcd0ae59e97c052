import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk2cell.networks.batches import draw_shots, pair_batches


@settings(max_examples=100, deadline=None)
@given(
    line_count=st.integers(1, 300),
    cell_count=st.integers(1, 400),
    batch_size=st.integers(3, 128),
    seed=st.integers(0, 2**31),
)
def test_an_epoch_has_every_line_once_and_batches_of_near_equal_size(
    line_count: int, cell_count: int, batch_size: int, seed: int
) -> None:
    torch.manual_seed(seed)
    lines = torch.arange(line_count) * 3 + 1
    batches = pair_batches(lines, cell_count, batch_size)
    assert sorted(torch.cat([batch[0] for batch in batches]).tolist()) == lines.tolist()
    sizes = {len(batch[0]) for batch in batches}
    assert max(sizes) <= batch_size
    assert max(sizes) - min(sizes) <= 1
    cells = torch.cat([batch[1] for batch in batches])
    assert {len(batch[1]) for batch in batches} == {min(batch_size, cell_count)}
    assert cells.min() >= 0
    assert cells.max() < cell_count
    times = torch.bincount(cells, minlength=cell_count)
    assert times.max() - times.min() <= 1


def test_few_cells_go_round_in_turns() -> None:
    batches = pair_batches(torch.arange(100), 4, 10)
    assert len(batches) == 10
    assert all(sorted(cells.tolist()) == [0, 1, 2, 3] for _, cells in batches)


@pytest.mark.parametrize(("line_count", "batch_size"), [(4, 3), (40, 3), (5, 3), (257, 256), (7, 3)])
def test_no_batch_is_too_small_for_batch_statistics(line_count: int, batch_size: int) -> None:
    batches = pair_batches(torch.arange(line_count), 50, batch_size)
    assert min(len(lines) for lines, _ in batches) >= 2


def test_epochs_differ_and_follow_the_seed() -> None:
    def epoch() -> list[list[int]]:
        return [part.tolist() for pair in pair_batches(torch.arange(50), 60, 16) for part in pair]

    torch.manual_seed(3)
    first, second = epoch(), epoch()
    torch.manual_seed(3)
    assert epoch() == first
    assert first != second


def test_without_cells_an_epoch_still_has_every_line_once() -> None:
    batches = pair_batches(torch.arange(70), 0, 32)
    assert sorted(torch.cat([lines for lines, _ in batches]).tolist()) == list(range(70))
    assert [len(cells) for _, cells in batches] == [0, 0, 0]


def test_a_batch_holds_all_shots_or_as_many_as_the_batch_size() -> None:
    assert draw_shots(0, 4).tolist() == []
    assert draw_shots(4, 4).tolist() == [0, 1, 2, 3]
    torch.manual_seed(0)
    draws = [draw_shots(50, 4).tolist() for _ in range(3)]
    assert all(len(set(draw)) == 4 for draw in draws)
    assert draws[0] != draws[1]
