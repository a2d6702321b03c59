"""Reads of registrations for officers, and the counts of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Subject
from vaern.node.organisations import listings
from vaern.node.press.base.events import WORK
from vaern.node.press.journalists import acts, badges
from vaern.node.press.models import PressEvent, Registration, Verification
from vaern.node.press.rules.states import EventState, State
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order, by_rank

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


ORDER = Order("-arrived_at", "id", state=by_rank("state", State), arrived="arrived_at")


@transaction.atomic
def registrations(
    viewer: Viewer, event: PressEvent, parameters: Mapping[str, Any], size: int = 50
) -> Page[Registration]:
    """Return a page of the registrations of an event, the latest first, of one state if one is asked for; recorded."""
    found = Registration.objects.filter(event=event).select_related("event")
    if parameters.get("state") in {state.value for state in State}:
        found = found.filter(state=parameters["state"])
    return listings.read(
        viewer,
        found,
        ORDER,
        parameters,
        size,
        act=acts.SEEN,
        subject=Subject(Registration.KIND, owner=event.organisation_id),
        reason=WORK,
        looked=f"press:{event.pk.hex}",
        came="arrived_at",
    )


def find(viewer: Viewer, id: UUID) -> Registration | None:
    """Return a registration of the viewer's organisation, to act on it; shows nothing, records nothing."""
    found: Registration | None = Registration.objects.filter(pk=id).select_related("event__organisation").first()
    return found


@transaction.atomic
def read(viewer: Viewer, registration: Registration) -> list[Verification]:
    """Return the verifications of a registration, the last first, for its page; the read is recorded."""
    record(acts.READ, registration.subject, viewer.actor, WORK)
    return list(Verification.objects.filter(registration=registration).select_related("by").order_by("-id"))


def counts(event: PressEvent) -> dict[str, int]:
    """Return how many registrations of an event are in each state, how many were late, and how many came.

    Of an event whose list was destroyed, the numbers that were kept.
    """
    if event.state == EventState.DESTROYED.value:
        return {name: int(count) for name, count in event.counts.items()}
    rows = Registration.of(event=event)
    found = {state.value: 0 for state in State}
    found |= dict(rows.values_list("state").annotate(count=Count("pk")))
    late = sum(not event.in_time(at) for at in rows.values_list("arrived_at", flat=True))
    return {
        **found,
        "registered": rows.count(),
        "late": late,
        "came": rows.filter(came_at__isnull=False).count(),
        "by_mail": rows.filter(channel="mail").count(),
    }


def to_decide(viewer: Viewer) -> Rows[PressEvent]:
    """Return the events with registrations that wait for a decision, the next first, each with how many: `waiting`.

    No journalist is named, so nothing is recorded.
    """
    waiting = Registration.of(event=OuterRef("pk")).filter(state=State.WAITING.value).order_by()
    counted = Subquery(waiting.values("event").annotate(n=Count("pk")).values("n"))
    found = PressEvent.objects.filter(organisation=viewer.organisation).annotate(waiting=counted)
    return first_of(found.filter(waiting__gt=0).order_by("begins", "id"))


@transaction.atomic
def own_badge(registration: Registration) -> bytes | None:
    """Return a journalist's badge as a PDF, recorded; None if there is none."""
    if registration.state != State.ACCEPTED.value:
        return None
    record(acts.BADGE, registration.subject, Actor(organisation=registration.organisation_id), WORK)
    return badges.pdf(registration)


@transaction.atomic
def consult(viewer: Viewer, registration: Registration) -> None:
    """Record that a decision page shows a registration."""
    record(acts.READ, registration.subject, viewer.actor, WORK)
