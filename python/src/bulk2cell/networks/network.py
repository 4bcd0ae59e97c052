"""Domain separation network: private and shared encoders, sparse and dense decoder, classifier, critic."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from bulk2cell.model.network import Network
from bulk2cell.networks.layers import classifier, critic, dense_decoder, encoder
from bulk2cell.networks.sparse_decoder import SparseDecoder
from bulk2cell.parameters import Domain, NetworkParameters


@dataclass(frozen=True)
class Codes:
    """Codes of one batch of each domain, B x P each.

    Attributes
    ----------
    bulk, cells
        The codes that are classified: shared where there is a shared encoder, else the domain's own. Without cells
        (regime A) theirs have no rows.
    private_bulk, private_cells
        The private codes, absent without a shared encoder.
    """

    bulk: Tensor
    cells: Tensor
    private_bulk: Tensor | None
    private_cells: Tensor | None


class DomainSeparationNetwork(Network):
    """The one model of all five strategies.

    Parameters
    ----------
    mask
        G x P, 1 where gene and pathway unit are joined.
    parameters
        Strategy, sizes, dropout and noise.
    """

    def __init__(self, mask: Tensor, parameters: NetworkParameters) -> None:
        super().__init__(parameters)
        genes, units = mask.shape
        hidden, dropout = parameters.hidden, parameters.dropout
        self.noise = parameters.noise
        self.bulk_encoder = encoder(genes, hidden, units, dropout)
        self.cell_encoder = encoder(genes, hidden, units, dropout)
        self.shared_encoder = encoder(genes, hidden, units, dropout) if self.strategy.shared else None
        self.sparse_decoder = SparseDecoder(mask) if self.strategy.masked else None
        self.dense_decoder = dense_decoder(
            2 * units if self.strategy.shared else units, hidden, genes, dropout
        )
        self.critic = critic(units) if self.strategy.adversarial else None
        self.classifier = classifier(units, dropout)

    def encoders(self) -> list[nn.Module]:
        """Return the encoders, for freezing."""
        return [
            part for part in (self.bulk_encoder, self.cell_encoder, self.shared_encoder) if part is not None
        ]

    def encoder_of(self, domain: Domain) -> nn.Sequential:
        """Return the encoder whose code is classified."""
        if self.shared_encoder is not None:
            return self.shared_encoder
        return self.bulk_encoder if domain == "bulk" else self.cell_encoder

    def encode(self, bulk: Tensor, cells: Tensor) -> Codes:
        """Encode a batch of both domains.

        In training the cells carry noise relative to their values, and the shared encoder sees both domains in one
        batch, so that its batch statistics are those it will use later.
        """
        if self.training and self.noise > 0 and len(cells):
            cells = cells + cells * torch.randn_like(cells) * self.noise
        private_bulk = self.bulk_encoder(bulk)
        private_cells = self.cell_encoder(cells) if len(cells) else private_bulk[:0]
        if self.shared_encoder is None:
            return Codes(private_bulk, private_cells, None, None)
        shared = self.shared_encoder(torch.cat([bulk, cells]))
        of_bulk, of_cells = shared.split([len(bulk), len(cells)])
        return Codes(of_bulk, of_cells, private_bulk, private_cells)

    def decode_densely(self, codes: Tensor, lines: int) -> Tensor:
        """Codes of both domains, the `lines` bulk lines first, to expression by the dense decoder.

        Batch statistics are each domain's own; the linear layers take both domains at once.
        """
        for layer in self.dense_decoder:
            if isinstance(layer, nn.Linear):
                codes = layer(codes)
            else:
                codes = torch.cat([layer(part) for part in codes.tensor_split([lines]) if len(part)])
        return codes
