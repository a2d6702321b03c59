"""The terms of the requested authority: what it owes the requesting one, until when, by which law.

Time is counted as `clocks` counts it, in the country that was asked: the day of the beginning is day 0, of
several zones the earliest end counts. To that come three things that the law says of a duty and never of its own:

- **Free days** (`rolls`): where the law counts as the Union does, a period whose last day is no working day ends with
  the next working day (Regulation 1182/71, article 3(4)). Hours never roll.
- **What is missing** (`asking`): the period goes on, stands still, or begins only when everything is there.
- **Postponement** stops whatever has begun but the acknowledgement, for as long as its ground lasts.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.instruments import Span
from vaern.node.law.records import Basis, Words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from vaern.node.cases.rules.instruments import Instrument

INSTANT = timedelta(microseconds=1)


class Duty(enum.StrEnum):
    """What the requested authority owes: to acknowledge, decide, execute, answer, and keep the named day."""

    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    EXECUTE = "execute"
    ANSWER = "answer"
    DEADLINE = "deadline"


class Since(enum.StrEnum):
    """From when a period runs."""

    RECEIPT = "receipt"
    DECISION = "decision"


class Asking(enum.StrEnum):
    """What a period does while missing information is asked for."""

    RUNS = "runs"
    STANDS = "stands"
    WHOLE = "whole"


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long one duty lasts under one instrument.

    Attributes:
        span, urgent: in ordinary and in urgent matters; the first where there is no second.
        extended, extended_urgent: how long it is from the same beginning once notice of a delay was given.
        rolls: a last day that is no working day moves to the next one.
        planned: no law says it; a figure to plan by.
        day: on which it was read in its source or, where nobody read it, written down.
    """

    instrument: str
    duty: Duty
    span: Span
    basis: Basis
    source: str
    day: date
    since: Since = Since.RECEIPT
    urgent: Span | None = None
    extended: Span | None = None
    extended_urgent: Span | None = None
    rolls: bool = False
    asking: Asking = Asking.RUNS
    planned: bool = False
    note: Words = {}

    def of(self, *, urgent: bool, extended: bool) -> Span:
        """Return the span that counts."""
        if urgent and self.urgent:
            return (self.extended_urgent if extended else None) or self.urgent
        return (self.extended if extended else None) or self.span

    def extends(self, *, urgent: bool) -> bool:
        """Whether notice of a delay makes it longer."""
        return bool(self.extended_urgent if urgent and self.urgent else self.extended)


@dataclass(frozen=True)
class Pause:
    """A time in which something was missing, or execution was postponed.

    Attributes:
        postponed: it was postponed; else something was asked for.
        ends: None while it lasts.
    """

    begins: datetime
    ends: datetime | None = None
    postponed: bool = False


@dataclass(frozen=True)
class Facts:
    """What happened to a request so far.

    Attributes:
        deadline: the last day that the requesting authority named.
        extended: duties of whose delay notice was given.
    """

    received_at: datetime
    acknowledged_at: datetime | None = None
    decided_at: datetime | None = None
    executed_at: datetime | None = None
    answered_at: datetime | None = None
    deadline: date | None = None
    urgent: bool = False
    extended: frozenset[Duty] = frozenset()
    pauses: tuple[Pause, ...] = ()

    def met(self, duty: Duty) -> datetime | None:
        """Return when a duty was done."""
        return {
            Duty.ACKNOWLEDGE: self.acknowledged_at,
            Duty.DECIDE: self.decided_at,
            Duty.EXECUTE: self.executed_at,
            Duty.ANSWER: self.answered_at,
            Duty.DEADLINE: self.answered_at,
        }[duty]


@dataclass(frozen=True)
class Days:
    """When a country works.

    Attributes:
        zones: in which its days end.
        working: days of the week; Monday is 0, one at least.
        holidays: days on which nobody works.
    """

    zones: tuple[str, ...]
    working: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def works(self, day: date) -> bool:
        """Whether it works on a day."""
        return day.weekday() in self.working and day not in self.holidays


