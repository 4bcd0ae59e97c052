"""Every default of the project, once, typed, with units.

The command line's options, the params file of `bulk2cell run` and the manifests are all made from
these classes. Field names are unique over all classes, so one flat params file can hold them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from bulk2cell.checked import Checked, parameter
from bulk2cell.errors import ParameterError
from bulk2cell.forms import IMAGE, MEMORY, PAIR_NAMES, PATH, SLURM_NAME, TEXT, TIME
from bulk2cell.printable import shown
from bulk2cell.regimes import REGIMES, WITH_SHOTS, Regime, with_letter, with_letters
from bulk2cell.strategies import STRATEGIES

Release = Literal["auto", "GDSC1", "GDSC2"]
Measure = Literal["AUC", "LN_IC50"]
LabelStrategy = Literal["extreme", "median", "waterfall", "threshold"]
Scale = Literal["auto", "counts", "log", "zscore"]
Orientation = Literal["auto", "cells-by-genes", "genes-by-cells"]
if TYPE_CHECKING:
    StrategyName = str
else:
    StrategyName = Literal[tuple(STRATEGIES)]  # the table's names, which a type checker cannot know
RidgeTarget = Literal["rank", "label"]
Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["float32", "bfloat16"]
Domain = Literal["cells", "bulk"]
Simulated = Literal["", "synthetic", "demo"]
Source = Literal["auto", "official", "mirror"]  # where `fetch` gets reference data
PublishMode = Literal["copy", "link", "symlink"]
ClusterContainer = Literal["apptainer", "singularity", "none"]

READABLE_CELLS = "h5ad, h5mu, zarr, 10x h5, 10x mtx folder, csv, tsv or parquet"

MOST_SEED = 2**32 - 1  # numpy's older generator, from which scikit-learn draws, takes 32 bits
MOST_GENES = 10**6  # a genome has some 60,000; beyond this a value is a slip
MOST_LINES = 10**5  # GDSC has some 1,000
MOST_CELLS_OF_A_FILE = 10**9  # the largest atlases hold some 10^8
MOST_UNITS = 10**5  # beside 10^4 genes a layer of 4 GB, before gradients
MOST_REPEATS = 10**6  # epochs, resamples, permutations: a p value needs no finer steps
MOST_MODELS = 10**4  # at a second each, hours for every pair
LARGEST_WEIGHT = 1e6  # a float32 holds seven digits: anything added to this is lost
WIDEST_SPREAD = 3.0  # of a logarithm: the middle 95 % of values then differ by a factor of 10^5


Group = TypeVar("Group", bound=Checked)


def values_in(text: str) -> list[str]:
    """Return the values of a comma-separated list as labels are compared: without spaces around, in lower case."""
    return [value.strip().lower() for value in text.split(",") if value.strip()]


def names_in(text: str) -> list[str]:
    """Return the names of a list separated by semicolons, without spaces around."""
    return [name.strip() for name in text.split(";") if name.strip()]


def take(group: type[Group], values: Mapping[str, Any]) -> Group:
    """Make a parameter class of those of `values` that are its fields; what is not given keeps its default."""
    names = {entry.name for entry in fields(group)}  # type: ignore[arg-type]
    return group(**{name: value for name, value in values.items() if name in names})


@dataclass(frozen=True)
class CellInput(Checked):
    """How a file of cells is read."""

    scale: Scale = parameter("auto", "scale of the cells' values; auto: detected from them")
    orientation: Orientation = parameter("auto", "orientation of a csv, tsv or parquet table of cells")
    layer: str = parameter(
        "", "layer of an h5ad that holds the expression; empty: the matrix is chosen by rule", form=TEXT
    )
    use_raw: bool = parameter(False, "take the expression of an h5ad from its raw")

    def __post_init__(self) -> None:
        """Check that one matrix alone is declared, on top of types.

        Raises
        ------
        ParameterError
            If a layer and raw are declared.
        """
        super().__post_init__()
        if self.layer and self.use_raw:
            raise ParameterError(
                f"layer: {shown(self.layer)} does not go with use_raw; declare one of the two"
            )


@dataclass(frozen=True)
class CellLabels(Checked):
    """Where the cells' labels stand; empty text means: not given."""

    label_column: str = parameter(
        "", "column with the cells' response, in obs or in the label table", form=TEXT
    )
    sensitive: str = parameter(
        "sensitive,1,1.0,true",
        "values of the label column that mean sensitive, comma-separated, any case",
        form=TEXT,
    )
    resistant: str = parameter(
        "resistant,0,0.0,false",
        "values of the label column that mean resistant, comma-separated, any case",
        form=TEXT,
    )
    sample_column: str = parameter(
        "", "column with the line, patient or library that each cell comes from", form=TEXT
    )

    def __post_init__(self) -> None:
        """Check that no value means both, on top of types.

        Raises
        ------
        ParameterError
            If a value is in `sensitive` and in `resistant`.
        """
        super().__post_init__()
        both = sorted({*values_in(self.sensitive)} & {*values_in(self.resistant)})
        if both:
            raise ParameterError(
                f"sensitive: {shown(both[0])} is in resistant too; list each value in one of the two only"
            )


