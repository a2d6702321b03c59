"""Which instrument reaches whom: from a question to every instrument, usable or not, and why.

Nothing here knows a country or a treaty: all of that is in the book. Every instrument of the book is in the answer, so
that what cannot be used is said as plainly as what can. There are three answers: it can be used, it cannot, and **the
table does not say**. Silence never stands against an instrument: it can be tried, after what is certain, with "look".
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from vaern.node.cases.rules.instruments import Kind, Need, Reach
from vaern.node.cases.rules.routes import AGAINST, Answer, Code, Line, Question, Route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from vaern.node.cases.rules.instruments import Book, Figure, Instrument, Party


STAGES = {
    Kind.CONTACT: 1,
    Kind.PRESERVE: 0,
    Kind.INFORM: 1,
    Kind.DIRECT: 2,
    Kind.PRODUCE: 2,
    Kind.MLA: 2,
    Kind.REDIRECT: 3,
}
"""What secures comes before what brings; the contact point stands between, and before these in an emergency."""

BRINGS = frozenset({Kind.DIRECT, Kind.PRODUCE, Kind.MLA})
"""What brings the data themselves."""

UNKNOWN = 10**9

_THRESHOLD = {True: Code.OFFENCE_MET, False: Code.OFFENCE_TOO_LIGHT, None: Code.OFFENCE_UNKNOWN}


def day_of(moment: datetime, zone: str) -> date:
    """Return the day that a moment belongs to in a time zone.

    Raises:
        ValueError: the moment has no zone of its own, so nobody can say.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone belongs to no day")
    return moment.astimezone(ZoneInfo(zone)).date()


def route(question: Question, book: Book) -> Route:
    """Return which instruments can be used, which the table is silent on, which cannot be used, and why."""
    asked = _Asked(question, book)
    answers = sorted((asked.answer(one) for one in book.instruments.values()), key=lambda one: _rank(one, question))
    ranked = [one for one in answers if one.possible]
    others = [one for one in answers if not one.possible]
    return Route(tuple(ranked), tuple(others), tuple(_sequence(ranked, others, question)))


def hours_of(figure: Figure | None) -> int:
    """Return a figure in hours, to compare by: a month counts as 30 days, and what is unknown last."""
    if figure is None:
        return UNKNOWN
    return figure.span.hours + 24 * figure.span.days + 24 * 30 * figure.span.months


def saves(instrument: Instrument) -> bool:
    """Whether an instrument is made for danger to somebody's life."""
    return Need.EMERGENCY in instrument.needs


def _rank(answer: Answer, question: Question) -> tuple[int, bool, int, int, int, str]:
    one = answer.instrument
    first = question.urgent and saves(one)
    stage = -1 if question.urgent and one.kind is Kind.CONTACT else STAGES[one.kind]
    return answer.standing, not first, stage, hours_of(answer.expects), one.precedence, one.code


def _sequence(ranked: list[Answer], others: list[Answer], question: Question) -> Iterator[Answer]:
    """The emergency first; secure unless it is secured, then obtain; then what only waited for the preservation."""
    asked = [one for one in ranked if one.instrument.form]
    if question.urgent:
        yield from [one for one in asked if saves(one.instrument)][:1]
        yield from [one for one in asked if one.instrument.kind is Kind.CONTACT][:1]
    secures = [one for one in asked if one.instrument.kind is Kind.PRESERVE][:1]
    brings = [one for one in asked if one.instrument.kind in BRINGS and not saves(one.instrument)][:1]
    waiting = [
        one for one in others if [line.code for line in one.lines if line.code in AGAINST] == [Code.NEEDS_PRESERVATION]
    ]
    if not question.preserved and not _sooner(brings, secures):
        yield from secures
        yield from waiting[:1] if secures else []
    yield from brings


def _sooner(brings: list[Answer], secures: list[Answer]) -> bool:
    """Whether the data themselves come before a preservation would be confirmed."""
    return bool(brings and secures) and hours_of(brings[0].expects) <= hours_of(secures[0].expects)


