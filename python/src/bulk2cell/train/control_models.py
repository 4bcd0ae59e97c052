"""Networks with one part spoilt, trained as the others are."""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from bulk2cell.methods import DENSE_DECODER, PERMUTED_LABELS, RANDOM_GENE_SETS, UNTRAINED_ENCODER
from bulk2cell.model.linear import LinearNetwork
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import track
from bulk2cell.train.classification import fit_response
from bulk2cell.train.data import TrainingData
from bulk2cell.train.pretrain import fit_reconstruction
from bulk2cell.train.ridge import fit_ridge
from bulk2cell.train.seeds import set_seed
from bulk2cell.train.shots import no_shots
from bulk2cell.train.temperature import calibrate


def control_models(
    encoder: Network | LinearNetwork,
    mask: Tensor,
    data: TrainingData,
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
    permutations: int,
) -> Iterator[tuple[str, int, Network | LinearNetwork]]:
    """Give every control that the strategy has, its repeat, and its trained network, which the next one may replace.

    Parameters
    ----------
    encoder
        The strategy's own, pretrained.
    mask
        Its G x P mask.
    """
    start = {name: value.clone() for name, value in encoder.state_dict().items()}
    for repeat in track(range(1, permutations + 1), PERMUTED_LABELS):
        encoder.load_state_dict(start)
        yield PERMUTED_LABELS, repeat, _learn(encoder, permuted(data, repeat), losses, training)
    if isinstance(encoder, LinearNetwork):
        return
    frozen = replace(training, freeze_encoder=True)
    yield UNTRAINED_ENCODER, 1, _learn(_new(mask, network, training), data, losses, frozen)
    if not encoder.strategy.pathways:
        return
    masks = {
        RANDOM_GENE_SETS: random_gene_sets(mask, network.free_units, training.seed),
        DENSE_DECODER: torch.ones_like(mask),
    }
    for control, other in masks.items():
        pretrained = _new(other, network, training)
        fit_reconstruction(pretrained, data, losses, training)
        yield control, 1, _learn(pretrained, data, losses, training)


def permuted(data: TrainingData, repeat: int) -> TrainingData:
    """Permute response and label together, among the training lines with a response and among the held-out ones."""
    generator = torch.Generator().manual_seed(repeat)
    train, known = data.train.cpu(), ~data.response.isnan().cpu()
    order = torch.arange(len(train))
    for part in (train & known, ~train & known):
        lines = part.nonzero().squeeze(1)
        order[lines] = lines[torch.randperm(len(lines), generator=generator)]
    order = order.to(data.response.device)
    labels = data.labels[order]
    return replace(data, response=data.response[order], labels=labels, labelled=~labels.isnan())


def random_gene_sets(mask: Tensor, free_units: int, seed: int) -> Tensor:
    """Put another gene in the place of every gene of the sets: they keep their sizes and overlaps.

    Parameters
    ----------
    mask
        G x P, the free units last.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = mask.clone()
    sets = mask.shape[1] - free_units
    drawn[:, :sets] = mask[torch.randperm(len(mask), generator=generator).to(mask.device), :sets]
    return drawn


def _new(mask: Tensor, network: NetworkParameters, training: TrainParameters) -> Network:
    set_seed(training.seed)
    return Network(mask.cpu(), network).to(mask.device)


def _learn(
    network: Network | LinearNetwork, data: TrainingData, losses: LossParameters, training: TrainParameters
) -> Network | LinearNetwork:
    set_seed(training.seed)
    shots = no_shots(str(data.bulk.device))
    if isinstance(network, LinearNetwork):
        fit_ridge(network, data, shots, losses)
    else:
        fit_response(network, data, shots, losses, training)
        calibrate(network, data)
    return network
