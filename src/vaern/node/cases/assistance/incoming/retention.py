"""Requests of other countries at their end date: erased, with their documents, and recalled from their desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.cases.assistance.alarms import look_at
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.models import HeldData, IncomingRequest
from vaern.node.casework.retention.kinds import Retention

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Actor


def _let_go(request: IncomingRequest, _by: Actor) -> None:
    for held in HeldData.of(incoming=request):
        look_at(held, timezone.now())


def _delete(request: IncomingRequest) -> None:
    request.delete()


RETENTION = Retention(
    model=IncomingRequest, name="requests of other countries", expired=acts.EXPIRED, let_go=_let_go, delete=_delete
)