class _Asked:
    """One question and the book it is put to; the rows by country and treaty, because each is asked for many times."""

    def __init__(self, question: Question, book: Book) -> None:
        self.question, self.book = question, book
        self.rows: dict[tuple[str, str], list[Party]] = defaultdict(list)
        for row in book.parties:
            if row.country in {question.requesting, question.holder}:
                self.rows[row.country, row.treaty].append(row)

    def answer(self, instrument: Instrument) -> Answer:
        """Return what is to be said of one instrument."""
        question = self.question
        emergency = instrument.emergency if question.urgent else None
        lines = [*self.force(instrument), *self.reach(instrument), *_needs(question, instrument)]
        lines.append(Line(Code.COVERS_DATA if question.data in instrument.data else Code.WRONG_DATA))
        if question.data in instrument.threshold:
            lines.append(Line(_THRESHOLD[question.grave]))
        if instrument.only:
            lines.append(Line(Code.CONDITION, words=instrument.only))
        if not instrument.form and instrument.kind is not Kind.REDIRECT:
            lines.append(Line(Code.RUNS_BY_ITSELF))
        if emergency:
            lines.append(Line(Code.EMERGENCY_TIME))
        return Answer(instrument, tuple(lines), emergency or instrument.expects)

    def force(self, instrument: Instrument) -> Iterator[Line]:
        """Say whether the treaty of an instrument is in force."""
        treaty, on = self.book.treaties[instrument.treaty], self.question.on
        unverified = treaty.code not in self.book.verified
        if treaty.since is None:
            code = Code.UNKNOWN_FORCE if treaty.waits is None else Code.NOT_IN_FORCE
            yield Line(code, day=treaty.waits, unverified=unverified)
        elif on < treaty.since:
            yield Line(Code.NOT_YET_IN_FORCE, day=treaty.since, unverified=unverified)
        elif treaty.until is not None and on > treaty.until:
            yield Line(Code.NO_LONGER_IN_FORCE, day=treaty.until, unverified=unverified)
        else:
            yield Line(Code.IN_FORCE, day=treaty.since, unverified=unverified)

    def reach(self, instrument: Instrument) -> Iterator[Line]:
        """Say whether an instrument works between the two countries."""
        question = self.question
        same = question.requesting == question.holder
        match instrument.reach:
            case Reach.SAME:
                yield from self.own_law(instrument)
            case Reach.PROVIDER | Reach.OPEN | Reach.ASKER | Reach.BETWEEN if same:
                yield Line(Code.SAME_COUNTRY, country=question.holder)
            case Reach.HOLDER | Reach.PROVIDER:
                yield from self.holders_law(instrument)
            case Reach.OPEN:
                yield Line(Code.NO_TREATY_NEEDED)
            case Reach.ASKER:
                yield from self.askers_law(instrument)
            case Reach.BETWEEN:
                yield from self.between(instrument)
        if instrument.yields and self.takes_its_place(self.book.instruments[instrument.yields]):
            yield Line(Code.REPLACED, instrument=instrument.yields)

    def own_law(self, instrument: Instrument) -> Iterator[Line]:
        """Say whether the data are in one's own country; of a law that is one country's, whether it is that one."""
        question = self.question
        if question.requesting != question.holder:
            yield Line(Code.OTHER_COUNTRY, country=question.holder)
        elif self.book.treaties[instrument.treaty].complete is None:
            yield Line(Code.OWN_LAW, country=question.holder)
        else:
            yield from self.holders_law(instrument)

    def holders_law(self, instrument: Instrument) -> Iterator[Line]:
        """Say whether an instrument applies to what is held there, and how the asking country gets at it."""
        question = self.question
        for line in self.side(question.holder, instrument.treaty):
            if line.code in {Code.BOUND, Code.UNKNOWN_PARTY}:
                code = Code.HOLDERS_LAW if line.code is Code.BOUND else Code.UNKNOWN_LAW
                yield replace(line, code=code)
            elif line.code is Code.RESERVATION:
                yield line
            else:
                yield Line(Code.NOT_THE_HOLDERS_LAW, country=question.holder, unverified=line.unverified)
        if question.requesting == question.holder or not instrument.through:
            return
        way = self.answer(self.book.instruments[instrument.through])
        code = {True: Code.REACHED_THROUGH, False: Code.WAY_UNKNOWN}[way.usable] if way.possible else Code.NO_WAY_THERE
        yield Line(code, instrument=instrument.through, unverified=way.unverified)

    def askers_law(self, instrument: Instrument) -> Iterator[Line]:
        """Say whether the asking country has another door, because the holder's country is outside an act."""
        yield from self.side(self.question.requesting, instrument.treaty)
        there = next(self.side(self.question.holder, instrument.outside))
        code = {Code.BOUND: Code.INSIDE, Code.UNKNOWN_PARTY: Code.UNKNOWN_PARTY}.get(there.code, Code.OUTSIDE)
        yield replace(there, code=code, day=None)

    def between(self, instrument: Instrument) -> Iterator[Line]:
        """Say how both sides stand to a treaty."""
        sides, across = (self.question.requesting, self.question.holder), instrument.across.split()
        if across and sum(side in across for side in sides) != 1:
            yield Line(Code.WRONG_SIDES, country=across[0])
        for country in sides:
            yield from self.side(country, instrument.treaty)

    def takes_its_place(self, other: Instrument) -> bool:
        """Whether another instrument certainly applies: in force, and the sides it is about bound by its treaty."""
        if {line.code for line in self.force(other)} != {Code.IN_FORCE}:
            return False
        sides = {self.question.holder}
        if other.reach is Reach.BETWEEN:
            sides.add(self.question.requesting)
        return all(next(self.side(country, other.treaty)).code is Code.BOUND for country in sides)

    def side(self, country: str, treaty: str) -> Iterator[Line]:
        """Say how one side stands: bound since when and with what reservation, out and why, or that nothing is said."""
        on, rows = self.question.on, self.rows[country, treaty]
        covering = [row for row in rows if row.covers(on)]
        if covering:
            row = max(covering, key=lambda one: one.since)
            code = Code.BOUND if row.bound else Code.STAYS_OUT
            yield Line(code, country, row.since, words=row.reservation, unverified=not row.verified)
            if row.bound and row.reservation:
                yield Line(Code.RESERVATION, country, words=row.reservation, unverified=not row.verified)
            return
        later = [row for row in rows if row.bound and row.since > on]
        earlier = [row.until for row in rows if row.bound and row.until is not None and row.until < on]
        complete = self.book.treaties[treaty].complete
        if any(row.at_latest for row in later):
            yield Line(Code.UNKNOWN_PARTY, country=country)
        elif later:
            yield Line(Code.NOT_YET, country=country, day=min(row.since for row in later))
        elif earlier:
            yield Line(Code.NO_MORE, country=country, day=max(earlier))
        elif complete is not None and country not in complete.but:
            unverified = treaty not in self.book.verified
            yield Line(Code.NOT_PARTY, country=country, day=complete.on, unverified=unverified)
        else:
            yield Line(Code.UNKNOWN_PARTY, country=country)


def _needs(question: Question, instrument: Instrument) -> Iterator[Line]:
    if Need.PRESERVED in instrument.needs and not question.preserved:
        yield Line(Code.NEEDS_PRESERVATION)
    if Need.EMERGENCY in instrument.needs and not question.urgent:
        yield Line(Code.NEEDS_EMERGENCY)
    if Need.CYBERTIP in instrument.needs and not question.cybertip:
        yield Line(Code.NEEDS_CYBERTIP)
    if Need.DUAL_CRIMINALITY in instrument.needs:
        yield Line({True: Code.DUAL_MET, False: Code.DUAL_MISSING, None: Code.DUAL_UNKNOWN}[question.dual])
    if Need.DUAL_FOR_SEARCH in instrument.needs:
        yield Line(Code.DUAL_MET if question.dual else Code.DUAL_FOR_SEARCH)
