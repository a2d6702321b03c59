"""Nightly task: send reports in work whose ground is no longer in force to legal review, for every desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.reports.law import acts, reviews
from vaern.node.reports.law.bases import Law, basis
from vaern.node.reports.models import Location, Report
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import TRANSITIONS, Event, State, Who, after

if TYPE_CHECKING:
    from uuid import UUID


STOPPABLE = tuple(state.value for state, event in TRANSITIONS if event is Event.STOP_FOR_LAW)
NOTIFIED = (LocationState.TRACED.value, LocationState.NOTIFIED.value)


def stop_lapsed() -> int:
    """Send every report whose ground lapsed during the work on it to legal review; return how many.

    Each has a transaction of its own. The report stays open, claimed and on the work list, and says why it stopped.
    """
    organisations = {one.pk: one for one in Organisation.objects.select_related("member")}
    rows = Report.everywhere.filter(state__in=STOPPABLE).values_list(
        "pk", "organisation_id", "state", "sender_id", "document", "legal_ground", "incident_at", "created_at"
    )
    law = Law(timezone.localdate())

    def lapsed(row: Any) -> bool:
        _id, owner, state, sender, document, ground, incident, created = row
        under = basis(organisations[owner], organisations.get(sender), document, ground, incident or created)
        return any(law.lacks(action, under) for action in _actions(in_action=State(state) is State.IN_ACTION))

    return each("reports.lapses", (row[0] for row in rows.order_by("pk").iterator() if lapsed(row)), _stop)


def _actions(*, in_action: bool) -> tuple[str, ...]:
    return ("report", "notify") if in_action else ("report",)


def _stop(id: UUID) -> bool:
    """Stop one report, unless a person let it go on, or nothing of it waits for what lost its ground."""
    rows = Report.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation", "sender")
    found = rows.filter(pk=id, state__in=STOPPABLE).first()
    if found is None:
        return False
    in_action = State(found.state) is State.IN_ACTION
    notifies = in_action and Location.of(report=found).filter(state__in=NOTIFIED).exists()
    each = (reviews.stops(found, action) for action in _actions(in_action=notifies))
    missing = next((why for why in each if why), None)
    if missing is None:
        return False
    before = found.state
    found.state = after(State(before), Event.STOP_FOR_LAW, Who.NODE).value
    found.save(update_fields=["state"])
    reviews.note(found, missing, before)
    record(acts.LAPSED, found.subject, NODE, Reason(Why.ASSESSMENT))
    return True
