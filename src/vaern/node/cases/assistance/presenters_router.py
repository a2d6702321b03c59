"""From what the router says to what its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.cases.assistance import labels
from vaern.node.cases.rules.instruments import Kind
from vaern.node.cases.rules.routes import AGAINST, UNSURE, WARNS
from vaern.node.law.labels import said
from vaern.node.law.records import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import QueryDict

    from vaern.node.cases.rules.instruments import Book, Figure
    from vaern.node.cases.rules.routes import Answer, Line, Question, Route
    from vaern.node.law.data import Entry


def route_context(found: Route, book: Book) -> dict[str, Any]:
    """Return what the router answers: what to do, the three answers, and how much of it nobody has verified."""
    again = [one for one in found.ranked if one.instrument.kind is Kind.REDIRECT]
    return {
        "again": [_answer(one, book) for one in again],
        "sequence": [_answer(one, book) for one in found.sequence],
        "usable": [_answer(one, book) for one in found.usable if one not in again],
        "uncertain": [_answer(one, book) for one in found.uncertain if one not in again],
        "others": [_answer(one, book) for one in found.others],
        "unverified": _unverified(found.ranked),
    }


def again(asked: QueryDict, question: Question, found: Entry | None) -> dict[str, str] | None:
    """Return the question with the country in which the table of providers has the company that answers; None if alike.

    Args:
        asked: the question, as its form was filled in.
        question: the same, read.
        found: the provider's row for the country that asks.
    """
    if found is None or found.content.country == question.holder:
        return None
    other = asked.copy()
    other["holder"] = found.content.country
    return {"country": labels.country_here(found.content.country), "query": other.urlencode()}


def _unverified(answers: Iterable[Answer]) -> str:
    """Return how much is not sure in itself, in one sentence for the page and no mark in its rows."""
    count = sum(one.unverified or _is_planned(one.expects) for one in answers)
    text = ngettext(
        "%(count)s of these ways rests on a row that nobody has verified, or on a time that no law gives: look it up.",
        "%(count)s of these ways rest on rows that nobody has verified, or on times that no law gives: look them up.",
        count,
    )
    return text % {"count": count} if count else ""


def _is_planned(figure: Figure | None) -> bool:
    return figure is not None and figure.basis is not Basis.READ


def _answer(one: Answer, book: Book) -> dict[str, Any]:
    decides = [line for line in one.lines if line.code in (UNSURE if one.possible else AGAINST)]
    warns = [line for line in one.lines if line.code in WARNS]
    return {
        "code": one.instrument.code,
        "name": said(one.instrument.name),
        "provision": one.instrument.provision,
        "treaty": said(book.treaties[one.instrument.treaty].name),
        "kind": labels.KINDS[one.instrument.kind],
        "expects": labels.span(one.expects.span) if one.expects else _("Nobody can say"),
        "decides": _words(decides, book),
        "warns": _words(warns, book),
        "why": _words([line for line in one.lines if line not in decides and line not in warns], book),
        "possible": one.possible,
        "certain": one.usable,
        "note": said(one.instrument.note),
    }


def _words(lines: Iterable[Line], book: Book) -> list[str]:
    return [labels.line(line, book) for line in lines]
