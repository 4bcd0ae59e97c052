"""The facts under `content` of a manifest, by kind of artefact, and their types: every reader may rely on them."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bulk2cell.checked import Checked
from bulk2cell.parameters import (
    AttributeParameters,
    Domain,
    EvaluateParameters,
    LossParameters,
    Measure,
    NetworkParameters,
    PredictParameters,
    ScreenParameters,
    StrategyName,
    StudyParameters,
    TrainParameters,
)
from bulk2cell.regimes import REGIMES, Regime, with_letter
from bulk2cell.validated import Strict


def _no_repeats(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("a name occurs twice")
    return names


def _sees_labels(regime: Regime) -> Regime:
    if not REGIMES[regime].sees_labels:
        raise ValueError(f"there are no shots in {with_letter(regime)}")
    return regime


Count = Annotated[int, Field(ge=0, lt=2**63)]
Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
Names = Annotated[list[str], AfterValidator(_no_repeats)]
CellScale = Literal["counts", "log", "zscore"]


class PerClass(Strict):
    """How many of each class."""

    sensitive: Count
    resistant: Count


class Scales(Strict):
    """Scale of the values of lines and cells."""

    bulk: str
    cells: CellScale


class Reading(Strict):
    """How a file of cells was read.

    Attributes
    ----------
    matrix
        The matrix that holds the expression: X, raw, layers/NAME.
    gene_names
        Where the genes' names stand: index, or the column of var.
    log_base
        Base of the logarithm of the values; none: they are not logarithms, or it is not known.
    total
        Sum of every cell's values before the logarithm; none: cells differ, or it is not known.
    """

    matrix: str
    gene_names: str
    log_base: Positive | None
    total: Positive | None


class Identifiers(Strict):
    """Kind of gene names in the files of lines and cells."""

    bulk: str
    cells: str


class Lines(Strict):
    """How many cell lines."""

    expression: Count
    response: Count
    labelled: PerClass
    train: Count
    validation: Count


class LabelCuts(Strict):
    """Where the response was cut; none: no line is labelled so."""

    sensitive_at_most: float | None
    resistant_at_least: float | None


class ExcludedLines(Strict):
    """Lines of the target."""

    removed: list[str]
    not_in_source: list[str]


class Kept(Strict):
    """One line of the account of what a study keeps."""

    what: str
    before: Count
    after: Count


class StudyOfModel(Strict):
    """What an encoder or a model says of its study."""

    pair: str
    drug: str
    release: str
    measure: Measure
    simulated: bool
    scale: Scales
    scale_declared: bool
    reading: Reading
    identifiers: Identifiers
    gene_sets: str
    target_sum: Positive
    lines: Lines
    label_cuts: LabelCuts
    excluded_lines: ExcludedLines
    kept: list[Kept]
    warnings: list[str]


class Study(StudyOfModel):
    """Facts of `study.json`."""

    tag: str


class OfSetting(Strict):
    """Which pair, gene sets and regime."""

    pair: str
    gene_sets: str
    regime: Regime


class OfModel(OfSetting):
    """Which model."""

    drug: str
    strategy: StrategyName
    seed: Count


# What is made from a model says of it, in the order of the manifests.
OF_MODEL = ("pair", "drug", "strategy", "gene_sets", "seed", "regime")


class Epochs(Strict):
    """Epochs of training; 0 is before it."""

    run: Count
    best: Count


class Encoder(OfModel):
    """Facts of `encoder.json`."""

    device: str
    epochs: Epochs
    lines: Count
    cells: Count
    genes: Annotated[Names, Field(min_length=1)]
    units: Annotated[list[str], Field(min_length=1)]
    study: StudyOfModel


class Expected(Strict):
    """What can be expected of a model on the cells of its study, see `bulk2cell.trust.expect`."""

    expected_auroc: Probability
    low: Probability
    high: Probability
    grade: str


class Validation(Strict):
    """How a model does on the held-out lines."""

    lines: Count
    cross_entropy: float
    auroc: float


class LeftOutLines(Strict):
    """What a model says of labelled lines that it had not learnt from when it scored them.

    Attributes
    ----------
    log_odds
        Of being sensitive, with the temperature, by line.
    sensitive
        Whether the line is.
    """

    log_odds: list[float]
    sensitive: list[bool]

    @model_validator(mode="after")
    def _of_equal_length(self) -> "LeftOutLines":
        if len(self.log_odds) != len(self.sensitive):
            raise ValueError("log_odds and sensitive are not of the same lines")
        return self


class Model(Encoder):
    """Facts of `model.json`."""

    shots: Names
    temperature: Positive
    left_out_lines: LeftOutLines
    trust: Expected | None
    validation: Validation


class Shots(OfSetting):
    """Facts of `shots.json`."""

    regime: Annotated[Regime, AfterValidator(_sees_labels)]
    k: Count
    seed: Count


class FoundGenes(Strict):
    """How many of a model's genes the cells have."""

    model: Count
    found: Count
    missing: list[str]