@dataclass(frozen=True)
class StudyParameters(Checked):
    """Preprocessing: from bulk lines, response, cells and gene sets to a study."""

    release: Release = parameter("auto", "GDSC release; auto: GDSC2 if the drug is in it, else GDSC1")
    measure: Measure = parameter("AUC", "response measure; low means sensitive")
    label_strategy: LabelStrategy = parameter("extreme", "how the measure becomes source labels")
    extreme_fraction: float = parameter(
        0.3, "fraction of lines labelled at each end by the extreme strategy", minimum=0.01, maximum=0.5
    )
    response_threshold: float = parameter(
        0.8,
        "threshold strategy: a line is sensitive below it, in units of the measure",
        minimum=-100,
        maximum=100,
    )
    min_labelled_lines: int = parameter(40, "minimum number of labelled lines", minimum=4, maximum=MOST_LINES)
    validation_fraction: float = parameter(
        0.2, "fraction of lines held out for source validation", minimum=0.05, maximum=0.5
    )
    split_seed: int = parameter(
        0, "seed of the train / validation split of the lines", minimum=0, maximum=MOST_SEED
    )
    min_genes_per_cell: int = parameter(
        200, "minimum number of genes detected in a cell (counts and log only)", minimum=1, maximum=MOST_GENES
    )
    min_cells_per_gene: int = parameter(
        3,
        "minimum number of cells in which a gene is detected (counts and log only)",
        minimum=1,
        maximum=MOST_CELLS_OF_A_FILE,
    )
    target_sum: float = parameter(
        1e4, "total to which each cell's counts are normalised", minimum=1, maximum=1e9
    )
    min_shared_genes: int = parameter(
        200, "minimum number of genes shared by bulk lines and cells", minimum=2, maximum=MOST_GENES
    )
    hvg: int = parameter(
        3500,
        "highly variable genes taken from each domain; their union is used",
        minimum=2,
        maximum=MOST_GENES,
    )
    min_set_size: int = parameter(
        5, "minimum number of the study's genes in a gene set", minimum=1, maximum=MOST_GENES
    )
    max_set_size: int = parameter(
        1000, "maximum number of genes in a gene set", minimum=1, maximum=MOST_GENES
    )


@dataclass(frozen=True)
class NetworkParameters(Checked):
    """Strategy, and the shape of its network."""

    strategy: StrategyName = parameter("ridge_pathways", "modelling strategy")
    hidden: int = parameter(512, "units of the encoders' hidden layer", minimum=1, maximum=MOST_UNITS)
    free_units: int = parameter(
        5,
        "pathway units that are joined to every gene, in addition to the gene sets",
        minimum=0,
        maximum=MOST_UNITS,
    )
    dropout: float = parameter(0.4, "dropout rate in training", minimum=0, maximum=0.95)
    noise: float = parameter(
        0.1,
        "standard deviation of the noise on cell input, relative to the value, in training",
        minimum=0,
        maximum=LARGEST_WEIGHT,
    )
    cell_components: int = parameter(
        20,
        "ridge strategy: leading principal components to which cells are reduced, against noise; 0: none",
        minimum=0,
        maximum=MOST_UNITS,
    )


