"""Every change that the desk makes to reports: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.reports import rules
from vaern.node.reports.desk import acts, claims
from vaern.node.reports.desk.claims import Claim
from vaern.node.reports.desk.country_days import Days, of_folder
from vaern.node.reports.models import Desk, Report
from vaern.node.reports.models.desk import monday_to_friday
from vaern.node.reports.rules import Event, State, Who

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


def desk_of(organisation: Organisation) -> Desk:
    """Return the desk of an organisation; it is made when it is first needed, with the holidays of its country."""
    found: Desk = Desk.everywhere.get_or_create(organisation=organisation, defaults=_begins_with(organisation))[0]
    return found


def _begins_with(organisation: Organisation) -> dict[str, Any]:
    """Return what the node's own law says of a desk's days; asked for only as one is made."""

    def days() -> Days | None:
        known = of_folder(settings.CONFIGURATION.law)
        return known.get(organisation.member.code) if organisation.member else None

    return {
        "working_days": lambda: list(found.working_days) if (found := days()) else monday_to_friday(),
        "holidays": lambda: [day.isoformat() for day in sorted(found.holidays)] if (found := days()) else [],
    }


@transaction.atomic
def claim(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Say that one works on a report; a claim of somebody else that has ended is taken over, and the ledger says so.

    Raises:
        Refusal: somebody else works on it; there is nothing to do on it any more.
    """
    found = releases.locked(viewer, report)
    held = _held(viewer, found)
    _after(found, Event.CLAIM)
    _take(viewer, found)
    act = acts.TAKEN_OVER if held is Claim.ENDED else acts.CLAIMED
    record(act, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def give_back(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """End one's own claim before its time.

    Raises:
        Refusal: it is not one's own.
    """
    found = releases.locked(viewer, report)
    if _held(viewer, found) is not Claim.MINE:
        raise Refusal(_("You have not claimed it."))
    found.claimed_by, found.claimed_until = None, None
    found.save(update_fields=["claimed_by", "claimed_until"])
    record(acts.GIVEN_BACK, found.subject, viewer.actor, reason)
    return found


def renew(viewer: Viewer, report: Report) -> None:
    """Let one's own claim hold on, because one looks at the report; the entry is that of the consultation."""
    if viewer.person is None or report.claimed_by_id != viewer.person.id:
        return
    now = timezone.now()
    mine = Report.everywhere.filter(
        pk=report.pk, organisation=viewer.organisation.id, claimed_by=viewer.person.id, claimed_until__gt=now
    )
    if mine.update(claimed_until=claims.until(now)):
        report.claimed_until = claims.until(now)


def touch(viewer: Viewer, report: Report) -> None:
    """Note, in the transaction of what was done to it, that a person touched the report; it raises no hand then."""
    report.touched_at = timezone.now()
    fields = ["touched_at"]
    if viewer.person is not None and report.claimed_by_id == viewer.person.id:
        report.claimed_until = claims.until(report.touched_at)
        fields.append("claimed_until")
    report.save(update_fields=fields)


def claimed_or_refuse(viewer: Viewer, report: Report) -> Report:
    """Lock a report for what the viewer does to it, and return it as it is now; what nobody had claimed is then theirs.

    In the transaction of that act, whose entry stands for the claim too.

    Raises:
        Refusal: somebody else works on it; it is not the viewer's organisation's, or was erased.
    """
    found = releases.locked(viewer, report)
    _held(viewer, found)
    if viewer.person is not None:
        _take(viewer, found)
    else:
        touch(viewer, found)
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
    _held(viewer, found)
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
    """Say that a report is no duplicate after all; it is on the work list again.

    Raises:
        Refusal: it is none.
    """
    found = releases.locked(viewer, report)
    found.state = _after(found, Event.SEPARATE)
    found.duplicate_of = None
    found.touched_at = timezone.now()
    found.save(update_fields=["state", "duplicate_of", "touched_at"])
    record(acts.SEPARATED, found.subject, viewer.actor, reason)
    return found


def _after(report: Report, event: Event) -> str:
    return rules.after(State(report.state), event, Who.ASSESSOR).value


def _held(viewer: Viewer, report: Report) -> Claim:
    """Return how the report is claimed, as the viewer sees it.

    Raises:
        Refusal: somebody else works on it.
    """
    person = viewer.person.id if viewer.person else None
    found = claims.claim_of(report.claimed_by_id, report.claimed_until, person, timezone.now())
    if found is Claim.ANOTHERS:
        assert report.claimed_until
        given = {"name": str(report.claimed_by), "time": time_format(timezone.localtime(report.claimed_until))}
        raise Refusal(_("%(name)s works on it, until %(time)s at least.") % given)
    return found


def _take(viewer: Viewer, report: Report) -> None:
    report.claimed_by = viewer.person
    report.touched_at = timezone.now()
    report.claimed_until = claims.until(report.touched_at)
    report.save(update_fields=["claimed_by", "touched_at", "claimed_until"])
