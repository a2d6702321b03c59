"""From sums to values: shares, growth, and why there is none. Pure; no Django.

Nothing is guessed: where a number would rest on nothing, the value is missing and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
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


@dataclass(frozen=True)
class Sums:
    """What was summed for one member, period and source.

    Attributes:
        source: the host as a code; "" where sources are not told apart.
        numerator, denominator: of it.
    """

    source: str
    numerator: int
    denominator: int


def whole(parts: Iterable[Sums]) -> tuple[int, int]:
    """Return numerator and denominator of all together."""
    found = list(parts)
    return sum(part.numerator for part in found), sum(part.denominator for part in found)


def without_largest(parts: Iterable[Sums]) -> tuple[Number, float] | None:
    """Return the share without the source that has most, and how much of the whole (per cent) that source is.

    Of several as large, the one whose code is first; None where there are no two sources.
    """
    found = sorted(parts, key=lambda part: (-part.denominator, part.source))
    if len(found) < 2:
        return None
    total = sum(part.denominator for part in found)
    return share(*whole(found[1:])), round(100 * found[0].denominator / total, 2) if total else 0.0


def joined_within(joined: date | None, begins: date) -> bool:
    """Whether a member joined after a day on which a comparison begins."""
    return joined is not None and joined > begins