@dataclass(frozen=True)
class LossParameters(Checked):
    """Weights of the losses."""

    dense_weight: float = parameter(
        0.1,
        "weight of the dense decoder's reconstruction relative to the sparse one's",
        minimum=0,
        maximum=LARGEST_WEIGHT,
    )
    difference_weight: float = parameter(
        0.1, "weight of the difference loss", minimum=0, maximum=LARGEST_WEIGHT
    )
    adversary_weight: float = parameter(
        0.1, "weight of the adversary's loss", minimum=0, maximum=LARGEST_WEIGHT
    )
    pretrain_weight: float = parameter(
        0.1, "weight of the pretraining loss in fine-tuning", minimum=0, maximum=LARGEST_WEIGHT
    )
    ridge_penalty: float = parameter(
        5.0, "ridge strategy: penalty of the weights, per gene", minimum=1e-6, maximum=LARGEST_WEIGHT
    )
    ridge_target: RidgeTarget = parameter(
        "rank", "ridge strategy: learn the rank of the response of all lines, or the labels"
    )


@dataclass(frozen=True)
class TrainParameters(Checked):
    """Schedule of both training stages."""

    pretrain_epochs: int = parameter(
        300, "maximum number of epochs of pretraining; 0 skips it", minimum=0, maximum=MOST_REPEATS
    )
    finetune_epochs: int = parameter(
        300, "maximum number of epochs of fine-tuning", minimum=1, maximum=MOST_REPEATS
    )
    pretrain_min_epochs: int = parameter(
        20, "epochs before pretraining may stop early", minimum=0, maximum=MOST_REPEATS
    )
    finetune_min_epochs: int = parameter(
        100, "epochs before fine-tuning may stop early", minimum=0, maximum=MOST_REPEATS
    )
    patience: int = parameter(
        5, "epochs without improvement before training stops", minimum=1, maximum=MOST_REPEATS
    )
    min_delta: float = parameter(
        1e-4, "smallest improvement of the validation loss that counts", minimum=0, maximum=LARGEST_WEIGHT
    )
    learning_rate: float = parameter(1e-3, "Adam's learning rate", minimum=0, maximum=LARGEST_WEIGHT)
    batch_size: int = parameter(256, "lines per step, and as many cells", minimum=3, maximum=MOST_LINES)
    clip_norm: float = parameter(1.0, "largest norm of the gradient", minimum=0, maximum=LARGEST_WEIGHT)
    regime: Regime = parameter(
        "B",
        f"what training sees of the target: {', '.join(map(with_letter, REGIMES))}",
    )
    shots: int = parameter(
        0,
        f"labelled cells of each class in {with_letters(WITH_SHOTS)}, left out of the test; 0 in all other regimes",
        minimum=0,
        maximum=MOST_CELLS_OF_A_FILE,
    )
    freeze_encoder: bool = parameter(False, "keep the pretrained encoders fixed in fine-tuning")
    checkpoint_every: int = parameter(10, "epochs between checkpoints", minimum=1, maximum=MOST_REPEATS)
    seed: int = parameter(1, "seed of every random number in training", minimum=0, maximum=MOST_SEED)
    device: Device = parameter("auto", "where to compute; auto: the GPU if there is one")
    precision: Precision = parameter(
        "float32",
        "networks: precision of the factors of matrix products in training; bfloat16 is faster on processors that have "
        "it and on GPUs with TF32",
    )

    def __post_init__(self) -> None:
        """Check regime and shots together, on top of choices and ranges.

        Raises
        ------
        ParameterError
            If the regime takes shots and has none, or takes none and has some.
        """
        super().__post_init__()
        if REGIMES[self.regime].takes_shots != (self.shots > 0):
            raise ParameterError(
                f"shots: {self.shots} does not go with {with_letter(self.regime)}; give at least 1 in "
                f"{with_letters(WITH_SHOTS)}, and 0 in all others"
            )


