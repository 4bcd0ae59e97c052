"""Source validation: the labelled lines that were held out."""

import math

from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn.functional import cross_entropy

from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.network import Network
from bulk2cell.train.data import TrainingData


def held_out_logits(network: Network | LinearNetwork, data: TrainingData) -> tuple[Tensor, Tensor]:
    """Return logits (lines x 2) and labels of the labelled held-out lines."""
    held_out = ~data.train & data.labelled
    logits = network.classify(network.code(data.bulk[held_out], "bulk"))
    return logits, data.labels[held_out].long()


def held_out_losses(network: Network | LinearNetwork, data: TrainingData) -> dict[str, float]:
    """Return cross-entropy (as total too, which decides) and AUROC; the total alone where it is not finite."""
    logits, labels = held_out_logits(network, data)
    loss = cross_entropy(logits, labels).item()
    if not math.isfinite(loss):
        return {"total": loss}
    auroc = roc_auc_score(labels.cpu().numpy(), (logits[:, 1] - logits[:, 0]).detach().cpu().numpy())
    return {"total": loss, "classification": loss, "auroc": float(auroc)}
