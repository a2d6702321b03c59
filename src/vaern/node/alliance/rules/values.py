"""From sums to values: shares, growth, and why there is none.

Nothing is guessed: where a number would rest on nothing, the value is missing and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

NOTHING = "nothing"
NO_COMPARISON = "no_comparison"
FROM_ZERO = "from_zero"
JOINED_MEANWHILE = "joined_meanwhile"
NO_BASELINE = "no_baseline"
MISSING = (NOTHING, NO_COMPARISON, FROM_ZERO, JOINED_MEANWHILE, NO_BASELINE)
"""Why a value cannot be computed: nothing to take a share of; no whole period to compare with; that period was zero;
the member joined within one of the two; a target has no baseline."""


@dataclass(frozen=True)
class Number:
    """A value, or why there is none.

    Attributes:
        value: in the unit of its definition, rounded to two decimals.
        missing: one of MISSING; "" where there is a value.
        numerator, denominator: what it was made of; None where it was not made of two.
    """

    value: float | None
    missing: str = ""
    numerator: int | None = None
    denominator: int | None = None


def share(numerator: int, denominator: int) -> Number:
    """Return a share in per cent."""
    if not 0 <= numerator <= denominator:
        raise ValueError(f"a share of {numerator} in {denominator}")
    if denominator == 0:
        return Number(None, NOTHING, 0, 0)
    return Number(round(100 * numerator / denominator, 2), "", numerator, denominator)


def count(number: int) -> Number:
    """Return a count."""
    return Number(float(number), "", number)


def growth(now: int, year_before: int | None, *, joined_meanwhile: bool = False) -> Number:
    """Return the growth over a year in per cent.

    Args:
        now: of the period.
        year_before: of the same period a year before; None where the ledger does not reach back over the whole of it.
        joined_meanwhile: the member joined after the comparison period had begun.
    """
    if joined_meanwhile:
        return Number(None, JOINED_MEANWHILE)
    if year_before is None:
        return Number(None, NO_COMPARISON)
    if year_before == 0:
        return Number(None, FROM_ZERO, now, 0)
    return Number(round(100 * (now - year_before) / year_before, 2), "", now, year_before)


def without_largest(whole: tuple[int, int], largest: tuple[int, int]) -> tuple[Number, float]:
    """Return the share without the source that has most, and how much of the whole (per cent) that source is.

    Args:
        whole: numerator and denominator of all sources.
        largest: of the one with the largest denominator; of several as large, of the one whose code is first.
    """
    rest = share(whole[0] - largest[0], whole[1] - largest[1])
    return rest, round(100 * largest[1] / whole[1], 2) if whole[1] else 0.0


def joined_within(joined: date | None, begins: date) -> bool:
    """Whether a member joined after a day on which a comparison begins."""
    return joined is not None and joined > begins
