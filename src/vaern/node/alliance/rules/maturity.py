"""How mature a country says that a capability is, on a day, with a source.

The maturity model has four broad phases for each capability, "from building to maturity"; what the two between are
called was not read, so they have numbers. It is no scale to rank countries on: nothing here sums or averages phases.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from vaern.node.alliance.rules.frame import model_response

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

LONGEST_LINE = 300
BUILT_IN = 2015
"""The year of the Model National Response: no assessment is older."""

AHEAD = "assessed ahead of today"
TOO_EARLY = "that day lies before the model"
NO_CAPABILITY = "there is no such capability"
NO_SOURCE = "a declaration needs its source"
NO_COUNTRY = "the organisation belongs to no country"
PROBLEMS = (AHEAD, TOO_EARLY, NO_CAPABILITY, NO_SOURCE, NO_COUNTRY)
"""Every sentence with which a declaration is refused."""

SOURCE = (
    "WeProtect Global Alliance and UNICEF, maturity model of the Model National Response, as "
    "socialserviceworkforce.org tells of it"
)
"""Where the number of phases, and the first and the last name, were read: a copy by others, 28 November 2026."""


class Phase(enum.IntEnum):
    """The four phases."""

    BUILDING = 1
    SECOND = 2
    THIRD = 3
    MATURITY = 4


def problem(capability: int, on: date, today: date, source: str) -> str:
    """Return why a declaration cannot be made, as one of PROBLEMS, or ""."""
    if capability not in model_response().capabilities:
        return NO_CAPABILITY
    if on > today:
        return AHEAD
    if on.year < BUILT_IN:
        return TOO_EARLY
    return "" if source.strip() else NO_SOURCE


def standing(said: Iterable[tuple[int, date, int]]) -> dict[int, int]:
    """Return which declaration of a country stands for each capability: that of the latest day, and of that the last.

    Args:
        said: capability, day of the assessment, and number in the order in which they were made.
    """
    found: dict[int, tuple[date, int]] = {}
    for capability, on, number in said:
        if capability not in found or (on, number) > found[capability]:
            found[capability] = on, number
    return {capability: number for capability, (_on, number) in found.items()}
