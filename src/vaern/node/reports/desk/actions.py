"""Every change that the desk makes to reports: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.reports.base.claims import held, take
from vaern.node.reports.desk import acts
from vaern.node.reports.models import Report
from vaern.node.reports.rules import states
from vaern.node.reports.rules.claims import Claim
from vaern.node.reports.rules.states import Event, State, Who

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def claim(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Claim a report for the viewer; another person's expired claim is taken over, and the ledger says so.

    Raises:
        Refusal: another person works on it, or it is done.
    """
    found = releases.locked(viewer, report)
    before = held(viewer, found)
    _after(found, Event.CLAIM)
    take(viewer, found)
    act = acts.TAKEN_OVER if before is Claim.ENDED else acts.CLAIMED
    record(act, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def give_back(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Release the viewer's own claim before it expires.

    Raises:
        Refusal: the claim is not their own.
    """
    found = releases.locked(viewer, report)
    if held(viewer, found) is not Claim.MINE:
        raise Refusal(_("You have not claimed it."))
    found.claimed_by, found.claimed_until = None, None
    found.save(update_fields=["claimed_by", "claimed_until"])
    record(acts.GIVEN_BACK, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def set_aside(viewer: Viewer, reason: Reason, report: Report, original: Report) -> Report:
    """Mark a report as a duplicate of an earlier one of the same desk.

    Raises:
        Refusal: it is urgent, is the same, or one of them is not in a state that allows it.
    """
    if report.pk == original.pk:
        raise Refusal(_("A report is not its own duplicate."))
    both = {one.pk: releases.locked(viewer, one) for one in sorted((report, original), key=lambda one: one.pk)}
    found, first = both[report.pk], both[original.pk]
    held(viewer, found)
    if found.urgent:
        raise Refusal(_("An urgent report is never set aside as a duplicate."))
    if State(first.state) is State.DUPLICATE:
        raise Refusal(_("The earlier report is a duplicate itself: name the one that it repeats."))
    found.state = _after(found, Event.MARK_DUPLICATE)
    found.duplicate_of, found.claimed_by, found.claimed_until = first, None, None
    found.touched_at = timezone.now()
    found.save(update_fields=["state", "duplicate_of", "claimed_by", "claimed_until", "touched_at"])
    Report.of(duplicate_of=found).filter(organisation=viewer.organisation.id).update(duplicate_of=first)
    record(acts.SET_ASIDE, found.subject, viewer.actor, reason, details=first.code)
    return found


@transaction.atomic
def separate(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Unmark a duplicate; the report returns to the work list.

    Raises:
        Refusal: it is not a duplicate.
    """
    found = releases.locked(viewer, report)
    found.state = _after(found, Event.SEPARATE)
    found.duplicate_of = None
    found.touched_at = timezone.now()
    found.save(update_fields=["state", "duplicate_of", "touched_at"])
    record(acts.SEPARATED, found.subject, viewer.actor, reason)
    return found


def _after(report: Report, event: Event) -> str:
    return states.after(State(report.state), event, Who.ASSESSOR).value
