"""Which instrument reaches whom: from a question to every instrument, usable or not, and why. Pure; no Django.

Nothing here knows a country or a treaty: all of that is in the book. Every instrument of the book is in the answer, so
that what cannot be used is said as plainly as what can.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vaern.node.cases.assistance.records import DataKind, Kind, Need, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from vaern.node.cases.assistance.records import Book, Figure, Instrument


@dataclass(frozen=True)
class Question:
    """What is to be had, from where.

    Attributes:
        requesting, holder: countries: of who asks, and of who holds the data.
        data: what kind.
        on: the day on which it is asked for, in the country of who asks (`day_of`).
        urgent: an imminent danger to somebody's life or safety.
        preserved: the data are preserved already.
        cybertip: the provider reported them to the CyberTipline.
        dual: the act is an offence on both sides; None where nobody has looked.
    """

    requesting: str
    holder: str
    data: DataKind
    on: date
    urgent: bool = False
    preserved: bool = False
    cybertip: bool = False
    dual: bool | None = None


class Code(enum.StrEnum):
    """One line of an explanation. Those in AGAINST say why an instrument cannot be used, all others why and how."""

    IN_FORCE = "in_force"
    BOUND = "bound"
    HOLDERS_LAW = "holders_law"
    REACHED_THROUGH = "reached_through"
    OWN_LAW = "own_law"
    NO_TREATY_NEEDED = "no_treaty_needed"
    COVERS_DATA = "covers_data"
    RUNS_BY_ITSELF = "runs_by_itself"
    EMERGENCY_TIME = "emergency_time"
    DUAL_MET = "dual_met"
    DUAL_UNKNOWN = "dual_unknown"
    RESERVATION = "reservation"
    NOT_PARTY = "not_party"
    STAYS_OUT = "stays_out"
    NOT_YET = "not_yet"
    NO_MORE = "no_more"
    NOT_IN_FORCE = "not_in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    NO_LONGER_IN_FORCE = "no_longer_in_force"
    NOT_THE_HOLDERS_LAW = "not_the_holders_law"
    NO_WAY_THERE = "no_way_there"
    SAME_COUNTRY = "same_country"
    OTHER_COUNTRY = "other_country"
    WRONG_SIDES = "wrong_sides"
    REPLACED = "replaced"
    WRONG_DATA = "wrong_data"
    NEEDS_PRESERVATION = "needs_preservation"
    NEEDS_DUAL = "needs_dual"
    NEEDS_EMERGENCY = "needs_emergency"
    NEEDS_CYBERTIP = "needs_cybertip"


AGAINST = frozenset(list(Code)[list(Code).index(Code.NOT_PARTY) :])


@dataclass(frozen=True)
class Line:
    """One reason.

    Attributes:
        country: of which it speaks.
        day: from which, or to which, something holds.
        instrument: the other one that it names.
        unverified: it rests on a row that no person has verified.
    """

    code: Code
    country: str = ""
    day: date | None = None
    instrument: str = ""
    unverified: bool = False


@dataclass(frozen=True)
class Answer:
    """What is to be said of one instrument.

    Attributes:
        lines: why it can be used, or why not, in the order in which they are checked.
        expects: how long it takes; None where nobody can say.
    """

    instrument: Instrument
    lines: tuple[Line, ...]
    expects: Figure | None

    @property
    def usable(self) -> bool:
        """Whether nothing stands against it."""
        return not any(line.code in AGAINST for line in self.lines)

    @property
    def unverified(self) -> bool:
        """Whether it rests on a row that no person has verified."""
        return any(line.unverified for line in self.lines)


@dataclass(frozen=True)
class Route:
    """The whole answer.

    Attributes:
        usable: in the order in which they are best used: what secures the data first, then what brings them, the
            quickest first.
        others: every other instrument of the book.
        sequence: what is proposed: one to secure, then one to obtain; then those that wait for the first.
    """

    usable: tuple[Answer, ...]
    others: tuple[Answer, ...]
    sequence: tuple[Answer, ...]


STAGES = {Kind.PRESERVE: 0, Kind.CONTACT: 1, Kind.PRODUCE: 2, Kind.MLA: 2}
"""What secures comes before what brings; the contact point stands between, and before all in an emergency."""

UNKNOWN = 10**9


def day_of(moment: datetime, zone: str) -> date:
    """Return the day that a moment belongs to in a time zone.

    Raises:
        ValueError: the moment has no zone of its own, so nobody can say.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone belongs to no day")
    return moment.astimezone(ZoneInfo(zone)).date()


