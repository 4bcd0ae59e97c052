"""Exact means of a network's gradient over straight paths, along which the input of a ReLU is piecewise linear."""

from collections.abc import Sequence

import numpy as np

from bulk2cell.attribute.walk import Start, Values, walk


def average_gradients(point: Values, direction: Values, start: Start) -> Values:
    """Return the mean over each path of the logit's gradient with respect to the input of the first ReLU.

    Each unit of the first layer crosses zero at most once, at a step that is known beforehand. Between two such steps the
    input of the second layer is linear, and so on: the walk goes from crossing to crossing, over pieces on which the
    gradient is constant.

    Parameters
    ----------
    point
        Input of the first ReLU where all paths begin, H.
    direction
        How it changes to each path's end, cells x H.
    start
        The units behind it, of `units_at(point, ...)`.

    Returns
    -------
    ndarray
        Cells x H.
    """
    on = point > 0
    steps = np.full(direction.shape, np.inf)
    np.divide(-point, direction, out=steps, where=np.where(on, direction < 0, direction > 0))
    slopes = direction[:, on] @ start.reach[on]
    totals, passed = np.zeros_like(slopes), np.zeros_like(direction)
    walk(start, direction, steps, steps.argsort(axis=1), slopes, totals, passed)
    on_at_the_end = on != (steps < 1)
    second = slice(start.end[0])
    mean: Values = passed + on_at_the_end * (totals[:, second] @ start.reach[:, second].T)
    return mean


def units_at(point: Values, layers: Sequence[tuple[Values, Values]]) -> Start:
    """Return the state of the units behind the first layer if the input of the first ReLU is `point` (H).

    Parameters
    ----------
    layers
        Weight (inputs x outputs) and bias of the affine maps behind each ReLU, the last for one logit.
    """
    values, effects = [point], [np.empty((0, len(point)))]
    for weight, bias in layers:
        effects.append(np.vstack([effects[-1] * (values[-1] > 0), np.eye(len(weight))]) @ weight)
        values.append(np.maximum(values[-1], 0) @ weight + bias)
    value = np.concatenate(values[1:])
    rows = len(point) + len(value)
    effect = np.hstack([np.pad(each, ((0, rows - len(each)), (0, 0))) for each in effects[1:]])
    value[-1], effect[-1, -1] = np.inf, 1
    sizes = np.array([len(bias) for _, bias in layers])
    end = sizes.cumsum()
    return Start(
        value,
        np.where(value > 0, 1.0, -1.0),
        effect[: len(point)],
        effect[len(point) :],
        (end - sizes).repeat(sizes),
        end.repeat(sizes),
    )
