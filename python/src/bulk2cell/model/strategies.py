"""The modelling strategies: five of one network with three switches (He et al., IJMS 2025, 26, 4365), and ridge."""

from dataclasses import dataclass

from bulk2cell.errors import ParameterError
from bulk2cell.parameters import NetworkParameters, StrategyName


@dataclass(frozen=True)
class Strategy:
    """Switches.

    Attributes
    ----------
    shared
        A shared encoder beside the private ones; its code is classified. Without it each domain has its own
        encoder alone.
    adversarial
        A critic that tells the domains apart, its gradient reversed.
    pathways
        Units that stand for gene sets: a weight exists only where the gene is in the gene set.
    linear
        Ridge regression in place of the network: nothing is pretrained, and cells are reduced to their leading
        principal components.
    """

    shared: bool
    adversarial: bool
    pathways: bool
    linear: bool = False


STRATEGIES: dict[StrategyName, Strategy] = {
    "ridge_pathways": Strategy(shared=True, adversarial=False, pathways=True, linear=True),
    "base_ae": Strategy(shared=False, adversarial=False, pathways=False),
    "adv_ae": Strategy(shared=False, adversarial=True, pathways=False),
    "base_share_ae": Strategy(shared=True, adversarial=False, pathways=False),
    "adv_share_ae": Strategy(shared=True, adversarial=True, pathways=False),
    "share_ae_pathways": Strategy(shared=True, adversarial=False, pathways=True),
}


def components_of(parameters: NetworkParameters) -> int:
    """Return the number of principal components that the strategy reduces cells to; 0: none."""
    return parameters.cell_components if STRATEGIES[parameters.strategy].linear else 0


def chosen_strategies(names: str) -> list[StrategyName]:
    """Return the strategies of a comma-separated list, or all of them for `all`.

    Raises
    ------
    ParameterError
        If a name is unknown.
    """
    if names.strip() == "all":
        return list(STRATEGIES)
    wanted = [name.strip() for name in names.split(",")]
    unknown = [name for name in wanted if name not in STRATEGIES]
    if unknown:
        raise ParameterError(
            f"strategies: {unknown[0]!r} is unknown; choose among {', '.join(STRATEGIES)}, or all"
        )
    return [name for name in STRATEGIES if name in wanted]
