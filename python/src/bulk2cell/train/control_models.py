"""Models with one part broken on purpose, trained like the others."""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from bulk2cell import methods
from bulk2cell.model.family import build_network, family_of
from bulk2cell.model.network import Network
from bulk2cell.parameters import LossParameters, NetworkParameters, TrainParameters
from bulk2cell.progress import track
from bulk2cell.train.data import TrainingData
from bulk2cell.train.seeds import set_seed
from bulk2cell.train.shots import no_shots
from bulk2cell.train.temperature import Calibration


def train_control_models(
    encoder: Network,
    mask: Tensor,
    data: TrainingData,
    network: NetworkParameters,
    losses: LossParameters,
    training: TrainParameters,
    permutations: int,
) -> Iterator[tuple[str, int, Network, Calibration]]:
    """Give every control that the strategy has, its repeat, its trained network and what left-out lines say of it.

    The next one may replace the network.

    permuted labels
        From the same encoder, with the response of the lines permuted.
    untrained encoder
        The encoders stay as they were drawn.
    random gene sets
        Every gene of the sets replaced by one drawn at random: sets keep their sizes and overlaps.
    dense decoder
        Every unit joined to every gene.

    Parameters
    ----------
    encoder
        The strategy's own, pretrained.
    mask
        Its G x P mask.
    """
    family = family_of(encoder.strategy)
    start = {name: value.clone() for name, value in encoder.state_dict().items()}

    def new(mask: Tensor) -> Network:
        set_seed(training.seed)
        return build_network(mask.cpu(), network).to(mask.device)

    def pretrained(mask: Tensor) -> Network:
        other = new(mask)
        family.pretrain(other, data, losses, training)
        return other

    def finetuned(
        other: Network, data: TrainingData, training: TrainParameters
    ) -> tuple[Network, Calibration]:
        set_seed(training.seed)
        shots = no_shots(str(data.bulk.device))
        return other, family.finetune(other, data, shots, losses, training)[1]

    for control in encoder.strategy.controls:
        match control:
            case methods.PERMUTED_LABELS:
                for repeat in track(range(1, permutations + 1), control):
                    encoder.load_state_dict(start)
                    yield control, repeat, *finetuned(encoder, permute_labels(data, repeat), training)
            case methods.UNTRAINED_ENCODER:
                yield control, 1, *finetuned(new(mask), data, replace(training, freeze_encoder=True))
            case methods.RANDOM_GENE_SETS:
                drawn = randomise_gene_sets(mask, network.free_units, training.seed)
                yield control, 1, *finetuned(pretrained(drawn), data, training)
            case methods.DENSE_DECODER:
                yield control, 1, *finetuned(pretrained(torch.ones_like(mask)), data, training)


def permute_labels(data: TrainingData, repeat: int) -> TrainingData:
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


def randomise_gene_sets(mask: Tensor, free_units: int, seed: int) -> Tensor:
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
