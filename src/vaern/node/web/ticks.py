"""Axis ticks of charts. Pure; no Django."""

from __future__ import annotations

import math

STEPS = 5
LEAST = 1e-9
"""What is smaller than this is drawn as nothing."""


def ticks(highest: float, lowest: float = 0) -> list[float]:
    """Return a few evenly spaced round numbers, including 0, that span the lowest to the highest value."""
    highest, lowest = max(highest, 0), min(lowest, 0)
    if highest - lowest < LEAST:
        return [0, 1]
    wanted = (highest - lowest) / STEPS
    size = 10.0 ** math.floor(math.log10(wanted))
    step = next(size * part for part in (1, 2, 5, 10, 20) if size * part >= wanted)
    if float(highest).is_integer() and float(lowest).is_integer():
        step = max(step, 1.0)
    found = [float(f"{step * n:.12g}") for n in range(math.floor(lowest / step), math.ceil(highest / step) + 1)]
    if found[-1] < highest:  # by less than floating point can tell
        found.append(float(f"{found[-1] + step:.12g}"))
    if found[0] > lowest:
        found.insert(0, float(f"{found[0] - step:.12g}"))
    return [int(tick) if tick.is_integer() else tick for tick in found]