def route(question: Question, book: Book) -> Route:
    """Return what can be used, what cannot, and why."""
    answers = [_answer(question, one, book) for one in book.instruments.values()]
    usable = sorted((one for one in answers if one.usable), key=lambda one: _rank(one, question))
    others = sorted((one for one in answers if not one.usable), key=lambda one: _rank(one, question))
    return Route(tuple(usable), tuple(others), tuple(_sequence(usable, others, question)))


def hours_of(figure: Figure | None) -> int:
    """Return a figure in hours, to compare by: a month counts as 30 days, and what is unknown last."""
    if figure is None:
        return UNKNOWN
    return figure.span.hours + 24 * figure.span.days + 24 * 30 * figure.span.months


def _rank(answer: Answer, question: Question) -> tuple[int, int, int, str]:
    stage = STAGES[answer.instrument.kind]
    if question.urgent and answer.instrument.kind is Kind.CONTACT:
        stage = -1
    return stage, hours_of(answer.expects), answer.instrument.precedence, answer.instrument.code


def _sequence(usable: list[Answer], others: list[Answer], question: Question) -> Iterator[Answer]:
    """Secure first unless it is secured, then obtain; then what only waited for the data to be preserved."""
    asked = [one for one in usable if one.instrument.form]
    if question.urgent:
        yield from [one for one in asked if one.instrument.kind is Kind.CONTACT][:1]
    secures = [one for one in asked if one.instrument.kind is Kind.PRESERVE][:1]
    brings = [one for one in asked if STAGES[one.instrument.kind] == STAGES[Kind.MLA]][:1]
    waiting = [
        one for one in others
        if [line.code for line in one.lines if line.code in AGAINST] == [Code.NEEDS_PRESERVATION]
    ]  # fmt: skip
    if not question.preserved and not _sooner(brings, secures):
        yield from secures
        yield from waiting[:1] if secures else []
    yield from brings


def _sooner(brings: list[Answer], secures: list[Answer]) -> bool:
    """Whether the data themselves come before a preservation would be confirmed."""
    return bool(brings and secures) and hours_of(brings[0].expects) <= hours_of(secures[0].expects)


def _answer(question: Question, instrument: Instrument, book: Book) -> Answer:
    emergency = instrument.emergency if question.urgent else None
    lines = [*_in_force(question, instrument, book), *_reach(question, instrument, book), *_needs(question, instrument)]
    covered = question.data in instrument.data
    lines.append(Line(Code.COVERS_DATA if covered else Code.WRONG_DATA))
    if not instrument.form:
        lines.append(Line(Code.RUNS_BY_ITSELF))
    if emergency:
        lines.append(Line(Code.EMERGENCY_TIME))
    return Answer(instrument, tuple(lines), emergency or instrument.expects)


def _in_force(question: Question, instrument: Instrument, book: Book) -> Iterator[Line]:
    treaty = book.treaties[instrument.treaty]
    unverified = treaty.code not in book.verified
    if treaty.since is None:
        yield Line(Code.NOT_IN_FORCE, unverified=unverified)
    elif question.on < treaty.since:
        yield Line(Code.NOT_YET_IN_FORCE, day=treaty.since, unverified=unverified)
    elif treaty.until is not None and question.on > treaty.until:
        yield Line(Code.NO_LONGER_IN_FORCE, day=treaty.until, unverified=unverified)
    else:
        yield Line(Code.IN_FORCE, day=treaty.since, unverified=unverified)


