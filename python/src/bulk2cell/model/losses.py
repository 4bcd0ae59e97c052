"""Reconstruction, difference and adversarial losses of the method."""

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss, normalize

from bulk2cell.model.network import Codes, Network
from bulk2cell.parameters import LossParameters


def pretraining_losses(
    network: Network, codes: Codes, bulk: Tensor, cells: Tensor, weights: LossParameters
) -> dict[str, Tensor]:
    """Return the pretraining loss as `total`, with its unweighted parts.

    reconstruction = MSE_sparse(bulk) + MSE_sparse(cells) + 0.1 (MSE_dense(bulk) + MSE_dense(cells)); where a strategy
    has no sparse decoder the dense one has weight 1. Without cells (regime A) the terms of the lines alone are left,
    and there is no adversary.
    """
    total = reconstruction(network, codes.bulk, codes.private_bulk, bulk, weights.dense_weight)
    if len(cells):
        total = total + reconstruction(network, codes.cells, codes.private_cells, cells, weights.dense_weight)
    parts = {"reconstruction": total}
    if codes.private_bulk is not None and codes.private_cells is not None:
        parts["difference"] = difference(codes.bulk, codes.private_bulk) + difference(
            codes.cells, codes.private_cells
        )
        total = total + weights.difference_weight * parts["difference"]
    if network.critic is not None and len(cells):
        parts["adversary"] = adversary(network.critic, codes.bulk, codes.cells)
        total = total + weights.adversary_weight * parts["adversary"]
    return {"total": total, **parts}


def reconstruction(
    network: Network, code: Tensor, private: Tensor | None, x: Tensor, dense_weight: float
) -> Tensor:
    """Return one domain's reconstruction error: mean squared error of the sparse and, weighted, the dense decoder."""
    dense = mse_loss(network.dense_decoder(code if private is None else torch.cat([private, code], dim=1)), x)
    if network.sparse_decoder is None:
        return dense
    return mse_loss(network.sparse_decoder(code), x) + dense_weight * dense


def difference(shared: Tensor, private: Tensor) -> Tensor:
    """Return mean((S^T P)^2) of the row-L2-normalised codes (Bousmalis et al., NeurIPS 2016).

    The squared norm of S^T P (P x P) is the inner product of the Gram matrices S S^T and P P^T (B x B).

    Parameters
    ----------
    shared, private
        B x P.
    """
    S, P = normalize(shared, dim=1), normalize(private, dim=1)
    return ((S @ S.T) * (P @ P.T)).sum() / shared.shape[1] ** 2


def adversary(critic: torch.nn.Module, bulk: Tensor, cells: Tensor) -> Tensor:
    """Return the critic's error in telling cells from bulk lines; its gradient reaches the encoders reversed.

    Gradient reversal: Ganin et al., JMLR 2016.
    """
    both = torch.cat([bulk, cells])
    if both.requires_grad:
        both.register_hook(torch.neg)
    domain = torch.cat([torch.zeros(len(bulk)), torch.ones(len(cells))]).to(both)
    return binary_cross_entropy_with_logits(critic(both).squeeze(1), domain)
