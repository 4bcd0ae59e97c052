"""What a family of strategies is: a module with the functions of `Family`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.regimes import Regime
from bulk2cell.strategies import STRATEGIES, Strategy

if TYPE_CHECKING:
    from torch import Tensor

    from bulk2cell.model.cell_layers import Affine, Array
    from bulk2cell.model.network import Network
    from bulk2cell.train.checkpoint import Progress
    from bulk2cell.train.data import TrainingData
    from bulk2cell.train.shots import TrainingShots
    from bulk2cell.train.temperature import Calibration
    from bulk2cell.trust.expect import Trust

N = TypeVar("N")


class Family(Protocol[N]):
    """What the stages ask of a family; `N` is its kind of `bulk2cell.model.network.Network`.

    The module itself loads numpy alone, so that `predict` is light; functions that train load torch.
    """

    def build(self, mask: Tensor, parameters: NetworkParameters) -> N:
        """Return a new network; what is random in it is drawn from torch's generator.

        Parameters
        ----------
        mask
            Genes x pathway units, see `decoder_mask`.
        """

    def pretrain(
        self,
        network: N,
        data: TrainingData,
        losses: LossParameters,
        training: TrainParameters,
        checkpoint: Path | None = None,
        fingerprint: str = "",
    ) -> Progress:
        """Learn from lines and cells without any response.

        Parameters
        ----------
        checkpoint, fingerprint
            File where a killed training may go on, and the sha256 of all that it depends on.
        """

    def finetune(
        self,
        network: N,
        data: TrainingData,
        shots: TrainingShots,
        losses: LossParameters,
        training: TrainParameters,
        checkpoint: Path | None = None,
        fingerprint: str = "",
    ) -> tuple[Progress, Calibration]:
        """Learn the response, and return what lines that were not learnt from say of it, too."""

    def trust(self, data: TrainingData, losses: LossParameters, training: TrainParameters) -> Trust | None:
        """Return what can be expected of a model on the study's cells, without their labels; None: not known."""

    def cell_layers(self, strategy: Strategy, stored: Callable[[str], Array]) -> list[Affine]:
        """Return the layers from standardised expression (G) to the log odds of being sensitive (1), in numpy.

        Parameters
        ----------
        stored
            Returns a tensor of the network's state by its name.

        Returns
        -------
        list
            Weight (inputs x outputs) and bias of each layer; there is a ReLU between two of them.
        """

    def first_layer(self, parameters: NetworkParameters, units: int) -> tuple[str, int]:
        """Return the name of a layer that takes the genes, and how many values it gives."""

    def describe_training(
        self,
        known: Mapping[str, Any],
        regime: Regime,
        seeds: Sequence[int],
        pretraining: str,
        finetuning: str,
    ) -> str:
        """Return the report's sentences on how the models learnt.

        Parameters
        ----------
        known
            All parameters.
        pretraining, finetuning
            Numbers of epochs, as text; pretraining's empty if it is not known.
        """


def family_of(strategy: Strategy) -> Family[Any]:
    """Return a strategy's family."""
    family: Any = import_module(strategy.family)
    return family  # type: ignore[no-any-return]


def build_network(mask: Tensor, parameters: NetworkParameters) -> Network:
    """Return a new network of a strategy, see `Family.build`."""
    network: Network = family_of(STRATEGIES[parameters.strategy]).build(mask, parameters)
    return network


def components_of(parameters: NetworkParameters) -> int:
    """Return the number of principal components that the strategy reduces cells to; 0: none."""
    return parameters.cell_components if STRATEGIES[parameters.strategy].components else 0
