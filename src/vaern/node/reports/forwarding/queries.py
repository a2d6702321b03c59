"""Queries of forwards and their outcomes. Each read is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_noop as N_

from vaern.node.casework.models import TERMS, Statistic
from vaern.node.casework.releases import elsewhere
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject
from vaern.node.organisations import listings
from vaern.node.reports.base.reasons import TO_WORK
from vaern.node.reports.ending.retention import was_given_time
from vaern.node.reports.forwarding import acts
from vaern.node.reports.forwarding.outcomes import history_of
from vaern.node.reports.models import Forward, Report
from vaern.node.reports.models.forwarding import ANSWERED
from vaern.node.reports.rules import forwards
from vaern.node.reports.rules.states import OPEN
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Told


LIST = Subject("report")
TO_RETURN = "returning-"
"""Before the cursors of what is to be returned: the page has another list too."""


def of_viewer(viewer: Viewer) -> QuerySet[Forward]:
    """Return the forwards that the viewer's organisation made."""
    return Forward.objects.all().select_related("recipient", "release", "report")


ORDER = Order(
    "-sent_at",
    "id",
    report="report__code",
    organisation=words("recipient__name"),
    outcome="outcome_at",
    due="due_at",
    sent="sent_at",
    handling="release__handling",
)


@transaction.atomic
def forwarded(
    viewer: Viewer, parameters: Mapping[str, Any], which: str = "", size: int = 50, reason: Reason = TO_WORK
) -> Page[Forward]:
    """Return a page of the viewer's organisation's forwards, the latest first; recorded with the number shown.

    Args:
        viewer: who looks.
        parameters: of the request.
        which: `waiting`, `overdue`, `home`, or "" for all.
        size: rows on a page.
        reason: why.
    """
    found = of_viewer(viewer)
    if which == "home":
        found = found.filter(ANSWERED)
    elif which in {"waiting", "overdue"}:
        found = found.exclude(ANSWERED).filter(release__recalled_at=None)
        found = found.filter(due_at__lt=timezone.now()) if which == "overdue" else found
    page = listings.read(
        viewer,
        found,
        ORDER,
        parameters,
        size,
        act=acts.FORWARDS_LISTED,
        subject=LIST,
        reason=reason,
        looked="forwards",
        came=Greatest("sent_at", "outcome_at"),
    )
    with_progress(page.rows)
    return page


@transaction.atomic
def to_return(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Forward]:
    """Return a page of forwards to the viewer's organisation that await an outcome, by due date."""
    found = _to_return(viewer).select_related("organisation", "arrived")
    page = paginate(found, ("due_at", "id"), parameters, size, named=TO_RETURN)
    record(acts.FORWARDS_LISTED, LIST, viewer.actor, TO_WORK, count=len(page.rows))
    return page


def _to_return(viewer: Viewer) -> QuerySet[Forward]:
    waiting = Forward.of(recipient=viewer.organisation).filter(arrived__isnull=False, release__recalled_at=None)
    return waiting.exclude(ANSWERED)


def find_forward(viewer: Viewer, id: UUID) -> Forward | None:
    """Return a forward that the viewer's organisation made and may still recall."""
    return of_viewer(viewer).filter(pk=id, release__recalled_at=None, report__isnull=False).first()


OF_PAGE = ("due_at", "outcome", "outcome_at", "safeguarded")
"""What the page of a report says of a forward."""


def forwards_of(viewer: Viewer, report: Report) -> list[Forward]:
    """Return the forwards of a report of the viewer's organisation; part of a page whose read is recorded."""
    found = Forward.objects.filter(report=report).select_related("recipient", "release")
    release = ("release__recalled_at", "release__acknowledged_at")
    rows = found.only(*OF_PAGE, "sent_at", "report", "recipient__name", "recipient__node", *release)
    return with_progress(rows.order_by("-sent_at", "id"))


def with_progress(forwards: Iterable[Forward]) -> list[Forward]:
    """Return forwards, each to another node with how far it has come."""
    found = list(forwards)
    progress = elsewhere.progress([one.release_id for one in found if one.recipient.node])
    for one in found:
        one.progress = progress.get(one.release_id)
    return found


