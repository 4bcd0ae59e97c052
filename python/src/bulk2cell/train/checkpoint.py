"""Checkpoints, from which a killed training continues: a safetensors file beside the output, whole or not at all."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn
from torch.optim import Optimizer

from bulk2cell import __version__
from bulk2cell.artefacts.files import partial_of, rewrite_file


@dataclass
class Progress:
    """Progress of a training.

    Attributes
    ----------
    epoch
        Epochs finished.
    best_epoch, best_loss
        The epoch with the lowest validation loss, and that loss; epoch 0 is before training.
    history
        One row per epoch.
    best_state
        The network's state at `best_epoch`, copied.
    """

    epoch: int = 0
    best_epoch: int = 0
    best_loss: float = float("inf")
    history: list[dict[str, float]] = field(default_factory=list)
    best_state: dict[str, Tensor] = field(default_factory=dict)


def save_checkpoint(
    path: Path, fingerprint: str, network: nn.Module, optimiser: Optimizer, progress: Progress
) -> None:
    """Write everything that the next epoch depends on, torch's random state included, in the place of the one before."""
    tensors = {f"network.{name}": value for name, value in network.state_dict().items()}
    tensors |= {f"best.{name}": value for name, value in progress.best_state.items()}
    for index, slots in optimiser.state_dict()["state"].items():
        tensors |= {f"optimiser.{index}.{name}": value for name, value in slots.items()}
    tensors["random.cpu"] = torch.get_rng_state()
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    own = {
        name: value.detach().cpu().clone(memory_format=torch.contiguous_format)
        for name, value in tensors.items()
    }
    facts = json.dumps({name: value for name, value in vars(progress).items() if name != "best_state"})
    metadata = {"fingerprint": fingerprint, "progress": facts, "checksum": _checksum(own, facts)}
    path.parent.mkdir(parents=True, exist_ok=True)
    rewrite_file(path, save(own, metadata))


@contextmanager
def checkpoint_beside(out: Path) -> Iterator[Path]:
    """Yield the place of a checkpoint beside an output folder, and delete it when the block ends without an error."""
    path = out.with_name(f".{out.name}.checkpoint")
    yield path
    path.unlink(missing_ok=True)
    partial_of(path).unlink(missing_ok=True)


def load_checkpoint(path: Path, fingerprint: str, network: nn.Module, optimiser: Optimizer) -> Progress:
    """Restore network, optimiser and random state, and return the progress; a fresh one if there is nothing to go on.

    A file of another fingerprint, of a network with other tensors, as another version may have written, or that has
    changed since it was written, is passed over.
    """
    found = _read_checkpoint(path, fingerprint)
    if found is None:
        return Progress()
    tensors, progress = found
    state = _below(tensors, "network.")
    if _shapes(state) != _shapes(network.state_dict()):
        return Progress()
    network.load_state_dict(state)
    slots = _below(tensors, "optimiser.")
    numbers = sorted({int(name.split(".")[0]) for name in slots})
    by_parameter = {index: _below(slots, f"{index}.") for index in numbers}
    optimiser.load_state_dict({**optimiser.state_dict(), "state": by_parameter})
    random = _below(tensors, "random.")
    torch.set_rng_state(random["cpu"])
    if "cuda" in random and torch.cuda.is_available():
        torch.cuda.set_rng_state(random["cuda"])
    return Progress(**json.loads(progress), best_state=_below(tensors, "best."))


def _read_checkpoint(path: Path, fingerprint: str) -> tuple[dict[str, Tensor], str] | None:
    """Return a checkpoint's tensors and what it says of the progress, if it is whole and has this fingerprint."""
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata["fingerprint"] != fingerprint:
                return None
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        whole = metadata["checksum"] == _checksum(tensors, metadata["progress"])
    except (SafetensorError, KeyError):
        return None
    return (tensors, metadata["progress"]) if whole else None


def _checksum(tensors: Mapping[str, Tensor], progress: str) -> str:
    """Return the CRC-32 of a checkpoint's tensors and progress, which finds damage by chance and costs little time."""
    checksum = zlib.crc32(progress.encode())
    for name in sorted(tensors):
        value = tensors[name].numpy()
        checksum = zlib.crc32(
            value.data, zlib.crc32(f"{name} {value.dtype} {value.shape}".encode(), checksum)
        )
    return str(checksum)


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in tensors.items()}


def fingerprint_of(stage: str, parameters: Mapping[str, object], inputs: Mapping[str, str]) -> str:
    """Return the sha256 of all that a training depends on."""
    facts = [__version__, torch.__version__, stage, dict(parameters), dict(inputs)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
