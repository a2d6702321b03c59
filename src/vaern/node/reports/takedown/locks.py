"""Lock a location with its report, change its state through the table only, and end expired holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.rows import one_or_none
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.base.claims import touch
from vaern.node.reports.base.due import OPENED, open_again
from vaern.node.reports.base.precedents import fell, is_nothing
from vaern.node.reports.models import Hold, Location, Report
from vaern.node.reports.rules import locations
from vaern.node.reports.rules.locations import LocationEvent, LocationState
from vaern.node.reports.rules.states import State, Who
from vaern.node.reports.takedown import acts
from vaern.node.reports.takedown.tags import tags_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

TO_REMOVE = Reason(Why.REMOVAL)
"""Why the node itself does what it does here."""


def locked(viewer: Viewer, location: Location) -> Location:
    """Lock a location of the viewer's own organisation and its report, and return it as it is now.

    An expired hold is ended first, so that it binds nobody until the next run of the job.

    Raises:
        Refusal: it is not theirs, or was erased meanwhile.
    """
    report = releases.locked_if_own(viewer, Report, location.report_id)
    found = _locked(location.pk, report) if report else None
    if found is None:
        raise Refusal(_("The location is not your organisation's, or it was erased."))
    return found


def locked_for_node(id: UUID) -> Location | None:
    """Lock a location and its report for an act of the node or a host; None if it was erased meanwhile."""
    reports = Report.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation__member")
    of_location = Location.everywhere.filter(pk=id).values("report")
    report = one_or_none(reports.filter(pk__in=of_location))
    return _locked(id, report) if report else None


def _locked(id: UUID, report: Report) -> Location | None:
    """Lock a location of a locked report."""
    rows = Location.everywhere.select_for_update(of=("self",), no_key=True).select_related("item", "host")
    found = one_or_none(rows.filter(pk=id, report=report))
    if found is not None:
        found.report, found.organisation = report, report.organisation
        end_hold_if_over(found)
    return found


def end_hold_if_over(location: Location, now: datetime | None = None) -> bool:
    """End a locked location's hold if it has expired; return whether it had."""
    if LocationState(location.state) is not LocationState.HELD:
        return False
    now = now or timezone.now()
    if Hold.of(location=location).filter(ended_at__isnull=True, ends_at__gt=now).exists():
        return False
    move(location, LocationEvent.HOLD_ENDS, Who.NODE)
    location.save(update_fields=["state"])
    record(acts.HOLD_ENDED, location.report.subject, NODE, TO_REMOVE, tags=tags_of(location))
    return True


def move(location: Location, event: LocationEvent, who: Who, person: Person | None = None) -> None:
    """Apply an event to a locked location; the caller saves `state`. Leaving the hold state ends the hold.

    Raises:
        StateRefusal: not in this state, or not by them.
    """
    before = LocationState(location.state)
    after = locations.location_after(before, event, who)
    if before is LocationState.HELD and after is not LocationState.HELD:
        Hold.of(location=location).filter(ended_at__isnull=True).update(
            ended_at=Least(timezone.now(), F("ends_at")), ended_by=person
        )
    location.state = after.value


def reopen_report(report: Report) -> bool:
    """Reopen a closed report because material of it is up; return whether it was closed. Under a lock."""
    if State(report.state) is not State.CLOSED:
        return False
    open_again(report, Who.NODE)
    report.save(update_fields=OPENED)
    return True


def touched(viewer: Viewer, location: Location) -> None:
    """Store that a person worked on the report; acts by API keys do not count."""
    if viewer.person is not None:
        touch(viewer, location.report)


def not_to_act_on(location: Location) -> str:
    """Return why nothing of a location may leave the node, by its conclusion; "" if it may."""
    if State(location.report.state) is not State.IN_ACTION:
        return _("The report is not one to act on yet: it has to be assessed as actionable first.")
    if is_nothing(location.item):
        return _("Of this item it was concluded that nothing is to be done: nobody is told of it. Stop pursuing it.")
    if fell(location.report, location.item):
        return _(
            "It was concluded from what a list says, here or in an earlier report, and the entry is disputed, in "
            "quarantine or recalled. Take the conclusion back, so that somebody looks at the material and assesses it "
            "anew."
        )
    return ""


def in_action_or_refuse(location: Location) -> None:
    """Refuse disclosures while the report, and the item in it, has no actionable conclusion.

    Raises:
        Refusal: the report is not in action, or its item is concluded as "no action".
    """
    if why := not_to_act_on(location):
        raise Refusal(why)
