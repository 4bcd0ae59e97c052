import pickle
from collections import OrderedDict
from pathlib import Path

import pytest
import torch

from bulk2cell.errors import DownloadError
from bulk2cell.gdsc.tensors import read_tensors


class Hostile:
    def __init__(self, victim: Path) -> None:
        self.victim = victim

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.victim,)


def test_tensors_come_back_as_they_were(tmp_path: Path) -> None:
    tensors = {"A549": torch.arange(5.0), "PC9": torch.linspace(-1, 1, 5)}
    (tmp_path / "t.pkl").write_bytes(pickle.dumps(tensors))
    read = read_tensors(tmp_path / "t.pkl")
    assert list(read) == ["A549", "PC9"]
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)


def test_a_pickle_that_names_anything_else_is_refused_and_not_run(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (tmp_path / "t.pkl").write_bytes(pickle.dumps({"A549": torch.ones(2), "PC9": Hostile(victim)}))
    with pytest.raises(DownloadError, match="it names"):
        read_tensors(tmp_path / "t.pkl")
    assert not victim.exists()


def test_a_hostile_storage_inside_a_tensor_is_not_run(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    inner = pickle.dumps(Hostile(victim), protocol=2)

    class Storage:
        def __reduce__(self) -> tuple[object, tuple[bytes]]:
            return torch.storage._load_from_bytes, (inner,)

    (tmp_path / "t.pkl").write_bytes(pickle.dumps({"A549": Storage()}))
    with pytest.raises(DownloadError, match="refused"):
        read_tensors(tmp_path / "t.pkl")
    assert not victim.exists()


@pytest.mark.parametrize("content", [b"", b"garbage", pickle.dumps([1]), pickle.dumps({"A549": 1})])
def test_anything_but_named_tensors_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.pkl").write_bytes(content)
    with pytest.raises(DownloadError):
        read_tensors(tmp_path / "t.pkl")


@pytest.mark.parametrize(
    ("offset", "size", "stride"),
    [
        (0, (9,), (1,)),
        (1, (8,), (1,)),
        (-1, (4,), (1,)),
        (2**62, (1,), (1,)),
        (0, (10**12,), (1,)),
        (0, (10**12,), (0,)),
        (0, (4,), (2,)),
        (0, (2, 2), (1, 1)),
        (0, (2**40, 2**40), (0, 0)),
        (0, (-1,), (1,)),
        (0, (True,), (1,)),
        (0, ("4",), (1,)),
        (0, 4, 1),
        (0.0, (4,), (1,)),
        (None, None, None),
    ],
)
def test_a_tensor_that_is_no_stretch_of_its_storage_is_refused(
    tmp_path: Path, offset: object, size: object, stride: object
) -> None:
    class Tensor:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            untyped = torch.ones(8).untyped_storage()
            storage = torch.storage.TypedStorage(wrap_storage=untyped, dtype=torch.float32, _internal=True)
            return torch._utils._rebuild_tensor_v2, (storage, offset, size, stride, False, OrderedDict())

    (tmp_path / "t.pkl").write_bytes(pickle.dumps({"A549": Tensor()}))
    with pytest.raises(DownloadError, match=r"t.pkl: refused to read it"):
        read_tensors(tmp_path / "t.pkl")


@pytest.mark.parametrize("storage", [None, 8, b"", [1.0]])
def test_a_tensor_of_no_storage_is_refused(tmp_path: Path, storage: object) -> None:
    class Tensor:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return torch._utils._rebuild_tensor_v2, (storage, 0, (1,), (1,), False, OrderedDict())

    (tmp_path / "t.pkl").write_bytes(pickle.dumps({"A549": Tensor()}))
    with pytest.raises(DownloadError, match="a tensor without a storage"):
        read_tensors(tmp_path / "t.pkl")


def test_parts_of_a_shared_storage_and_tables_are_read(tmp_path: Path) -> None:
    whole = torch.arange(12.0)
    tensors = {"A549": whole[3:6], "PC9": whole.reshape(3, 4), "none": torch.empty(0)}
    (tmp_path / "t.pkl").write_bytes(pickle.dumps(tensors))
    read = read_tensors(tmp_path / "t.pkl")
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)
