"""Queries of domain blocks: each takes the viewer and records the read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Subject
from vaern.node.organisations import listings
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import ROLES, Permission
from vaern.node.reports.domains import acts
from vaern.node.reports.law import grounds
from vaern.node.reports.models import DomainAppeal, DomainBlock, Location, Zone
from vaern.node.reports.rules import domains
from vaern.node.reports.rules.assessments import holds, label
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.states import State
from vaern.node.reports.takedown.locks import TO_REMOVE
from vaern.node.reports.takedown.queries import with_wrong_conclusion
from vaern.node.web.items import MOST_COUNTED, Rows, rows_of
from vaern.node.web.paging import Page
from vaern.node.web.sorting import Order, words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page

LIST = Subject("report")
OVER = (LocationState.OFFLINE.value, LocationState.STOPPED.value)
_TAKERS_DOWN = [role for role in ROLES.values() if Permission.REPORT_TAKEDOWN in role.permissions]
KINDS = sorted({kind.value for role in _TAKERS_DOWN for kind in role.kinds})
"""Organisations whose people work on takedowns."""


def others(viewer: Viewer) -> QuerySet[Organisation]:
    """Return the organisations of another country that can confirm a domain, by country and name."""
    found = Organisation.objects.filter(active=True, kind__in=KINDS, member__isnull=False)
    if viewer.organisation.member_id is None:
        return found.none()
    return found.exclude(member=viewer.organisation.member_id).select_related("member").order_by("member", "name", "id")


def stranger(block: DomainBlock) -> Actor:
    """Return the ledger's actor for an appeal: nobody is named, so only the hour is stored."""
    return Actor(organisation=block.organisation_id)


def _not_standing() -> Q:
    """Return whether nothing may be blocked for a row: its conclusion was wrong, or was taken back."""
    here = Location.of(pk=OuterRef("location"))
    concluded = Q(report__actionable=True) | Q(report__state=State.IN_ACTION.value)
    return Q(Exists(with_wrong_conclusion(here))) | Q(Exists(here.filter(~concluded)))


def judged(rows: Any) -> Any:
    """Return blocks annotated with `wrong` and `twin`, which decide whether each is in force."""
    same = DomainBlock.everywhere.filter(
        domain_key=OuterRef("domain_key"),
        ended_at=None,
        seconded_at__isnull=False,
        organisation__member__isnull=False,
        review_date__gte=timezone.localdate(),
    ).exclude(organisation__member=OuterRef("organisation__member"))
    wrong = ExpressionWrapper(_not_standing(), output_field=BooleanField())
    return rows.annotate(wrong=wrong, twin=Exists(same.filter(~_not_standing())))


def is_in_force(block: DomainBlock, today: date | None = None) -> bool:
    """Whether a block from `judged` is in force today."""
    return domains.stands(
        seconded=block.seconded_at is not None,
        confirmed=block.confirmed is True,
        twin=block.twin,
        ended=block.ended_at is not None,
        wrong=block.wrong,
        until=block.review_date,
        today=today or timezone.localdate(),
    )


def _with(rows: Any) -> Any:
    return judged(rows).select_related(
        "location__report__organisation__member",
        "location__report__sender__member",
        "organisation__member",
        "asked_by",
        "seconded_by",
        "put_to__member",
    )


def _of(viewer: Viewer) -> Any:
    """Return what a viewer knows of: what their organisation asked for, and what was put to it."""
    return _with(_known_to(viewer))


def _known_to(viewer: Viewer) -> Any:
    here = viewer.organisation.pk
    return DomainBlock.everywhere.filter(Q(organisation=here) | Q(put_to=here, put_at__isnull=False))


def of_domain(viewer: Viewer, key: bytes) -> QuerySet[DomainBlock]:
    """Return the open blocks of a domain that a viewer knows of, the latest first; not recorded."""
    found: QuerySet[DomainBlock] = _of(viewer).filter(domain_key=key, ended_at=None).order_by("-asked_at", "id")
    return found


ORDER = Order("review_date", "id", organisation=words("organisation__name"), review="review_date")


@transaction.atomic
def blocks(viewer: Viewer, parameters: Mapping[str, Any], *, waits: str = "") -> Page[DomainBlock]:
    """Return a page of the open blocks, the first to lapse first; recorded.

    Args:
        viewer: who reads it.
        parameters: of the page.
        waits: one of `WAITS`, or "" for all.
    """
    found = waiting_for(viewer, waits) if waits else _of(viewer).filter(ended_at=None)
    return listings.read(viewer, found, ORDER, parameters, act=acts.LISTED, subject=LIST, reason=TO_REMOVE)


