"""Walk along a straight path through a network of ReLUs, from one crossing of zero to the next, compiled by numba."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Function = TypeVar("Function", bound=Callable[..., Any])
Values = NDArray[np.float64]
Places = NDArray[np.int64]

compiled: Callable[[Function], Function] = njit(
    cache=True, error_model="numpy", fastmath={"reassoc", "contract"}
)


class Start(NamedTuple):
    """The units behind the first layer (H) at the baseline, layer after layer; the last of them is the logit (U).

    Attributes
    ----------
    value
        Input of each unit, U; infinite for the logit, which has no ReLU and is therefore always on.
    sign
        1 where a unit is on, -1 where it is off, U.
    reach
        Change of each later unit per unit of change in a first-layer unit that is on, through units that are on, H x U.
    effect
        The same for a later unit on each, U x U; for the logit on itself, 1.
    begin, end
        Where the layer of each unit begins and ends among the units, U.
    """

    value: Values
    sign: Values
    reach: Values
    effect: Values
    begin: Places
    end: Places


@compiled
def walk(
    start: Start,
    direction: Values,
    steps: Values,
    order: Places,
    slopes: Values,
    totals: Values,
    passed: Values,
) -> None:
    """Walk from the baseline to every cell.

    Parameters
    ----------
    start
        The units at the baseline.
    direction
        Change of what enters the first layer from baseline to cell, cells x H.
    steps
        Where on the path, from 0 to 1, each unit of the first layer crosses zero; infinite if never. Cells x H.
    order
        The units of the first layer by `steps`, cells x H.
    slopes
        Change per step of what enters the later units at the baseline, cells x U; used up.
    totals
        Filled: integral of the logit's gradient with respect to what enters the later units, cells x U.
    passed
        Filled: for units of the first layer that cross zero, the integral of the gradient with respect to their
        activation up to there; negative if they are on from there, cells x H.
    """
    begin, end = start.begin, start.end
    for cell in range(len(steps)):
        crossing = order[cell, : (steps[cell] < 1).sum()]
        slope, total = slopes[cell], totals[cell]
        value, sign, effect = start.value.copy(), start.sign.copy(), start.effect.copy()
        reach, gradient = start.reach[crossing], np.empty_like(value)
        set_gradient(gradient, effect, sign)
        now = 0.0
        for number in range(len(crossing) + 1):
            until = steps[cell, crossing[number]] if number < len(crossing) else 1.0
            while True:
                step, later = find_crossing(value, slope, sign, until - now)
                add(value, step, slope)
                add(total, step, gradient)
                if later < 0:
                    break
                now += step
                turn(later, begin[later], end[later], value, slope, sign, effect, reach[number:])
                set_gradient(gradient, effect, sign)
            now = until
            if number < len(crossing):
                unit = crossing[number]
                so_far = dot(reach[number, : end[0]], total[: end[0]])
                passed[cell, unit] = -so_far if direction[cell, unit] > 0 else so_far
                add(slope, abs(direction[cell, unit]), reach[number])


@compiled
def find_crossing(value: Values, slope: Values, sign: Values, step: float) -> tuple[float, int]:
    """Return the first later unit that crosses zero within the step, and where; -1 and the whole step if none does."""
    unit, any_crosses = -1, False
    for k in range(len(value)):
        any_crosses |= sign[k] * (value[k] + slope[k] * step) < 0
    if any_crosses:
        for k in range(len(value)):
            if sign[k] * slope[k] < 0 and sign[k] * (value[k] + slope[k] * step) < 0:
                step, unit = max(0.0, -value[k] / slope[k]), k
    return step, unit


@compiled
def turn(
    unit: int, begin: int, end: int, value: Values, slope: Values, sign: Values, effect: Values, reach: Values
) -> None:
    """Turn a later unit that is at zero on or off: everything that passes through it appears or vanishes."""
    value[unit] = 0.0
    sign[unit] *= -1
    onward = sign[unit] * effect[unit, end:]
    add(slope[end:], slope[unit], onward)
    for row in effect[:begin]:
        add(row[end:], row[unit], onward)
    for row in reach:
        add(row[end:], row[unit], onward)


@compiled
def set_gradient(gradient: Values, effect: Values, sign: Values) -> None:
    """Set the gradient of the logit with respect to what enters the later units: 0 where one is off."""
    for k in range(len(gradient)):
        gradient[k] = effect[k, -1] if sign[k] > 0 else 0.0


@compiled
def add(target: Values, factor: float, values: Values) -> None:
    """Add a multiple of the values."""
    for k in range(len(target)):
        target[k] += factor * values[k]


@compiled
def dot(left: Values, right: Values) -> float:
    """Return the sum of the products."""
    total = 0.0
    for k in range(len(left)):
        total += left[k] * right[k]
    return total
