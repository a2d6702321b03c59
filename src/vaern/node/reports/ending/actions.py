"""Close a report and reopen it, by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.transitions import StateRefusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.reports.base import registration, watches
from vaern.node.reports.base.claims import claimed_or_refuse
from vaern.node.reports.base.due import OPENED, open_again
from vaern.node.reports.base.forwards import home_or_refuse
from vaern.node.reports.ending import acts
from vaern.node.reports.models import Location
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.states import Event, State, Who

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


def unfinished(report: Report) -> list[Location]:
    """Return the locations that prevent a report from being closed, by item number."""
    from vaern.node.reports.takedown.queries import DONE

    rows = Location.of(report=report).exclude(state__in=DONE)
    return list(rows.select_related("item").order_by("item__number"))


def done_or_refuse(report: Report) -> State:
    """Return the state of a report that is closed now.

    Raises:
        Refusal: its state does not allow it, a location of it is still up, or its sender waits for an outcome.
    """
    after = life.after(State(report.state), Event.FINISH, Who.ASSESSOR)
    if unfinished(report):
        raise Refusal(_("A location of it is still up: each has to be offline, blocked or no longer pursued first."))
    home_or_refuse(report)
    return after


@transaction.atomic
def finish(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Close a report on which all work is done.

    Raises:
        Refusal: see `done_or_refuse`; the viewer is a program, or somebody else works on it.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = claimed_or_refuse(viewer, report)
    current.state, current.closed_at = done_or_refuse(current).value, timezone.now()
    current.claimed_by = current.claimed_until = None
    current.save(update_fields=["state", "closed_at", "claimed_by", "claimed_until"])
    registration.follow(current)
    record(acts.FINISHED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def reopen(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Return a concluded report to the work list, to be reassessed.

    What has left the node stays: notices and forwards keep their rows, and a host can still answer. Nothing more is
    sent during the assessment, because each act requires a report in action.

    Raises:
        Refusal: its state does not allow it, or not without words; the viewer is a program; it is not theirs, or
            somebody else works on it.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    current = releases.locked(viewer, report)
    before = State(current.state)
    if before is not State.CLOSED:
        current = claimed_or_refuse(viewer, report)
    open_again(current, Who.ASSESSOR)
    if life.TRANSITIONS[before, Event.REOPEN].says_why and not reason.words.strip():
        raise StateRefusal("a report", before, Event.REOPEN, wants_words=True)
    current.claimed_by = current.claimed_until = None
    current.touched_at = timezone.now()
    current.save(update_fields=[*OPENED, "claimed_by", "claimed_until", "touched_at"])
    registration.follow(current)
    watches.taken_back(current)
    record(acts.REOPENED, current.subject, viewer.actor, reason)
    return current
