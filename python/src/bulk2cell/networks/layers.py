"""The parts of the network, by the sizes of the published method."""

from torch import nn

CLASSIFIER_HIDDEN = (128, 32)  # as published
CRITIC_HIDDEN = 32  # as published


def encoder(genes: int, hidden: int, units: int, dropout: float) -> nn.Sequential:
    """Expression (G) to code (P)."""
    return nn.Sequential(
        nn.Linear(genes, hidden),
        nn.ReLU(),
        nn.BatchNorm1d(hidden),
        nn.Dropout(dropout),
        nn.Linear(hidden, units),
    )


def dense_decoder(units: int, hidden: int, genes: int, dropout: float) -> nn.Sequential:
    """Code or codes to expression (G)."""
    return encoder(units, hidden, genes, dropout)


def classifier(units: int, dropout: float) -> nn.Sequential:
    """Code (P) to two logits, resistant and sensitive."""
    wide, narrow = CLASSIFIER_HIDDEN
    return nn.Sequential(
        nn.Linear(units, wide),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(wide, narrow),
        nn.ReLU(),
        nn.Linear(narrow, 2),
    )


def critic(units: int) -> nn.Sequential:
    """Code (P) to one logit: whether it is of a cell."""
    return nn.Sequential(nn.Linear(units, CRITIC_HIDDEN), nn.ReLU(), nn.Linear(CRITIC_HIDDEN, 1))
