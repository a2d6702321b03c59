"""Questions to the router, recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.data import current
from vaern.node.cases.rules.router import route
from vaern.node.law.acts import ROWS
from vaern.node.law.queries import LOOKED
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from vaern.node.cases.rules.instruments import Book
    from vaern.node.cases.rules.routes import Question, Route
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def routed(viewer: Viewer, question: Question) -> tuple[Route, Book]:
    """Return the answer to a question, and the book it was found in; recorded."""
    book = current()
    record(acts.ROUTED, ROWS, viewer.actor, LOOKED)
    return route(question, book), book
