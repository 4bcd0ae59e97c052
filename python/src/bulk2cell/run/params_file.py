"""The params file: any parameter by its name, flat, as yaml or json."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from bulk2cell.errors import ParameterError
from bulk2cell.parameters import (
    AttributeParameters,
    ControlParameters,
    EvaluateParameters,
    InputParameters,
    LossParameters,
    NetworkParameters,
    PipelineParameters,
    PredictParameters,
    RunParameters,
    ScreenParameters,
    StudyParameters,
    TrainParameters,
    take,
)
from bulk2cell.printable import shown
from bulk2cell.run.flat_file import read_flat_file

# What a params file does not set, and what to give instead.
SET_BY_RUN = {
    "strategy": "'strategies'",
    "seed": "'seeds'",
    "group_column": "it as a column of the sample sheet",
    "screen_sample_column": "the column 'sample_column' of the sample sheet",
}


@dataclass(frozen=True)
class AllParameters:
    """The parameters of all stages, of what they read, and of the pipeline, which share one file."""

    inputs: InputParameters = InputParameters()
    pipeline: PipelineParameters = PipelineParameters()
    run: RunParameters = RunParameters()
    study: StudyParameters = StudyParameters()
    network: NetworkParameters = NetworkParameters()
    losses: LossParameters = LossParameters()
    training: TrainParameters = TrainParameters()
    predict: PredictParameters = PredictParameters()
    controls: ControlParameters = ControlParameters()
    evaluate: EvaluateParameters = EvaluateParameters()
    attribute: AttributeParameters = AttributeParameters()
    screen: ScreenParameters = ScreenParameters()


def read_params_file(path: Path | None) -> dict[str, Any]:
    """Read a flat yaml or json file of parameters.

    Raises
    ------
    InputError
        If it is missing or no such file, see `read_flat_file`.
    """
    return {} if path is None else read_flat_file(path, "params file", "`name: value`")


def make_parameters(values: dict[str, Any], where: str) -> AllParameters:
    """Sort flat values into the stages' parameter classes; what is not given keeps its default.

    Raises
    ------
    ParameterError
        If a name is unknown or a value is out of range.
    """
    default = AllParameters()
    groups = [getattr(default, entry.name) for entry in fields(AllParameters)]
    known = sorted(entry.name for group in groups for entry in fields(group))
    for name, instead in SET_BY_RUN.items():
        if name in values:
            raise ParameterError(f"{where}: {name!r} is set by `run` itself; give {instead} instead")
    unknown = [name for name in values if name not in known]
    if unknown:
        raise ParameterError(f"{where}: unknown parameter {shown(unknown[0])}; known are {', '.join(known)}")
    try:
        return AllParameters(*(take(type(group), values) for group in groups))
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
