"""What scores compare: every method by name and kind, and the marks of rows that belong to no strategy and no seed."""

from collections.abc import Mapping
from typing import Literal

MethodKind = Literal["model", "control", "classifier", "depth", "constant", "space"]

MODEL = "bulk2cell"
NO_STRATEGY, NO_SEED = "-", -1

PERMUTED_LABELS = "permuted labels"
UNTRAINED_ENCODER = "untrained encoder"
RANDOM_GENE_SETS = "random gene sets"
DENSE_DECODER = "dense decoder"
CONTROLS = (PERMUTED_LABELS, UNTRAINED_ENCODER, RANDOM_GENE_SETS, DENSE_DECODER)

LOGISTIC_REGRESSION = "logistic regression"
REGULARISED_LOGISTIC_REGRESSION = "regularised logistic regression"
LINEAR_SVM = "linear SVM"
DECISION_TREE = "decision tree"
RANDOM_FOREST = "random forest"
GRADIENT_BOOSTING = "gradient boosting"
XGBOOST = "XGBoost"

DEPTH_BY_COUNTS, DEPTH_BY_GENES = "depth only (counts)", "depth only (genes)"
ALL_SENSITIVE, ALL_RESISTANT = "all sensitive", "all resistant"
EXPRESSION, SHARED_CODE = "expression", "shared code"


def method_of(control: str) -> str:
    """Return the method that a control of the model is in the scores."""
    return f"{MODEL}, {control}"


def control_of(method: str) -> str:
    """Return the control that a method of this kind is."""
    return method.removeprefix(method_of(""))


METHODS: Mapping[str, MethodKind] = {
    MODEL: "model",
    **{method_of(control): "control" for control in CONTROLS},
    LOGISTIC_REGRESSION: "classifier",
    REGULARISED_LOGISTIC_REGRESSION: "classifier",
    LINEAR_SVM: "classifier",
    DECISION_TREE: "classifier",
    RANDOM_FOREST: "classifier",
    GRADIENT_BOOSTING: "classifier",
    XGBOOST: "classifier",
    DEPTH_BY_COUNTS: "depth",
    DEPTH_BY_GENES: "depth",
    ALL_SENSITIVE: "constant",
    ALL_RESISTANT: "constant",
    EXPRESSION: "space",
    SHARED_CODE: "space",
}


def methods_of_kind(kind: MethodKind) -> list[str]:
    """Return the methods of one kind, in the order of `METHODS`."""
    return [method for method, of in METHODS.items() if of == kind]
