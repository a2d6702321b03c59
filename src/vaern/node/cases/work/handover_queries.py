"""What was handed over and what waits for an answer. Each reading is recorded, or part of one that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from vaern.node.cases.models import Case, Handover
from vaern.node.cases.work import acts
from vaern.node.casework.models import TERMS
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LIST = Subject("case")
TO_WORK = Reason(Why.INVESTIGATION)


def of_viewer(viewer: Viewer) -> QuerySet[Handover]:
    """Return the hand-overs that the viewer's organisation made."""
    found: QuerySet[Handover] = Handover.objects.all()
    return found.select_related("recipient", "release", "case")


ORDER = Order(
    "-sent_at",
    "id",
    case="case__code",
    organisation=words("recipient__name"),
    answer="answered_at",
    outcome="outcome_at",
    sent="sent_at",
    due="due_at",
)


@transaction.atomic
def handed_over(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Handover]:
    """Return a page of what the viewer's organisation handed over, the latest first; recorded."""
    return listings.read(
        viewer,
        of_viewer(viewer),
        ORDER,
        parameters,
        size,
        act=acts.HANDOVERS_LISTED,
        subject=LIST,
        reason=TO_WORK,
        looked="handovers",
        came=Greatest("sent_at", "answered_at", "outcome_at"),
    )


def handovers_of(viewer: Viewer, case: Case) -> list[Handover]:
    """Return to whom a case of the viewer's organisation was handed over, the latest first; part of its page."""
    found = Handover.objects.filter(case=case).select_related("recipient")
    columns = ("answer", "dropped_for", "outcome", "safeguarded", "sent_at", "due_at", "release", "recipient__name")
    return list(found.only(*columns).order_by("-sent_at", "id"))


def came_by(viewer: Viewer, case: Case) -> Handover | None:
    """Return the hand-over by which a case came to the viewer's organisation, or None; part of its page."""
    found = Handover.of(arrived=case).filter(recipient=viewer.organisation)
    release = (f"release__{column}" for column in TERMS)
    found = found.select_related("organisation", "release")
    return found.only("answer", "due_at", "organisation__name", *release).first()


def latest_day(case: Case) -> date | None:
    """Return until when a case that was handed over may be kept by its release; None for one of its own."""
    found = Handover.of(arrived=case).select_related("release").first()
    return timezone.localtime(found.release.expires_at).date() if found else None
