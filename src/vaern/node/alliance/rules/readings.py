"""Which values a target is held against: what the member declared, else what the ledger says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from vaern.node.alliance.rules import periods, values
from vaern.node.alliance.rules.gap import Reading, Why

if TYPE_CHECKING:
    from collections.abc import Iterable

WHYS = {
    values.NOTHING: Why.OF_NOTHING,
    values.FROM_ZERO: Why.OF_NOTHING,
    values.JOINED_MEANWHILE: Why.JOINED_MEANWHILE,
}
"""Why a value that was computed is missing; any other cause is that there is no value."""


class Said(NamedTuple):
    """What a member declared for a period, or why it has no value. The latest round comes last."""

    period: str
    value: float | None
    why: str


class Counted(NamedTuple):
    """What the ledger says for a period that is over."""

    kind: periods.Kind
    start: date
    value: float | None
    missing: str


@dataclass(frozen=True)
class Point:
    """One value of a series.

    Attributes:
        kind, start: of the period.
        value: None where there is none.
        declared: the member said so; otherwise it was computed.
        why: the code of why there is none.
        words: why, as the member said it.
    """

    kind: periods.Kind
    start: date
    value: float | None
    declared: bool
    why: Why = Why.NO_VALUE
    words: str = ""

    @property
    def reading(self) -> Reading:
        """The same for `gap`."""
        last = periods.after(self.kind, self.start) - timedelta(days=1)
        return Reading(self.start, last, self.value, self.why)


def series(said: Iterable[Said], counted: Iterable[Counted], otherwise: periods.Kind = "year") -> list[Point]:
    """Return one series of periods of one length, the earliest first: that for which the member declared last.

    Numbers of months and of years are never mixed: a count of a month would look like a fall.
    """
    declared: dict[tuple[periods.Kind, date], Said] = {}
    kind = otherwise
    for one in said:
        kind, start = periods.read(one.period)
        declared[kind, start] = one
    found = {
        one.start: Point(kind, one.start, one.value, declared=False, why=WHYS.get(one.missing, Why.NO_VALUE))
        for one in counted
        if one.kind == kind
    }
    found |= {
        start: Point(kind, start, one.value, declared=True, words=one.why)
        for (its_kind, start), one in declared.items()
        if its_kind == kind
    }
    return [found[start] for start in sorted(found)]