class Predictions(OfModel):
    """Facts of `predictions.json`.

    Attributes
    ----------
    width
        See `bulk2cell.calls.find_width`.
    """

    shots: Names
    on_study: bool
    scale: CellScale
    reading: Reading
    genes: FoundGenes
    width: Annotated[float, Field(ge=0)] | None
    trust: Expected | None
    warnings: list[str]


class Controls(OfSetting):
    """Facts of `controls.json`."""

    strategy: StrategyName


class ScoredCells(PerClass):
    """Numbers of cells that were scored and not scored."""

    unlabelled: Count
    shots: Count


class Scores(OfSetting):
    """Facts of `scores.json`."""

    drug: str
    n_cells: ScoredCells
    samples: PerClass
    simulated: bool
    flips: Count
    warnings: list[str]


class Errors(Strict):
    """How far attributions are from adding up to F(x) - F(baseline), mean and largest over cells.

    Attributes
    ----------
    mean_relative, max_relative
        Relative to |F(x) - F(baseline)|.
    mean_absolute, max_absolute
        In units of the logit.
    """

    mean_relative: float
    max_relative: float
    mean_absolute: float
    max_absolute: float


class Completeness(Strict):
    """How far the attributions to genes and to units are from adding up."""

    genes: Errors
    pathways: Errors


class Attributions(OfModel):
    """Facts of `attributions.json`."""

    domain: Domain
    baseline: str
    cells: PerClass
    completeness: Completeness
    ranking: str
    warnings: list[str]


class Report(Strict):
    """What `report.json` says."""

    pairs: list[str]
    failed: list[str]


class Benchmark(Strict):
    """What `benchmark.json` says."""

    settings: list[str]
    pairs: list[str]
    simulated: list[str]


class ScreenedCells(Strict):
    """How many cells there are, and how many have enough genes to count in groups."""

    all: Count
    kept: Count


class Screen(Strict):
    """Facts of `screen.json`; `groups` are the names of the columns by which cells are grouped."""

    cells: ScreenedCells
    lines: Count
    genes: Count
    groups: Annotated[Names, Field(min_length=1)]
    scale: CellScale
    reading: Reading
    simulated: bool
    kept: list[Kept]
    warnings: list[str]


CONTENT: Mapping[str, type[Strict]] = {
    "study": Study,
    "encoder": Encoder,
    "shots": Shots,
    "model": Model,
    "predictions": Predictions,
    "controls": Controls,
    "scores": Scores,
    "attributions": Attributions,
    "report": Report,
    "benchmark": Benchmark,
    "screen": Screen,
}

PARAMETERS: Mapping[str, tuple[type[Checked], ...]] = {
    "study": (StudyParameters,),
    "encoder": (NetworkParameters,),
    "model": (NetworkParameters, LossParameters, TrainParameters),
    "predictions": (PredictParameters,),
    "scores": (EvaluateParameters,),
    "attributions": (AttributeParameters,),
    "screen": (StudyParameters, ScreenParameters),
}
CELLS_FILE = "cells.h5ad"
NETWORK_FILES = ("weights.safetensors", "history.parquet", "pathways.parquet", "gene_ids.parquet")
FILES: Mapping[str, tuple[str, ...]] = {
    "study": ("bulk.h5ad", CELLS_FILE, "pathways.parquet", "gene_ids.parquet", "cell_labels.parquet"),
    "encoder": NETWORK_FILES,
    "shots": ("shots.parquet",),
    "model": NETWORK_FILES,
    "predictions": ("predictions.parquet",),
    "controls": ("controls.parquet",),
    "scores": ("scores.parquet", "intervals.parquet", "cells.parquet", "clusters.parquet"),
    "attributions": ("genes.parquet", "pathways.parquet", "enrichment.parquet"),
    "report": ("report.html",),
    "benchmark": ("benchmark.html", "benchmark.parquet"),
    "screen": (
        "drugs.parquet",
        "groups.parquet",
        "cell_groups.parquet",
        "cells.parquet",
        "drugs.csv",
        "groups.csv",
    ),
}
