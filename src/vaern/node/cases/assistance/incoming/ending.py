"""Requests of other countries at their end date: erased, with their documents, and recalled from their desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.assistance.watching import look_at
from vaern.node.cases.models import HeldData, IncomingRequest
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.viewers import Viewer

if TYPE_CHECKING:
    from uuid import UUID


def erase_expired() -> int:
    """Erase what is past its end date; the job's work, each night."""
    due = IncomingRequest.everywhere.filter(review_date__lt=timezone.localdate())
    return each("incoming.expire", due.values_list("pk", flat=True), _expire)


def _expire(id: UUID) -> bool:
    rows = IncomingRequest.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
    found = rows.filter(pk=id, review_date__lt=timezone.localdate()).first()
    if found is None:
        return False
    for held in HeldData.everywhere.filter(incoming=found):
        look_at(held, timezone.now())
    releases.recall_all(Viewer(found.organisation, frozenset()), found, Reason(Why.RETENTION))
    subject = found.subject
    found.delete()
    record(acts.EXPIRED, subject, NODE, Reason(Why.RETENTION))
    return True
