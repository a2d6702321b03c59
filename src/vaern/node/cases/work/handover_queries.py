"""What was handed over and what waits for an answer. Each reading is recorded, or part of one that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.functions import Greatest
from django.utils import timezone

from vaern.node.cases.models import Case, Handover
from vaern.node.cases.work import acts
from vaern.node.casework.models import TERMS
from vaern.node.casework.releases import elsewhere
from vaern.node.exchange.pieces import queries as pieces
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.organisations.models import Organisation
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from uuid import UUID

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
    page = listings.read(
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
    with_progress(page.rows)
    return page


def handovers_of(viewer: Viewer, case: Case) -> list[Handover]:
    """Return to whom a case of the viewer's organisation was handed over, the latest first; part of its page."""
    found = Handover.objects.filter(case=case).select_related("recipient")
    columns = ("answer", "dropped_for", "outcome", "safeguarded", "sent_at", "due_at", "release")
    rows = found.only(*columns, "recipient__name", "recipient__node")
    return with_progress(rows.order_by("-sent_at", "id"))


def recipient(id: UUID) -> Organisation | None:
    """Return an organisation to which a case went, on whichever node it lives; of the directory, so not recorded."""
    return Organisation.all_nodes.filter(pk=id).first()


def with_progress(handovers: Iterable[Handover]) -> list[Handover]:
    """Return hand-overs, each to another node with how far it, and its bag, have come."""
    found = list(handovers)
    away = [one.release_id for one in found if one.recipient.node]
    progress, files = elsewhere.progress(away), pieces.leaving(away)
    for one in found:
        one.progress, one.bag = progress.get(one.release_id), files.get(one.release_id)
    return found


def came_by(viewer: Viewer, case: Case) -> Handover | None:
    """Return the hand-over by which a case came to the viewer's organisation, or None; part of its page."""
    found = Handover.of(arrived=case).filter(recipient=viewer.organisation)
    release = (f"release__{column}" for column in TERMS)
    found = found.select_related("organisation", "release")
    columns = ("answer", "due_at", "organisation__name", "organisation__node", "release__owner", *release)
    one = found.only(*columns).first()
    if one is not None and one.organisation.node:
        one.bag = pieces.coming([one.release_id]).get(one.release_id)
        if viewer.person is not None:
            one.release.owner = one.organisation
            elsewhere.read(one.release)
    return one


def latest_day(case: Case) -> date | None:
    """Return until when a case that was handed over may be kept by its release; None for one of its own."""
    found = Handover.of(arrived=case).select_related("release").first()
    return timezone.localtime(found.release.expires_at).date() if found else None
