"""The router once more, naively: one question at a time, no shared step with the real one but the data.

Every answer is "yes", "no" or "perhaps": the table does not say. One "no" is enough against an instrument; without one,
one "perhaps" leaves it open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vaern.node.cases.rules.instruments import Book, Figure, Instrument
    from vaern.node.cases.rules.routes import Answer, Question

YES, PERHAPS, NO = "yes", "perhaps", "no"


def all_of(answers: Iterable[str]) -> str:
    """The worst of several."""
    given = set(answers)
    return NO if NO in given else PERHAPS if PERHAPS in given else YES


def truth(said: bool) -> str:
    """A yes or a no."""
    return YES if said else NO


def bound(book: Book, country: str, treaty: str, on: date) -> str:
    """Whether a country is bound: of all rows that speak of the day, the one that began last decides.

    A row that begins or ended speaks too, unless its first day is not known; then only a table that is whole does.
    """
    decides = None
    for row in book.parties:
        if row.country != country or row.treaty != treaty or row.since > on:
            continue
        if row.until is not None and row.until < on:
            continue
        if decides is None or row.since > decides.since:
            decides = row
    if decides is not None:
        return truth(decides.bound)
    mine = [row for row in book.parties if row.country == country and row.treaty == treaty and row.bound]
    for row in mine:
        if row.since > on and row.at_latest:
            return PERHAPS
    if mine:
        return NO
    whole = book.treaties[treaty].complete
    if whole is None:
        return PERHAPS
    return PERHAPS if country in whole.but else NO


def in_force(book: Book, treaty: str, on: date) -> str:
    """Whether a treaty is in force on a day; both its days count."""
    found = book.treaties[treaty]
    if found.since is None:
        return PERHAPS if found.waits is None else NO
    return truth(not on < found.since and not (found.until is not None and on > found.until))


def reaches(question: Question, one: Instrument, book: Book) -> str:  # noqa: PLR0911 - a list of cases
    """Whether an instrument works between the two countries at all."""
    here, there = question.requesting, question.holder
    if one.yields and replaced(question, book.instruments[one.yields], book):
        return NO
    match one.reach.value:
        case "same":
            own = book.treaties[one.treaty].complete is not None
            return bound(book, there, one.treaty, question.on) if own and here == there else truth(here == there)
        case "open":
            return truth(here != there)
        case "holder":
            applies = bound(book, there, one.treaty, question.on)
            if here == there or not one.through:
                return applies
            return all_of([applies, stands(question, book.instruments[one.through], book)])
    if here == there:
        return NO
    if one.reach.value == "provider":
        return bound(book, there, one.treaty, question.on)
    if one.reach.value == "asker":
        inside = bound(book, there, one.outside, question.on)
        return all_of([bound(book, here, one.treaty, question.on), {YES: NO, NO: YES, PERHAPS: PERHAPS}[inside]])
    if one.across and (here in one.across.split()) == (there in one.across.split()):
        return NO
    return all_of([bound(book, here, one.treaty, question.on), bound(book, there, one.treaty, question.on)])


def replaced(question: Question, other: Instrument, book: Book) -> bool:
    """Whether another instrument certainly takes the place of this one."""
    sides = [question.holder] if other.reach.value != "between" else [question.requesting, question.holder]
    there = all_of(bound(book, side, other.treaty, question.on) for side in sides)
    return all_of([there, in_force(book, other.treaty, question.on)]) == YES


def stands(question: Question, one: Instrument, book: Book) -> str:
    """Whether an instrument can be used."""
    unmet = {
        "preserved": not question.preserved,
        "emergency": not question.urgent,
        "cybertip": not question.cybertip,
    }
    return all_of(
        [
            in_force(book, one.treaty, question.on),
            reaches(question, one, book),
            truth(question.data in one.data),
            truth(question.data not in one.threshold or question.grave is not False),
            *(truth(not unmet.get(need.value, False)) for need in one.needs),
        ]
    )


def before(first: Answer, second: Answer, question: Question) -> bool:
    """Whether one of two that nothing stands against has to stand before the other."""
    tiers = [tier(one, question) for one in (first, second)]
    if tiers[0] != tiers[1]:
        return tiers[0] < tiers[1]
    if question.urgent:
        for rule in (lambda one: "emergency" in {need.value for need in one.instrument.needs}, is_contact):
            if rule(first) != rule(second):
                return bool(rule(first))
    steps = [step(one) for one in (first, second)]
    if steps[0] != steps[1]:
        return steps[0] < steps[1]
    if minutes(first.expects) != minutes(second.expects):
        return minutes(first.expects) < minutes(second.expects)
    one, other = first.instrument, second.instrument
    return (one.precedence, one.code) < (other.precedence, other.code)


def tier(one: Answer, question: Question) -> int:
    """What is certain, then what the table does not say, and what needs no treaty last of all."""
    if one.instrument.reach.value == "open":
        return 2
    return 0 if not any(line.code.value.startswith(("unknown", "way_unknown")) for line in one.lines) else 1


def is_contact(one: Answer) -> bool:
    """Whether it is somebody to call."""
    return one.instrument.kind.value == "contact"


def step(one: Answer) -> int:
    """Secure, talk, bring; and where to ask again."""
    order = [["preserve"], ["contact", "inform"], ["direct", "produce", "mla"], ["redirect"]]
    return next(at for at, kinds in enumerate(order) if one.instrument.kind.value in kinds)


def minutes(figure: Figure | None) -> float:
    """How long, with no answer later than any."""
    if figure is None:
        return float("inf")
    return 60 * (figure.span.hours + 24 * (figure.span.days + 30 * figure.span.months))
