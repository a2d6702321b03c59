"""What is believed of sums, rounds and releases that come from another node, and why something is not. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.alliance.rules.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

OTHER_COUNTRY = "alliance_other_country"
OTHER_DEFINITIONS = "alliance_other_definitions"
NO_SUM = "alliance_no_sum"
NO_MONTH = "alliance_no_month"
RELEASED_OTHERWISE = "alliance_released_otherwise"
NOT_THAT_FILE = "alliance_not_that_file"
NEVER_INVITED = "alliance_never_invited"
ANOTHERS_ROUND = "alliance_anothers_round"
NO_ROUND = "alliance_no_round"
NOT_WHOLE = "alliance_not_whole"
DECIDED = "alliance_decided"

SUMMED = frozenset(code for code, one in MEASURES.items() if not one.took)
"""Indicators whose sums can be added to those of other nodes; a median cannot."""


def month_is_over_or_runs(month: date, today: date) -> bool:
    """Whether a day is the first of a month that has begun; the other node's clock may be a day ahead."""
    return month.day == 1 and month.year >= 2000 and (month.year, month.month) <= _next(today)


def _next(day: date) -> tuple[int, int]:
    ahead = day.day >= 28  # tomorrow's month, by a clock that is ahead
    return (day.year + (day.month == 12 and ahead), day.month % 12 + 1 if ahead else day.month)


def problem(lines: Iterable[tuple[str, str, str, int, int]]) -> str:
    """Return the code of why lines are no sums of one month, or "".

    Args:
        lines: of each code, split, source, numerator and denominator.
    """
    seen = set()
    for code, split, source, numerator, denominator in lines:
        key = (code, split, source)
        if code not in SUMMED or key in seen or numerator > denominator:
            return NO_SUM
        if (split and not MEASURES[code].split) or (source and not MEASURES[code].source):
            return NO_SUM
        seen.add(key)
    return ""
