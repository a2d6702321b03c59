"""Retract one's own view given by mistake: within a minute, and only before anything has left the node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.reports.assessment import acts
from vaern.node.reports.base import registration, watches
from vaern.node.reports.base.claims import claimed_or_refuse
from vaern.node.reports.base.conclusions import standing
from vaern.node.reports.ending.disclosures import left
from vaern.node.reports.models import Assessment, Location, Report
from vaern.node.reports.rules import states as lives
from vaern.node.reports.rules.assessments import Place
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import UNDO_WITHIN, Event, State, Who

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

UNDOES = {Place.FIRST: Event.UNDO_FIRST, Place.SECOND: Event.UNDO_SECOND, Place.THIRD: Event.UNDO_THIRD}
"""What it is to take back a view of each place."""


def undoable(viewer: Viewer, report: Report) -> Assessment | None:
    """Return the view that the viewer can retract now: their own, the report's last, at most a minute old."""
    last: Assessment | None = standing(report).filter(final=True).order_by("-id").first()
    if last is None or viewer.person is None or last.person_id != viewer.person.pk:
        return None
    if timezone.now() - last.at > UNDO_WITHIN or left(report, last.at):
        return None
    allowed = (State(report.state), UNDOES[Place(last.place)]) in lives.TRANSITIONS
    return last if allowed else None


@transaction.atomic
def undo(viewer: Viewer, reason: Reason, report: Report) -> Event:
    """Retract the viewer's own last view and restore the report's state. Their declared exposure stays.

    Raises:
        Refusal: it is not theirs, too late, something has left the node since, or another person works on it.
    """
    found = claimed_or_refuse(viewer, report)
    last = undoable(viewer, found)
    if last is None:
        raise Refusal(
            _("It cannot be undone any more: a minute is over, it was another's, or something has left the house.")
        )
    event, now = UNDOES[Place(last.place)], timezone.now()
    found.state = lives.after(State(found.state), event, Who.ASSESSOR).value
    found.actionable, found.concluded_at, found.closed_at, found.touched_at = None, None, None, now
    found.save(update_fields=["state", "actionable", "concluded_at", "closed_at", "touched_at"])
    mine = standing(found).filter(round=last.round, place=last.place, person=last.person)
    mine.update(undone_at=now)
    fresh = Location.of(report=found).filter(state=LocationState.UNTRACED.value, created_at__gte=last.at)
    fresh.filter(checks=None).delete()
    registration.follow(found)
    watches.taken_back(found)
    record(acts.UNDONE, found.subject, viewer.actor, reason)
    return event
