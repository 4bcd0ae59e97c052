"""Which parameters the pipeline has, and which of them each stage takes."""

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

from bulk2cell.parameters import (
    FINETUNING_ONLY,
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
)
from bulk2cell.run.params_file import SET_BY_RUN

GROUPS: Mapping[str, type[Any]] = {
    "input": InputParameters,
    "run": RunParameters,
    "preprocess": StudyParameters,
    "network": NetworkParameters,
    "losses": LossParameters,
    "training": TrainParameters,
    "predict": PredictParameters,
    "controls": ControlParameters,
    "evaluate": EvaluateParameters,
    "attribute": AttributeParameters,
    "screen": ScreenParameters,
    "pipeline": PipelineParameters,
}
OF_SHOTS = ("regime", "shots")
STAGES: Mapping[str, tuple[type[Any], ...]] = {
    "preprocess": (StudyParameters,),
    "pretrain": (NetworkParameters, LossParameters, TrainParameters),
    "shots": (TrainParameters,),
    "finetune": (LossParameters, TrainParameters),
    "controls": (LossParameters, TrainParameters, PredictParameters, ControlParameters),
    "predict": (PredictParameters,),
    "evaluate": (EvaluateParameters,),
    "attribute": (AttributeParameters,),
    "screen": (StudyParameters, ScreenParameters),
}
# Options that are shorter than their parameter, whose name is the only one of its kind over all stages.
SHORT_OPTIONS = {"screen_permutations": "permutations"}


def name_option(parameter: str) -> str:
    """Return the name that a command's signature has for a parameter."""
    return SHORT_OPTIONS.get(parameter, parameter)


def parameters_of(group: type[Any]) -> list[Field[Any]]:
    """Return the fields of a parameter class that a user of the pipeline sets."""
    return [entry for entry in fields(group) if entry.name not in SET_BY_RUN]


def stage_parameters(stage: str) -> list[Field[Any]]:
    """Return the parameters that a stage's result depends on; a change of any of them repeats it."""
    every = [entry for group in STAGES[stage] for entry in parameters_of(group)]
    if stage == "shots":
        return [entry for entry in every if entry.name in OF_SHOTS]
    left_out = FINETUNING_ONLY if stage == "pretrain" else ()
    return [entry for entry in every if entry.name not in left_out]
