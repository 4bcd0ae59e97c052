"""What every model is: an encoder of standardised expression per domain, and a classifier of its code."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from bulk2cell.parameters import Domain, NetworkParameters
from bulk2cell.strategies import STRATEGIES


class Network(nn.Module, ABC):
    """Genes (G) to a code of pathway units (P) to two logits.

    Parameters
    ----------
    parameters
        Its strategy.

    Attributes
    ----------
    classifier
        Code to logits; its last layer is linear.
    """

    classifier: nn.Sequential

    def __init__(self, parameters: NetworkParameters) -> None:
        super().__init__()
        self.strategy = STRATEGIES[parameters.strategy]

    @abstractmethod
    def encoder_of(self, domain: Domain) -> nn.Sequential:
        """Return the encoder whose code is classified."""

    def code(self, x: Tensor, domain: Domain) -> Tensor:
        """Standardised expression (B x G) of one domain to the code (B x P) that is classified."""
        return self.encoder_of(domain)(x)  # type: ignore[no-any-return]

    def classify(self, code: Tensor) -> Tensor:
        """Code (B x P) to logits (B x 2); column 1 is sensitive."""
        return self.classifier(code)  # type: ignore[no-any-return]
