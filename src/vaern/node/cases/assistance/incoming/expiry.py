"""Requests of other countries at their end date: erased, with their documents, and recalled from their desk."""

from __future__ import annotations

from django.utils import timezone

from vaern.node.cases.assistance.alarms import look_at
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.models import HeldData, IncomingRequest
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention import BY_CLOCK, expire, node_of
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE


def erase_expired() -> int:
    """Erase what is past its end date; the job's work, each night."""
    return expire("incoming.expire", IncomingRequest.everywhere.all(), _expire)


def _expire(request: IncomingRequest) -> int:
    for held in HeldData.everywhere.filter(incoming=request):
        look_at(held, timezone.now())
    releases.recall_all(node_of(request.organisation), request, BY_CLOCK)
    subject = request.subject
    request.delete()
    record(acts.EXPIRED, subject, NODE, BY_CLOCK)
    return 1