def arrived_by(viewer: Viewer, report: Report) -> Forward | None:
    """Return the forward by which a report came to the viewer's organisation, or None; part of a page."""
    found = Forward.of(arrived=report).filter(recipient=viewer.organisation)
    release = (f"release__{column}" for column in TERMS)
    return found.select_related("organisation", "release").only(*OF_PAGE, "organisation__name", *release).first()


def sender_of(report: Report) -> Organisation | None:
    """Return the organisation that sent a report, by any way; None for the public and for the desk itself.

    It can be told the outcome. Part of a page whose read is recorded.
    """
    return report.sender if report.sender_id not in {None, report.organisation_id} else None


def told_of(viewer: Viewer, report: Report) -> list[Told]:
    """Return the outcomes told to the sender of a report, the oldest first; part of a page."""
    if report.organisation_id != viewer.organisation.id:
        return []
    return history_of(Forward.of(arrived=report).first(), report)


@dataclass(frozen=True)
class ShareHome:
    """The share of an organisation's forwards with a final outcome.

    Attributes:
        share: the numbers, with small ones suppressed.
        definition: the exact definition of what was counted.
        first, last: the period of the forwards, both days included.
    """

    share: forwards.Share
    definition: str
    first: date
    last: date


DEFINITION = N_(
    "Forwards that were sent in the time and not recalled; home are those with an answer (any outcome but in "
    "progress), whenever it came. Forwards erased since are counted in the month in which they were sent. "
    "Counts from 1 to 4, and what would give them away, are not shown."
)


def share_home(viewer: Viewer, first: date, last: date) -> ShareHome:
    """Return the share of a period's forwards that have an outcome. Counts only, so not recorded.

    Args:
        viewer: whose organisation forwarded.
        first, last: days, both included. Erased forwards are counted by whole months that begin within them.
    """
    sent = Forward.objects.filter(sent_at__date__gte=first, sent_at__date__lte=last).filter(release__recalled_at=None)
    kept = Statistic.objects.filter(kind=Report.KIND, month__gte=first, month__lte=last)
    counts = dict(kept.values_list("name").annotate(total=Sum("value")))
    home = sent.filter(ANSWERED).count() + counts.get("forwarded.home", 0)
    return ShareHome(forwards.share(sent.count() + counts.get("forwarded", 0), home), DEFINITION, first, last)


@dataclass(frozen=True)
class Waiting:
    """What waits for an organisation, by clock.

    Attributes:
        overdue: forwards whose outcome should have come; to_return: forwards to it whose sender waits.
        ending: urgent reports that are open and close to their end date.
        home: forwards whose outcome came within the last days, the latest first.
    """

    overdue: Rows[Forward]
    to_return: Rows[Forward]
    ending: Rows[Report]
    home: Rows[Forward]


def waiting(viewer: Viewer, since: datetime | None = None) -> Waiting:
    """Return what waits for the viewer's organisation: outcomes to return, outcomes awaited, retention decisions.

    Args:
        viewer: of it.
        since: outcomes that came from then on are news.
    """
    now = timezone.now()
    columns = ("due_at", "outcome", "outcome_at", "recipient__name", "report__code", "report__offence")
    sent = Forward.objects.filter(release__recalled_at=None).select_related("recipient", "report").only(*columns)
    came = _to_return(viewer).select_related("organisation", "arrived")
    came = came.only("due_at", "organisation__name", "arrived__code", "arrived__offence")
    soon = timezone.localdate() + timedelta(days=30)
    ending = Report.own.filter(Q(urgent=True), review_date__lte=soon, state__in=[s.value for s in OPEN])
    return Waiting(
        overdue=first_of(sent.exclude(ANSWERED).filter(due_at__lt=now).order_by("due_at", "id")),
        to_return=first_of(came.order_by("due_at", "id")),
        ending=first_of(ending.only("code", "offence", "review_date").order_by("review_date", "id")),
        home=first_of(sent.filter(outcome_at__gte=since).order_by("-outcome_at", "id")) if since else Rows(),
    )


def raises(report: Report) -> bool:
    """Whether a report's retention was extended once and it will be erased at the next end date."""
    return report.urgent and was_given_time(report)