# Read by fine-tuning alone: an encoder does not depend on them.
FINETUNING_ONLY = (
    "finetune_epochs",
    "finetune_min_epochs",
    "freeze_encoder",
    "pretrain_weight",
    "ridge_penalty",
    "ridge_target",
)


@dataclass(frozen=True)
class ControlParameters(Checked):
    """Controls: models with one part broken on purpose."""

    label_permutations: int = parameter(
        20,
        "models that learn permuted source labels, for the permutation test",
        minimum=1,
        maximum=MOST_MODELS,
    )


@dataclass(frozen=True)
class PredictParameters(Checked):
    """Scoring of cells."""

    threshold: float = parameter(
        0.5, "a cell is called sensitive at this probability or above", minimum=0.01, maximum=0.99
    )
    call_accuracy: float = parameter(
        0.75,  # between chance and what is hardly ever reached; docs/transfer.md has what other rates keep
        "share of left-out lines that must be called right beyond some distance from the threshold; cells closer to it are "
        "uncertain",
        minimum=0.5,
        maximum=1,
    )
    min_gene_overlap: float = parameter(
        0.5,
        "smallest fraction of the model's genes that must be among the cells' genes",
        minimum=0,
        maximum=1,
    )


@dataclass(frozen=True)
class EvaluateParameters(Checked):
    """Metrics, intervals and clustering."""

    bootstraps: int = parameter(
        500,
        "bootstrap resamples, samples first and cells inside them second",
        minimum=10,
        maximum=MOST_REPEATS,
    )
    calibration_bins: int = parameter(
        10, "equal-width bins of the expected calibration error", minimum=2, maximum=MOST_REPEATS
    )
    cluster_cells: int = parameter(
        3000,
        "maximum number of cells in UMAP and silhouette, drawn at random",
        minimum=10,
        maximum=MOST_CELLS_OF_A_FILE,
    )


@dataclass(frozen=True)
class AttributeParameters(Checked):
    """Integrated gradients and enrichment."""

    domain: Domain = parameter("cells", "whose calls are explained: the cells' or the bulk lines'")
    attributed_cells: int = parameter(
        1000, "maximum number of cells to explain, drawn at random", minimum=2, maximum=MOST_CELLS_OF_A_FILE
    )
    permutations: int = parameter(
        1000, "gene permutations of the enrichment test", minimum=10, maximum=MOST_REPEATS
    )


@dataclass(frozen=True)
class ScreenParameters(Checked):
    """Groups of cells, and the test of their differences."""

    group_column: str = parameter(
        "", "column of obs with the groups of cells to compare; empty: Leiden clusters", form=TEXT
    )
    screen_sample_column: str = parameter(
        "", "column of obs with the patient, line or library of each cell, compared as well", form=TEXT
    )
    screen_permutations: int = parameter(
        1000,
        "models that learn permuted responses, for the p value of a difference between groups",
        minimum=200,
        maximum=MOST_REPEATS,
    )


@dataclass(frozen=True)
class SimulateParameters(Checked):
    """Single cells with a planted truth."""

    sensitive_cells: int = parameter(500, "sensitive cells", minimum=1, maximum=MOST_CELLS_OF_A_FILE)
    resistant_cells: int = parameter(500, "resistant cells", minimum=1, maximum=MOST_CELLS_OF_A_FILE)
    lines_per_class: int = parameter(
        4, "held-out lines from which the cells of a class are drawn", minimum=1, maximum=MOST_LINES
    )
    depth: float = parameter(6000.0, "median counts per cell", minimum=100, maximum=1e6)
    depth_spread: float = parameter(
        0.4, "standard deviation of the log of the counts per cell", minimum=0, maximum=WIDEST_SPREAD
    )
    dispersion: float = parameter(
        0.3,
        "dispersion of the negative binomial: variance = mean + dispersion x mean^2",
        minimum=0,
        maximum=100,
    )
    dropout_rate: float = parameter(
        0.1, "fraction of counts lost at random in addition", minimum=0, maximum=0.95
    )
    platform_spread: float = parameter(
        0.8,
        "standard deviation of the gene-wise platform effect, log scale",
        minimum=0,
        maximum=WIDEST_SPREAD,
    )
    within_line_spread: float = parameter(
        0.3, "standard deviation of within-line variation, log scale", minimum=0, maximum=WIDEST_SPREAD
    )
    simulation_seed: int = parameter(0, "seed of the simulation", minimum=0, maximum=MOST_SEED)


