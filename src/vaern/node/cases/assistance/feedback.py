"""What the requested authority, on this node or another, reports to the request that was sent: state and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.cases.assistance import acts
from vaern.node.cases.assistance.actions import confirm, note, save_event
from vaern.node.cases.assistance.alarms import look_at
from vaern.node.cases.assistance.question import THEIR_LIMITS
from vaern.node.cases.rules import assistance
from vaern.node.cases.rules.assistance import State, Who
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.cases.models import AssistanceRequest
    from vaern.node.cases.rules.assistance import Event
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


def told(
    viewer: Viewer,
    reason: Reason,
    request: AssistanceRequest,
    event: Event | None,
    said: str,
    words: str,
    *,
    at: datetime | None = None,
) -> None:
    """Record what the requested authority reports, the request locked; inside the transaction that tells of it.

    What the state of the request does not allow (somebody wrote it down before) is a line of the correspondence alone.

    Args:
        viewer: of the authority that was asked.
        reason: why.
        request: locked.
        event: what it does to the request; None for a line of the correspondence.
        said: how that line is called.
        words: what they say.
        at: since when a preservation holds that was confirmed; now if left out.
    """
    now = timezone.now()
    if event is not None and (State(request.state), event) in assistance.TRANSITIONS:
        request.state = assistance.after(State(request.state), event, Who.ADDRESSEE).value
        request.touched_at = now
        save_event(request, event, now)
        confirm(request, event, at or now)
        if request.held is not None:
            look_at(request.held, now)
    note(viewer, request, said, words, named=False)
    record(acts.TOLD, request.subject, viewer.actor, reason)


def limited(viewer: Viewer, request: AssistanceRequest, limits: str) -> None:
    """Write down on what conditions the requested authority lets a locked request's answer be used, if it says any.

    They bind once a person of the case has noted them (`Event.NOTE_LIMITS`), beside the evidence that came.
    """
    if limits.strip():
        note(viewer, request, THEIR_LIMITS, limits, named=False)


def expect(request: AssistanceRequest, at: datetime | None) -> None:
    """Postpone when the answer to a locked request is expected, if the requested authority names a later time."""
    if at is not None and request.expected_at is not None and at > request.expected_at:
        request.expected_at = at
        request.save(update_fields=["expected_at"])
        if request.held is not None:
            look_at(request.held, timezone.now())
