"""Source validation: the labelled lines that were held out."""

from torch import Tensor
from torch.nn.functional import cross_entropy

from bulk2cell.model.network import Network
from bulk2cell.train.data import TrainingData


def held_out_logits(network: Network, data: TrainingData) -> tuple[Tensor, Tensor]:
    """Return logits (lines x 2) and labels of the labelled held-out lines."""
    held_out = ~data.train & data.labelled
    logits = network.classify(network.code(data.bulk[held_out], "bulk"))
    return logits, data.labels[held_out].long()


def held_out_losses(network: Network, data: TrainingData) -> dict[str, Tensor]:
    """Return cross-entropy (as total too, which decides) and AUROC."""
    logits, labels = held_out_logits(network, data)
    loss = cross_entropy(logits, labels)
    return {"total": loss, "classification": loss, "auroc": auroc(logits[:, 1] - logits[:, 0], labels)}


def auroc(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the share of pairs of a sensitive and a resistant line whose order is right; ties are half right."""
    sensitive, resistant = (
        scores.index_select(0, (labels == label).nonzero().squeeze(1)) for label in (1, 0)
    )
    higher = (sensitive[:, None] > resistant).double() + (sensitive[:, None] == resistant).double() / 2
    return higher.mean()
