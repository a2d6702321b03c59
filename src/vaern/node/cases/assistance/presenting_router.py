"""From what the router says to what its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.router import AGAINST
from vaern.node.law.labels import said

if TYPE_CHECKING:
    from vaern.node.cases.assistance.records import Book
    from vaern.node.cases.assistance.router import Answer, Route


def route_context(found: Route, book: Book, links: dict[str, str]) -> dict[str, Any]:
    """Return what the router answers.

    Args:
        found: the answer.
        book: it was found in.
        links: addresses at which a request is begun, by instrument.
    """
    return {
        "usable": [_answer(one, book, links) for one in found.usable],
        "others": [_answer(one, book, {}) for one in found.others],
        "sequence": [_answer(one, book, links) for one in found.sequence],
    }


def _answer(one: Answer, book: Book, links: dict[str, str]) -> dict[str, Any]:
    treaty = one.instrument.treaty
    lines = [(labels.line(line, treaty, book), line.code in AGAINST, line.unverified) for line in one.lines]
    return {
        "code": one.instrument.code,
        "name": said(one.instrument.name),
        "provision": one.instrument.provision,
        "treaty": said(book.treaties[treaty].name),
        "kind": labels.KINDS[one.instrument.kind],
        "expects": labels.expectation(one.expects),
        "lines": [line for line in lines if line[1]] if not one.usable else lines,
        "unverified": one.unverified,
        "usable": one.usable,
        "url": links.get(one.instrument.code, ""),
        "note": said(one.instrument.note),
    }
