import torch
from torch.nn.functional import cross_entropy

from bulk2cell.train.temperature import find_temperature


def simulated(temperature: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Return logits that are too large by the temperature, and labels."""
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(20_000, generator=generator, dtype=torch.float64) * 2
    labels = (torch.rand(20_000, generator=generator, dtype=torch.float64) < torch.sigmoid(logits)).long()
    return torch.stack([torch.zeros_like(logits), logits], dim=1) * temperature, labels


def test_the_temperature_that_spoilt_the_logits_is_found() -> None:
    for temperature in (0.1, 1.0, 5.0):
        found = find_temperature(*simulated(temperature))
        assert abs(found / temperature - 1) < 0.05


def test_no_other_temperature_is_better() -> None:
    logits, labels = simulated(3.0)
    found = find_temperature(logits, labels)
    best = cross_entropy(logits / found, labels)
    assert all(best <= cross_entropy(logits / (found * factor), labels) for factor in (0.8, 0.95, 1.05, 1.2))


def test_logits_that_say_the_opposite_become_even_odds() -> None:
    logits, labels = simulated(1.0)
    flat = torch.softmax(-logits / find_temperature(-logits, labels), dim=1)
    assert (flat - 0.5).abs().max() < 0.01