@dataclass(frozen=True)
class RunParameters(Checked):
    """What `bulk2cell run` does for every pair."""

    seeds: int = parameter(
        5,
        "models per pair, gene sets and strategy, with seeds 1 to this number",
        minimum=1,
        maximum=MOST_MODELS,
    )
    strategies: str = parameter("ridge_pathways", "modelling strategies, comma-separated, or all", form=TEXT)
    skip_attribution: bool = parameter(False, "leave out integrated gradients and enrichment")
    skip_controls: bool = parameter(False, "leave out the controls and the permutation test")
    screen: bool = parameter(
        False, "screen all drugs on every file of cells, too; a row of the sheet may then leave out its drug"
    )


@dataclass(frozen=True)
class InputParameters(Checked):
    """What is read and where the results go; empty text means: not given."""

    input: str = parameter("", "sample sheet, csv: one row per dataset-drug pair", form=PATH)
    outdir: str = parameter("results", "folder of the results", form=PATH)
    bulk: str = parameter("", "expression of the bulk lines, lines x genes, log2", form=PATH)
    response: str = parameter(
        "", "GDSC's dose response: DATASET, CELL_LINE_NAME, DRUG_NAME, AUC, LN_IC50", form=PATH
    )
    gene_sets: str = parameter(
        "reactome", "gene sets: GMT files, comma-separated; the pipeline fetches names", form=PATH
    )
    gene_ids: str = parameter("", "gene names: a table of identifier and symbol", form=PATH)


@dataclass(frozen=True)
class PipelineParameters(Checked):
    """How the pipeline runs; no result depends on it."""

    help: bool = parameter(False, "show all parameters and stop")
    grid: str = parameter(
        "",
        "yaml file of `name: [value, ...]` lines, or article; each value alone is compared with the default",
        form=PATH,
    )
    simulate: Simulated = parameter(
        "", "simulated cells instead of a sample sheet: synthetic needs no data, demo takes GDSC's"
    )
    pairs: str = parameter(
        "",
        "published pairs to fetch instead of a sample sheet, comma-separated; article: its five",
        form=PAIR_NAMES,
    )
    publish_mode: PublishMode = parameter("copy", "how results get from the work folder to outdir")
    image: str = parameter("", "image for the tasks; empty: the profile's own", form=IMAGE)
    cluster_container: ClusterContainer = parameter("apptainer", "container engine of the slurm profile")
    account: str = parameter("", "Slurm account that is charged", form=SLURM_NAME)
    partition: str = parameter(
        "", "Slurm partition of the CPU stages; empty: the cluster's default", form=SLURM_NAME
    )
    gpu_partition: str = parameter("gpu", "Slurm partition of the GPU stages", form=SLURM_NAME)
    gpus: int = parameter(1, "GPUs per training task; 0: train on CPUs", minimum=0, maximum=64)
    max_cpus: int = parameter(16, "maximum number of cores of a task", minimum=1, maximum=4096)
    max_memory: str = parameter("64.GB", "maximum memory of a task", form=MEMORY)
    max_time: str = parameter("24.h", "maximum time of a task", form=TIME)


MOST_CELLS = 50_000  # of a study in training, which holds them densely
DEMO_SCALE = 4  # the demo has the article's numbers of cells divided by this
DEMO_PARAMETERS: Mapping[str, Any] = {
    "hvg": 1000,
    "seeds": 5,
    "attributed_cells": 300,
    "permutations": 500,
    "bootstraps": 200,
}
