"""Each night: what people work on, and whose ground is no longer in force, goes to legal review. The node: unscoped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.reports.assessment import acts, grounds, legal
from vaern.node.reports.models import Location, Report
from vaern.node.reports.rules import TRANSITIONS, Event, LocationState, State, Who, after

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

STOPPABLE = tuple(state.value for state, event in TRANSITIONS if event is Event.STOP_FOR_LAW)
NOTIFIED = (LocationState.TRACED.value, LocationState.NOTIFIED.value)


class _Basis(NamedTuple):
    """What decides whether a report has its grounds: reports of one basis stand or fall together.

    Attributes:
        detected_on: the day of the detection; None where there was none.
    """

    organisation: Organisation
    in_action: bool
    sender: Organisation | None
    ground: str
    detected_on: date | None


def stop_lapsed() -> int:
    """Send every report to legal review whose ground lapsed while it was worked on; return how many.

    Each in a transaction of its own. It stays open and on the work list, with whoever has it, and says why it stopped.
    """
    organisations = {one.pk: one for one in Organisation.objects.select_related("member")}
    rows = Report.unscoped.filter(state__in=STOPPABLE).values_list(
        "pk", "organisation_id", "state", "sender_id", "document", "legal_ground", "incident_at", "created_at"
    )
    fine: dict[_Basis, bool] = {}
    stopped = 0
    for id, owner, state, sender_id, document, ground, incident, created in rows.order_by("pk").iterator():
        sender = organisations.get(sender_id)
        detected = sender is not None and grounds.detected(sender, document, ground)
        basis = _Basis(
            organisations[owner], State(state) is State.IN_ACTION, sender, ground,
            timezone.localdate(incident or created) if detected else None,
        )  # fmt: skip
        if basis not in fine:
            fine[basis] = _fine(basis)
        stopped += not fine[basis] and _stop(id)
    return stopped


def _fine(basis: _Basis) -> bool:
    today = timezone.localdate()
    if any(grounds.lacks(action, basis.organisation, today) for action in _actions(in_action=basis.in_action)):
        return False
    if basis.sender is None or basis.detected_on is None:
        return True
    return not grounds.lacks("detect", basis.sender, basis.detected_on, basis.ground)


def _actions(*, in_action: bool) -> tuple[str, ...]:
    return ("report", "notify") if in_action else ("report",)


@transaction.atomic
def _stop(id: UUID) -> bool:
    """Stop one report, unless a person let it go on, or nothing of it waits for what lost its ground."""
    rows = Report.unscoped.select_for_update(of=("self",), no_key=True).select_related("organisation", "sender")
    found = rows.filter(pk=id, state__in=STOPPABLE).first()
    if found is None:
        return False
    in_action = State(found.state) is State.IN_ACTION
    notifies = in_action and Location.unscoped.filter(report=found, state__in=NOTIFIED).exists()
    each = (legal.stops(found, action) for action in _actions(in_action=notifies))
    missing = next((why for why in each if why), None)
    if missing is None:
        return False
    before = found.state
    found.state = after(State(before), Event.STOP_FOR_LAW, Who.NODE).value
    found.save(update_fields=["state"])
    legal.note(found, missing, before)
    record(acts.LAPSED, found.subject, NODE, Reason(Why.ASSESSMENT))
    return True
