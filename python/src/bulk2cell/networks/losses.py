"""Reconstruction, difference and adversarial losses of the method."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, mse_loss, normalize

from bulk2cell.networks.network import Codes, DomainSeparationNetwork
from bulk2cell.parameters import LossParameters


def pretraining_losses(
    network: DomainSeparationNetwork, codes: Codes, bulk: Tensor, cells: Tensor, weights: LossParameters
) -> dict[str, Tensor]:
    """Return the pretraining loss as `total`, with its unweighted parts.

    reconstruction = MSE_sparse(bulk) + MSE_sparse(cells) + 0.1 (MSE_dense(bulk) + MSE_dense(cells)); where a strategy
    has no sparse decoder the dense one has weight 1. Without cells (regime A) the terms of the lines alone are left,
    and there is no adversary.
    """
    parts = {"reconstruction": reconstruction(network, codes, bulk, cells, weights.dense_weight)}
    total = parts["reconstruction"]
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
    network: DomainSeparationNetwork, codes: Codes, bulk: Tensor, cells: Tensor, dense_weight: float
) -> Tensor:
    """Return both domains' mean squared errors of the sparse and, weighted, the dense decoder, added up."""
    code = torch.cat([codes.bulk, codes.cells])
    both = code
    if codes.private_bulk is not None and codes.private_cells is not None:
        both = torch.cat([torch.cat([codes.private_bulk, codes.private_cells]), code], dim=1)
    dense = _errors(network.decode_densely(both, len(bulk)), bulk, cells)
    if network.sparse_decoder is None:
        return dense
    return _errors(network.sparse_decoder(code), bulk, cells) + dense_weight * dense


def _errors(decoded: Tensor, bulk: Tensor, cells: Tensor) -> Tensor:
    of_bulk, of_cells = decoded.split([len(bulk), len(cells)])
    error = mse_loss(of_bulk, bulk)
    return error + mse_loss(of_cells, cells) if len(cells) else error


def difference(shared: Tensor, private: Tensor) -> Tensor:
    """Return mean((S^T P)^2) of the row-L2-normalised codes (Bousmalis et al., NeurIPS 2016).

    The squared norm of S^T P (P x P) is the inner product of the Gram matrices S S^T and P P^T (B x B), which costs less
    where the units are more than twice the rows.

    Parameters
    ----------
    shared, private
        B x P.
    """
    S, P = normalize(shared, dim=1), normalize(private, dim=1)
    rows, units = S.shape
    total = ((S @ S.T) * (P @ P.T)).sum() if 2 * rows < units else (S.T @ P).square().sum()
    return total / units**2


def adversary(critic: torch.nn.Module, bulk: Tensor, cells: Tensor) -> Tensor:
    """Return the critic's error in telling cells from bulk lines; its gradient reaches the encoders reversed.

    Gradient reversal: Ganin et al., JMLR 2016.
    """
    both = _Reversed.apply(torch.cat([bulk, cells]))  # type: ignore[no-untyped-call]
    domain = torch.cat([torch.zeros(len(bulk)), torch.ones(len(cells))]).to(both)
    return binary_cross_entropy_with_logits(critic(both).squeeze(1), domain)


class _Reversed(torch.autograd.Function):
    @staticmethod
    def forward(x: Tensor) -> Tensor:
        return x.view_as(x)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        pass

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return -gradient