@dataclass(frozen=True)
class Due:
    """One duty of one request.

    Attributes:
        term: by which law; None of a deadline that the requesting authority named.
        at: when it is due; None while it stands still, or has not begun.
        met: when it was done.
    """

    duty: Duty
    term: Term | None
    at: datetime | None
    met: datetime | None

    def late(self, now: datetime) -> bool:
        """Whether it was not done in time. At its end itself it is too late, as with every clock."""
        return self.at is not None and self.at <= (self.met or now)


def terms_of(instrument: Instrument, table: Iterable[Term]) -> list[Term]:
    """Return the duties under an instrument; where no law times the answer, the figure to plan by stands in."""
    found = [one for one in table if one.instrument == instrument.code]
    if not any(one.duty in {Duty.EXECUTE, Duty.ANSWER} for one in found) and instrument.expects is not None:
        figure, urgent = instrument.expects, instrument.emergency
        found.append(
            Term(
                instrument=instrument.code,
                duty=Duty.ANSWER,
                span=figure.span,
                basis=figure.basis,
                source=figure.source,
                day=figure.day,
                urgent=urgent.span if urgent else None,
                planned=figure.basis is Basis.ASSUMED,
            )
        )
    return found


def dues(terms: Sequence[Term], facts: Facts, days: Days) -> list[Due]:
    """Return every duty with its end, in the order in which they are done."""
    found = [Due(one.duty, one, due_at(one, facts, days), facts.met(one.duty)) for one in terms]
    if facts.deadline is not None:
        end = min(clocks.end_of_day(facts.deadline, zone) for zone in days.zones)
        found.append(Due(Duty.DEADLINE, None, end, facts.met(Duty.DEADLINE)))
    order = list(Duty)
    return sorted(found, key=lambda one: order.index(one.duty))


def next_due(found: Collection[Due]) -> Due | None:
    """Return the duty that is due first of those not done; None if there is none."""
    waiting = [one for one in found if one.met is None and one.at is not None]
    return min(waiting, key=lambda one: (one.at, one.duty)) if waiting else None


def due_at(term: Term, facts: Facts, days: Days) -> datetime | None:
    """Return when a duty is due; None while it has not begun, or stands still."""
    start = _start(term, facts)
    if start is None:
        return None
    span = term.of(urgent=facts.urgent, extended=term.duty in facts.extended)
    end = clocks.end_of(start, span, days.zones)
    for pause in sorted(facts.pauses, key=lambda one: one.begins):
        if not _stops(pause, term) or pause.begins >= end:
            continue
        if pause.ends is None:
            return None
        end += max(timedelta(0), pause.ends - max(pause.begins, start))
    return rolled(end, days) if term.rolls and not span.hours else end


def _start(term: Term, facts: Facts) -> datetime | None:
    if term.since is Since.DECISION:
        return facts.decided_at
    asked = [one for one in facts.pauses if not one.postponed]
    if term.asking is not Asking.WHOLE or not asked:
        return facts.received_at
    ends = [one.ends for one in asked]
    return None if None in ends else max(end for end in ends if end is not None)


def _stops(pause: Pause, term: Term) -> bool:
    if pause.postponed:
        return term.duty is not Duty.ACKNOWLEDGE
    return term.asking is Asking.STANDS


def rolled(end: datetime, days: Days) -> datetime:
    """Return the end of a period whose last day may be free: of the next working day, in the earliest zone."""
    return min(_rolled(end, zone, days) for zone in days.zones)


def _rolled(end: datetime, zone: str, days: Days) -> datetime:
    last = (end.astimezone(UTC) - INSTANT).astimezone(ZoneInfo(zone)).date()
    day = last
    while not days.works(day):
        day += clocks.DAY
    return end if day == last else clocks.end_of_day(day, zone)
