"""The router once more, naively: one question at a time, no shared step with the real one but the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.cases.assistance.records import Book, Instrument
    from vaern.node.cases.assistance.router import Question


def bound(book: Book, country: str, treaty: str, on: date) -> bool:
    """Whether a country is bound: of all rows that speak of the day, the one that began last decides."""
    decides = None
    for row in book.parties:
        if row.country != country or row.treaty != treaty or row.since > on:
            continue
        if row.until is not None and row.until < on:
            continue
        if decides is None or row.since > decides.since:
            decides = row
    return decides is not None and decides.bound


def in_force(book: Book, treaty: str, on: date) -> bool:
    """Whether a treaty is in force on a day; both its days count."""
    found = book.treaties[treaty]
    if found.since is None:
        return False
    return not on < found.since and not (found.until is not None and on > found.until)


def reaches(question: Question, one: Instrument, book: Book) -> bool:  # noqa: PLR0911 - a list of cases
    """Whether an instrument works between the two countries at all."""
    here, there = question.requesting, question.holder
    match one.reach.value:
        case "same":
            return here == there
        case "open":
            return here != there
        case "holder":
            if not bound(book, there, one.treaty, question.on):
                return False
            return here == there or not one.through or usable(question, book.instruments[one.through], book)
    if here == there or (one.across and one.across not in {here, there}):
        return False
    if not (bound(book, here, one.treaty, question.on) and bound(book, there, one.treaty, question.on)):
        return False
    if one.yields:
        other = book.instruments[one.yields].treaty
        both = bound(book, here, other, question.on) and bound(book, there, other, question.on)
        return not (both and in_force(book, other, question.on))
    return True


def usable(question: Question, one: Instrument, book: Book) -> bool:
    """Whether an instrument can be used."""
    unmet = {
        "preserved": not question.preserved,
        "emergency": not question.urgent,
        "cybertip": not question.cybertip,
        "dual_criminality": question.dual is False,
    }
    return (
        in_force(book, one.treaty, question.on)
        and reaches(question, one, book)
        and question.data in one.data
        and not any(unmet[need.value] for need in one.needs)
    )
