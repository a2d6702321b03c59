"""Record that somebody looked at a meeting, and at what their side was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.crosscheck.models import Meeting, Told
from vaern.node.crosscheck.registry import acts
from vaern.node.ledger.record import record as write

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def see(viewer: Viewer, reason: Reason, meeting: Meeting) -> list[Told]:
    """Record that somebody looked at a meeting, which is then no longer new, and return what their side was told."""
    now, own = timezone.now(), viewer.organisation.id
    told = Told.objects.filter(meeting=meeting, organisation=viewer.organisation)
    told.filter(seen_at=None).update(seen_at=now, seen_by=viewer.person)
    for side, saw in ((meeting.one, "one_saw_at"), (meeting.other, "other_saw_at")):
        if side is not None and side.organisation_id == own:
            Meeting.objects.filter(pk=meeting.pk, **{saw: None}).update(**{saw: now})
            write(acts.MEETING_READ, side.subject, viewer.actor, reason)
    return list(told.order_by("-told_at", "id"))
