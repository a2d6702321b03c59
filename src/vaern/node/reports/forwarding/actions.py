"""Forward a report, recall it, acknowledge a recall, return an outcome. Each is one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases import actions as releases
from vaern.node.external import passage as numbers
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.base.forwards import is_repetition_of_own
from vaern.node.reports.ending.retention import erase_copy
from vaern.node.reports.forwarding import across, outcomes
from vaern.node.reports.models import Forward, Report
from vaern.node.reports.rules import forwards as rules
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.outcomes import Outcome
from vaern.node.reports.rules.states import Event, State, Who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Arrival
    from vaern.node.casework.models import Release
    from vaern.node.casework.releases.terms import Terms
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def forward(viewer: Viewer, reason: Reason, report: Report, recipients: Sequence[UUID], terms: Terms) -> list[Forward]:
    """Forward a report to other organisations, where it becomes a report of their own; to all of them or none.

    The copy holds what the sender said and whether it is urgent, not what people here concluded, wrote or viewed, and
    only those external identifiers that are marked to go along. Retention of the copy ends with the release at the
    latest.

    Raises:
        Refusal: why not. `law.grounds.GroundMissing`: the law does not allow it.
    """
    from vaern.node.reports.base.content import arrival_of
    from vaern.node.reports.intake.queries import takes_reports
    from vaern.node.reports.law import grounds

    current = releases.locked(viewer, report)
    life.after(State(current.state), Event.FORWARD, Who.FORWARDER)
    grounds.check_act("forward", current)
    made = releases.release(viewer, current, recipients, reason, terms)
    if not all(takes_reports(release.recipient) for release in made):
        raise Refusal(_("One of the recipients takes no reports: nobody there could work on it."))
    arrival = arrival_of(current)
    forwards = [_arrive(viewer, reason, current, arrival, release) for release in made]
    touched(current)
    return forwards


def _arrive(viewer: Viewer, reason: Reason, report: Report, arrival: Arrival, release: Release) -> Forward:
    """Let a released report arrive at its recipient."""
    from vaern.node.reports.intake.external_numbers import leaving

    id, recipient, arrived = uuid4(), release.recipient, None
    sent = msgspec.structs.replace(leaving(report, arrival, release.handling), document="forward", reference=str(id))
    if recipient.node:
        across.send_report(viewer, reason, report, sent, release)
    else:
        arrived = _copy(viewer, reason, report, msgspec.structs.replace(sent, identifiers=()), release)
    assert viewer.person is not None  # releases.release refuses a key
    one = Forward.everywhere.create(
        id=id,
        organisation=viewer.organisation,
        recipient=recipient,
        report=report,
        arrived=arrived,
        came_by=Forward.of(arrived=report).first(),
        release=release,
        sent_at=release.released_at,
        sent_by=viewer.person,
        due_at=rules.due_at(release.released_at, urgent=report.urgent),
    )
    if arrived is not None:
        _close_circle(one, arrived)
    return one


def _copy(viewer: Viewer, reason: Reason, report: Report, sent: Arrival, release: Release) -> Report:
    """Make the recipient's own report of what is sent."""
    from vaern.node.reports.arrival import actions as intake

    recipient = release.recipient
    with viewing(recipient.id):
        arrived, _made = intake.receive(
            viewer,
            reason,
            recipient,
            sent,
            sender=viewer.organisation,
            synthetic=report.synthetic,
            urgent=report.urgent,
            until=timezone.localtime(release.expires_at).date(),
        )
    numbers.receive(arrived, report, release.handling, viewer.organisation)
    return arrived


def _close_circle(forward: Forward, arrived: Report) -> None:
    """Mark a report that came back to where it had been as the repetition that it is, and send that home.

    The recipient's own desk forwarded it before, so that it is no news to whoever sends it back that it is known there.
    An urgent one whose first report is closed is put before people again: somebody had a reason to send it back.
    """
    earlier = is_repetition_of_own(forward)
    if earlier is None or (forward.report and forward.report.urgent and State(earlier.state) not in life.OPEN):
        return
    arrived.refresh_from_db()
    if State(arrived.state) is State.ARRIVED:
        arrived.state = life.after(State.ARRIVED, Event.MARK_DUPLICATE, Who.NODE).value
    arrived.duplicate_of = earlier
    arrived.save(update_fields=["state", "duplicate_of"])
    outcomes.tell(arrived, forward, Outcome.KNOWN_BEFORE, NODE, Reason(Why.ASSESSMENT))


@transaction.atomic
def recall(viewer: Viewer, reason: Reason, forward: Forward) -> bool:
    """Recall a forward; return whether the recipient's copy was erased.

    It is erased unless somebody there had worked on it or it is urgent; then its owner decides when acknowledging the
    recall, so that work on a child's safety is not lost.

    Raises:
        Refusal: it was recalled before, or the report is gone.
    """
    if forward.report is None:
        raise Refusal(_("The record is not your organisation's, or it was erased."))
    releases.recall(viewer, forward.report, forward.recipient_id, reason)
    return erase_copy(forward)


@transaction.atomic
def return_outcome(viewer: Viewer, reason: Reason, report: Report, outcome: Outcome) -> int:
    """Return the outcome of a report to the organisation that sent it: a coarse code, and no more.

    Further outcomes may follow; earlier ones stay. Organisations that only passed the report on have the outcome
    carried further back. Return how many organisations were told.

    Raises:
        Refusal: nobody waits for it, the viewer is a program, or it cannot follow the earlier outcomes.
    """
    if viewer.person is None:
        raise Refusal(_("A person says what came of it, not a key."))
    current = releases.locked(viewer, report)
    life.after(State(current.state), Event.OUTCOME_CAME, Who.ASSESSOR)
    told = outcomes.say(current, outcome, viewer.actor, reason)
    if not told:
        raise Refusal(_("This report was not forwarded to your organisation, so nobody waits for an outcome."))
    touched(current)
    return told


def touched(report: Report) -> None:
    """Store that a person worked on the report."""
    Report.everywhere.filter(pk=report.pk).update(touched_at=timezone.now())