def _reach(question: Question, instrument: Instrument, book: Book) -> Iterator[Line]:
    same = question.requesting == question.holder
    if instrument.reach is Reach.SAME:
        yield Line(Code.OWN_LAW if same else Code.OTHER_COUNTRY, country=question.holder)
    elif instrument.reach is Reach.HOLDER:
        yield from _holders_law(question, instrument, book)
    elif same:
        yield Line(Code.SAME_COUNTRY, country=question.holder)
    elif instrument.reach is Reach.OPEN:
        yield Line(Code.NO_TREATY_NEEDED)
    else:
        yield from _between(question, instrument, book)


def _holders_law(question: Question, instrument: Instrument, book: Book) -> Iterator[Line]:
    found = book.party(question.holder, instrument.treaty, question.on)
    if found is None or not found.bound:
        yield Line(Code.NOT_THE_HOLDERS_LAW, country=question.holder)
        return
    yield Line(Code.HOLDERS_LAW, country=question.holder, day=found.since, unverified=not found.verified)
    if question.requesting == question.holder or not instrument.through:
        return
    way = _answer(question, book.instruments[instrument.through], book)
    code = Code.REACHED_THROUGH if way.usable else Code.NO_WAY_THERE
    yield Line(code, instrument=instrument.through, unverified=way.unverified)


def _between(question: Question, instrument: Instrument, book: Book) -> Iterator[Line]:
    sides = (question.requesting, question.holder)
    if instrument.across and instrument.across not in sides:
        yield Line(Code.WRONG_SIDES, country=instrument.across)
    for country in sides:
        yield from _side(country, instrument, question.on, book)
    if instrument.yields and _both_bound(question, book.instruments[instrument.yields], book):
        yield Line(Code.REPLACED, instrument=instrument.yields)


def _both_bound(question: Question, other: Instrument, book: Book) -> bool:
    """Whether both sides are bound by the treaty of another instrument, in force on that day."""
    if any(line.code in AGAINST for line in _in_force(question, other, book)):
        return False
    rows = [book.party(country, other.treaty, question.on) for country in (question.requesting, question.holder)]
    return all(row is not None and row.bound for row in rows)


def _side(country: str, instrument: Instrument, on: date, book: Book) -> Iterator[Line]:
    """Say how one side stands: since when it is bound and what it reserved, or why it is not bound."""
    row = book.party(country, instrument.treaty, on)
    if row is not None:
        code = Code.BOUND if row.bound else Code.STAYS_OUT
        yield Line(code, country=country, day=row.since, unverified=not row.verified)
        if row.bound and row.reservation:
            yield Line(Code.RESERVATION, country=country, unverified=not row.verified)
        return
    rows = [one for one in book.parties if (one.country, one.treaty, one.bound) == (country, instrument.treaty, True)]
    later = [one.since for one in rows if one.since > on]
    earlier = [one.until for one in rows if one.until is not None and one.until < on]
    if later:
        yield Line(Code.NOT_YET, country=country, day=min(later))
    elif earlier:
        yield Line(Code.NO_MORE, country=country, day=max(earlier))
    else:
        yield Line(Code.NOT_PARTY, country=country)


def _needs(question: Question, instrument: Instrument) -> Iterator[Line]:
    if Need.PRESERVED in instrument.needs and not question.preserved:
        yield Line(Code.NEEDS_PRESERVATION)
    if Need.EMERGENCY in instrument.needs and not question.urgent:
        yield Line(Code.NEEDS_EMERGENCY)
    if Need.CYBERTIP in instrument.needs and not question.cybertip:
        yield Line(Code.NEEDS_CYBERTIP)
    if Need.DUAL_CRIMINALITY in instrument.needs:
        code = {True: Code.DUAL_MET, False: Code.NEEDS_DUAL, None: Code.DUAL_UNKNOWN}[question.dual]
        yield Line(code)
