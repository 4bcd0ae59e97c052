"""The params file: any parameter by its name, flat, as yaml or json."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from bulk2cell.errors import InputError, ParameterError
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
    StudyParameters,
    TrainParameters,
    take,
)

SET_BY_RUN = {"strategy": "strategies", "seed": "seeds"}


@dataclass(frozen=True)
class Parameters:
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


def read_params_file(path: Path | None) -> dict[str, Any]:
    """Read a flat yaml or json file of parameters.

    Raises
    ------
    InputError
        If it is missing or no such file.
    """
    if path is None:
        return {}
    if not path.is_file():
        raise InputError(f"{path}: no such params file; check the path")
    try:
        values = json.loads(path.read_text()) if path.suffix == ".json" else yaml.safe_load(path.read_text())
    except (ValueError, yaml.YAMLError) as error:
        raise InputError(
            f"{path}: neither yaml nor json ({error}); write one `name: value` per line"
        ) from error
    if values is not None and not isinstance(values, dict):
        raise InputError(f"{path}: no table of parameters; write one `name: value` per line")
    return values or {}


def make_parameters(values: dict[str, Any], where: str) -> Parameters:
    """Sort flat values into the stages' parameter classes; what is not given keeps its default.

    Raises
    ------
    ParameterError
        If a name is unknown or a value is out of range.
    """
    default = Parameters()
    groups = [getattr(default, entry.name) for entry in fields(Parameters)]
    known = sorted(entry.name for group in groups for entry in fields(group))
    for name, instead in SET_BY_RUN.items():
        if name in values:
            raise ParameterError(f"{where}: {name!r} is set by `run` itself; give {instead!r} instead")
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ParameterError(f"{where}: unknown parameter {unknown[0]!r}; known are {', '.join(known)}")
    try:
        return Parameters(*(take(type(group), values) for group in groups))
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
