"""Opening a case, and changing what stands in its columns. Each one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.cases.base.locks import after, changed, locked
from vaern.node.cases.models import Case
from vaern.node.cases.outcomes.actions import history
from vaern.node.cases.rules import case as rules
from vaern.node.cases.rules.case import Event, State, Who
from vaern.node.cases.work import acts, links
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import Permission, permissions_of
from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.rules import outcomes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

MOVES = {
    Event.START: acts.STARTED,
    Event.ASK_ABROAD: acts.WENT_ABROAD,
    Event.ANSWER_CAME: acts.CAME_FROM_ABROAD,
    Event.TO_PROSECUTOR: acts.TO_PROSECUTOR,
    Event.FROM_PROSECUTOR: acts.FROM_PROSECUTOR,
    Event.CLOSE: acts.CLOSED,
    Event.REOPEN: acts.REOPENED,
}
"""The events that only move a case from state to state, with what the ledger says of each."""


@transaction.atomic
def open_case(
    viewer: Viewer,
    reason: Reason,
    *,
    reference: str = "",
    lead: Person | None = None,
    urgent: bool = False,
    reports: Sequence[Report] = (),
    silent_until: date | None = None,
) -> Case:
    """Open a case, from nothing or from reports of the same desk; their senders are told, unless it stays silent.

    Args:
        viewer: who opens it.
        reason: why; for a silent one, why that.
        reference: the organisation's own journal number.
        lead: who answers for it; by default the person who opens it.
        urgent: a child may be in danger now; a report that says so makes it urgent too.
        reports: that it is opened from.
        silent_until: no outcome leaves before this day.

    Raises:
        Refusal: why not.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    today = timezone.localdate()
    case = Case.everywhere.create(
        organisation=viewer.organisation,
        code=fresh_code(),
        review_date=today + rules.KEPT_FOR,
        reference=_free_reference(viewer, reference),
        lead=_lead(viewer, lead or viewer.person),
        urgent=urgent or any(report.urgent for report in reports),
        synthetic=settings.CONFIGURATION.synthetic or any(report.synthetic for report in reports),
        silent_until=silent_until,
    )
    record(acts.OPENED, case.subject, viewer.actor, reason)
    links.begin(viewer, reason, case, reports)
    return case


@transaction.atomic
def edit(
    viewer: Viewer,
    reason: Reason,
    case: Case,
    *,
    version: int,
    reference: str,
    lead: Person | None,
    urgent: bool,
) -> Case:
    """Change journal number, lead and urgency of the version of a case that the viewer looked at.

    Raises:
        Stale: somebody else changed it since. Refusal: its state does not allow it, or why not.
    """
    found = locked(viewer, case, Event.EDIT, version=version)
    given = _free_reference(viewer, reference, found)
    changed(found, reference=given, lead=_lead(viewer, lead) if lead else None, urgent=urgent)
    record(acts.EDITED, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def move(viewer: Viewer, reason: Reason, case: Case, event: Event, *, version: int) -> Case:
    """Apply one of `MOVES` to the version of a case that the viewer looked at.

    Raises:
        Stale: somebody else changed it since. Refusal: its state does not allow it.
    """
    found = locked(viewer, case, event, version=version)
    if event is Event.CLOSE and outcomes.latest(history(found)) not in outcomes.FINAL:
        raise Conflict(_("Say first what came of it: a case is closed with an outcome that ends it."))
    state = after(found, event, Who.WORKER)
    changed(found, state=state.value, closed_at=timezone.now() if state is State.CLOSED else None)
    record(MOVES[event], found.subject, viewer.actor, reason)
    if event in {Event.CLOSE, Event.REOPEN}:
        crosscheck.change(found, "closed" if event is Event.CLOSE else "open", by=viewer.actor)
    return found


def move_of(code: str) -> Event | None:
    """Return the event of an address that only moves a case; None where there is none."""
    return next((event for event in MOVES if event.value == code), None)


def leads(viewer: Viewer) -> list[Person]:
    """Return who can answer for a case of the viewer's organisation."""
    people = Person.everybody.filter(organisation=viewer.organisation, is_active=True).order_by("name", "id")
    return [one for one in people if Permission.CASE_WORK in permissions_of(one.role_set)]


def _lead(viewer: Viewer, person: Person) -> Person:
    if person.pk not in {one.pk for one in leads(viewer)}:
        raise Refusal(_("Choose somebody of your organisation who works on cases."))
    return person


def _free_reference(viewer: Viewer, text: str, case: Case | None = None) -> str:
    found = " ".join(text.split())
    taken = Case.own.filter(reference=found)
    if found and taken.exclude(pk=case.pk if case else None).exists():
        raise Refusal(_("Another case of your organisation has this journal number."))
    return found