ROW = ("asked_at", "id", "location__report", "location__report__code", "location__report__offence", "organisation")
"""What the front page says of a block."""

TOLD_APART = ("put_to", "confirmed", "seconded_at", "undecided", "wrong")
"""By what it is told for what a block waits."""

WAITS = ("second", "answer", "appeal", "wrong")


def waiting_for(viewer: Viewer, what: str) -> Any:
    """Return the blocks that wait for the viewer's organisation, for one of `WAITS`."""
    found = _of(viewer).filter(ended_at=None)
    own = found.filter(organisation=viewer.organisation.pk)
    if what == "second":
        return own.filter(seconded_at=None)
    if what == "answer":
        return found.filter(put_to=viewer.organisation.pk, confirmed=None)
    if what == "appeal":
        return own.filter(Exists(DomainAppeal.of(block=OuterRef("pk")).filter(upheld=None)))
    return own.filter(wrong=True)


def waiting(viewer: Viewer) -> dict[str, Rows[dict[str, Any]]]:
    """Return the first of the blocks that wait, by `WAITS`, without their domain: rows of `ROW`.

    They are what `waiting_for` finds, read once and told apart here: an organisation has few that are open, and most
    have none.
    """
    here, rows = viewer.organisation.pk, _known_to(viewer).filter(ended_at=None)
    if not rows.exists():
        return dict.fromkeys(WAITS, Rows())
    undecided = Exists(DomainAppeal.of(block=OuterRef("pk")).filter(upheld=None))
    wrong = ExpressionWrapper(_not_standing(), output_field=BooleanField())
    rows = rows.annotate(undecided=undecided, wrong=wrong)
    found = list(rows.order_by("asked_at", "id").values(*ROW, *TOLD_APART)[:MOST_COUNTED])
    own = [row for row in found if row["organisation"] == here]
    return {
        "appeal": rows_of([row for row in own if row["undecided"]]),
        "wrong": rows_of([row for row in own if row["wrong"]]),
        "answer": rows_of([row for row in found if row["put_to"] == here and row["confirmed"] is None]),
        "second": rows_of([row for row in own if row["seconded_at"] is None]),
    }


def find(viewer: Viewer, id: UUID) -> DomainBlock | None:
    """Return a block that the viewer's organisation requested, or that was put to it; not recorded."""
    found: DomainBlock | None = _of(viewer).filter(pk=id).first()
    return found


@transaction.atomic
def read(viewer: Viewer, block: DomainBlock, reason: Reason) -> list[DomainAppeal]:
    """Record the read of a block's page; return its appeals, which only the requesting organisation sees."""
    record(acts.CONSULTED, block.location.report.subject, viewer.actor, reason)
    if block.organisation_id != viewer.organisation.pk:
        return []
    return list(DomainAppeal.of(block=block).select_related("decided_by").order_by("-at", "-id"))


def to_export(viewer: Viewer) -> list[DomainBlock]:
    """Return the blocks that the viewer's organisation may export, law permitting: its own, and those it confirmed."""
    own = Q(organisation=viewer.organisation.pk) | Q(put_to=viewer.organisation.pk, confirmed=True)
    rows = _with(DomainBlock.everywhere.filter(own, ended_at=None, seconded_at__isnull=False)).order_by("id")
    return [block for block in rows if block.confirmed or block.twin]


def due(today: date) -> QuerySet[DomainBlock]:
    """Return the blocks that have to end: past the review date, or with a location that is gone or given up."""
    found: QuerySet[DomainBlock] = DomainBlock.everywhere.filter(ended_at=None)
    return found.filter(Q(review_date__lt=today) | Q(location__state__in=OVER))


def lists() -> list[Zone]:
    """Return the organisations with a list of domains, for the stop page."""
    found = Zone.everywhere.filter(made_at__isnull=False).select_related("organisation__member")
    return list(found.order_by("organisation__name", "pk"))


def grounds_of(organisation: Organisation, language: str | None) -> list[str]:
    """Return the public names of the provisions on which an organisation may block today."""
    found = (ground for ground in grounds.known("block", organisation) if holds(ground, timezone.localdate()))
    return [label(ground.name, language or "en") for ground in found]
