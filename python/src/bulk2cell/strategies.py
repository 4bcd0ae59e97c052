"""The modelling strategies, a line each: ridge regression, and five published networks (He et al., IJMS 2025, 26, 4365)."""

from dataclasses import dataclass

from bulk2cell.errors import ParameterError
from bulk2cell.methods import DENSE_DECODER, PERMUTED_LABELS, RANDOM_GENE_SETS, UNTRAINED_ENCODER

RIDGE, NETWORKS = "bulk2cell.ridge.family", "bulk2cell.networks.family"


@dataclass(frozen=True)
class Strategy:
    """What is said of a strategy; nothing else knows it by its name.

    Attributes
    ----------
    family
        Module that trains and reads its models, see `bulk2cell.model.family.Family`; loaded where it is needed, since
        options and `--help` ask for the names alone.
    report
        What the model is, as the report says it: "The model is ...".
    controls
        Those that spoil a part which it has.
    pathways
        Its units are the gene sets, and bear their names.
    masked
        A weight exists only where the gene is in the unit's gene set, so that what is learnt depends on the gene sets.
    components
        Cells are reduced to their leading principal components.
    shared
        A shared encoder beside the private ones; its code is classified. Without it each domain has its own encoder alone.
    adversarial
        A critic that tells the domains apart, its gradient reversed.
    """

    family: str
    report: str
    controls: tuple[str, ...]
    pathways: bool = False
    masked: bool = False
    components: bool = False
    shared: bool = False
    adversarial: bool = False


_CLASSIFIED = ", with a classifier on the code"
# Ridge regression has no encoder to train, and its answer does not depend on gene sets.
_LABELS = (PERMUTED_LABELS,)
_ENCODER = (*_LABELS, UNTRAINED_ENCODER)
_GENE_SETS = (*_ENCODER, RANDOM_GENE_SETS, DENSE_DECODER)

STRATEGIES: dict[str, Strategy] = {
    "ridge_pathways": Strategy(
        RIDGE,
        "ridge regression, a gene's weight shared out among the gene sets that hold it",
        _LABELS,
        pathways=True,
        components=True,
    ),
    "base_ae": Strategy(NETWORKS, f"an autoencoder per domain{_CLASSIFIED}", _ENCODER),
    "adv_ae": Strategy(
        NETWORKS,
        f"an autoencoder per domain with adversarially aligned codes{_CLASSIFIED}",
        _ENCODER,
        adversarial=True,
    ),
    "base_share_ae": Strategy(
        NETWORKS, f"private and shared autoencoders{_CLASSIFIED}", _ENCODER, shared=True
    ),
    "adv_share_ae": Strategy(
        NETWORKS,
        f"private and shared autoencoders with adversarially aligned codes{_CLASSIFIED}",
        _ENCODER,
        shared=True,
        adversarial=True,
    ),
    "share_ae_pathways": Strategy(
        NETWORKS,
        f"private and shared autoencoders with a decoder wired by the gene sets{_CLASSIFIED}",
        _GENE_SETS,
        shared=True,
        pathways=True,
        masked=True,
    ),
}


def choose_strategies(names: str) -> list[str]:
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
