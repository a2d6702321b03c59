"""How far messages about something have come, as pages show it (`casework.releases.elsewhere.Progress`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.releases.elsewhere import Progress
from vaern.node.exchange.models import Outgoing
from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import State
from vaern.node.exchange.rules.releases import PEER, PEER_DOES_NOT_ANSWER

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet


def of_first(about: Collection[UUID]) -> dict[UUID, Progress]:
    """Return by what it is about how far the first message has come: the one that carried the record."""
    return {row.about: _progress(row) for row in _rows(about).order_by("-id") if row.about}  # the first comes last


def of_last(about: Collection[UUID]) -> dict[UUID, Progress]:
    """Return by what it is about how far our last word has come."""
    return {row.about: _progress(row) for row in _rows(about).order_by("id") if row.about}


def _rows(about: Collection[UUID]) -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(about__in=list(about)).select_related("peer")


def _progress(row: Outgoing) -> Progress:
    return Progress(
        sent_at=row.sent_at,
        delivered_at=row.received_at,
        taken_in_at=row.settled_at if row.result == Result.TAKEN_IN.value else None,
        read_at=row.read_at,
        stopped=_stopped(row),
    )


def _stopped(row: Outgoing) -> str:
    """Return why a message does not go on, as a code; "" if it does."""
    if row.result and row.result != Result.TAKEN_IN.value:
        return row.because or row.result
    if row.received_at is None and State(row.peer.state) is not State.ACTIVE:
        return f"{PEER}{row.peer.state}"
    if row.received_at is None and row.peer.failing_since is not None:
        return PEER_DOES_NOT_ANSWER
    return ""
