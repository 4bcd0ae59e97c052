import pickle
from pathlib import Path

import pytest
import torch

from bulk2cell.errors import DownloadError
from bulk2cell.sources.tensors import read_tensors


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
