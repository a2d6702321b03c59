"""What survivors and desks see of wishes. Each read by a desk is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from vaern.node.base.sealing import Unsealable, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.organisations import listings
from vaern.node.reports.base.known import is_confirmed
from vaern.node.reports.models import Desk, Item, Location
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.marks import Wished
from vaern.node.victims.models import Confirmation, Hit, Milestone, Series, WatchedHash, Wish
from vaern.node.victims.models.wishes import SEALED
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.sharing import LATE
from vaern.node.victims.rules.wishes import Told, WishState
from vaern.node.victims.wishes import acts
from vaern.node.web.items import Rows, first_of
from vaern.node.web.paging import Page, paginate
from vaern.node.web.sorting import Order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

LIST = Subject("wish")
TO_WORK = Reason(Why.REMOVAL)
SEEN_BY_DESKS = Q(item__isnull=False)
"""Hits that the desk of a wish is told of whoever has them; what lies in scans is each organisation's own."""

CONFIRMED = Exists(Confirmation.of(watched=OuterRef("pk")))
"""Hashes that were confirmed."""


@dataclass(frozen=True)
class Found:
    """A hit as a desk sees it: where, and how far the takedown is; of another desk's, only how far."""

    hit: Hit
    location: Location | None
    own: bool


@dataclass(frozen=True)
class Consulted:
    """What the page of a wish shows beside it: hits, what confirms its hashes, and how many are confirmed."""

    found: list[Found]
    confirmed: list[Confirmed]
    hashes: int


ORDER = Order("-created_at", "id", code="code", hashes="hashes_total", told="told", came="created_at")
FIRST = Order("found_at", "id", report="item__report__code", kind="kind", found="found_at")


@transaction.atomic
def wishes(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Wish]:
    """Return a page of the wishes of the viewer's organisation, the latest first, with what is known; recorded."""
    page = listings.read(
        viewer,
        Wish.objects.select_related("series"),
        ORDER,
        parameters,
        size,
        act=acts.LISTED,
        subject=LIST,
        reason=TO_WORK,
        looked="wishes",
        came="created_at",
    )
    hits = Hit.of(wish__in=page.rows).filter(SEEN_BY_DESKS | Q(organisation=viewer.organisation))
    found = dict(hits.order_by().values_list("wish").annotate(Count("id")))
    known = WatchedHash.of(wish__in=page.rows).filter(CONFIRMED)
    confirmed = dict(known.order_by().values_list("wish").annotate(Count("id")))
    for wish in page.rows:
        wish.found, wish.confirmed = found.get(wish.pk, 0), confirmed.get(wish.pk, 0)
    return page


@transaction.atomic(savepoint=False)
def consult(viewer: Viewer, wish: Wish, reason: Reason) -> Consulted:
    """Return what was found of a wish, and what confirms it; recorded as a consultation."""
    record(acts.CONSULTED, wish.subject, viewer.actor, reason)
    own = viewer.organisation.id
    return Consulted(found_of(wish, own), confirmed_of(wish, own), confirmed_hashes(wish))


def found_of(wish: Wish, own: UUID) -> list[Found]:
    """Return the hits of a wish with their locations: in reports, and in the scans of one organisation alone."""
    seen = Hit.of(wish=wish).filter(SEEN_BY_DESKS | Q(organisation=own))
    hits = list(seen.select_related("item__report", "finding__scan", "organisation"))
    located = {one.item_id: one for one in Location.of(item__in=[hit.item for hit in hits if hit.item])}
    return [Found(hit, located.get(hit.item_id or 0), hit.organisation_id == own) for hit in hits]


def status(wish: Wish) -> WishState:
    """Return what a survivor sees: what they were told last (`progress`); nothing is computed while they look."""
    if wish.state == WishState.ENDED.value:
        return WishState.ENDED
    if wish.shown != WishState.WATCHING.value:
        return WishState(wish.shown)
    return WishState.WATCHING if wish.hashes_total or wish.answered_at else WishState.RECEIVED


def reached(wish: Wish) -> bool:
    """Whether a survivor reads that something came in their series, where they want to."""
    asked = wish.told == Told.WHEN_I_LOOK.value
    return asked and wish.later_on is not None and wish.later_on <= timezone.localdate()


@dataclass(frozen=True)
class Confirmed:
    """What confirms hashes of a wish, as a desk sees it.

    Attributes:
        kinds: of the hashes.
        report: in which a person looked, where that is the desk's own; elsewhere: it is another desk's.
        person: who looked, of one's own desk.
        list, release: which list has them.
    """

    kinds: tuple[str, ...]
    at: datetime
    report: Report | None = None
    elsewhere: bool = False
    person: str = ""
    list: str = ""
    release: str = ""


def confirmed_of(wish: Wish, own: UUID) -> list[Confirmed]:
    """Return what confirms hashes of a wish: each report or list once, the first first."""
    rows = Confirmation.of(watched__wish=wish).select_related("watched", "item__report", "person")
    found: dict[tuple[object, str], list[Confirmation]] = {}
    for row in rows.order_by("at", "id"):
        found.setdefault((row.item_id or -1, row.list), []).append(row)
    return [_confirmed(group, own) for group in found.values()]


def _confirmed(group: list[Confirmation], own: UUID) -> Confirmed:
    first = group[0]
    kinds = tuple(dict.fromkeys(row.watched.kind for row in group))
    if first.list:
        return Confirmed(kinds, first.at, list=first.list, release=first.release)
    report = first.item.report if first.item else None
    if report is None or report.organisation_id != own:
        return Confirmed(kinds, first.at, elsewhere=True)
    return Confirmed(kinds, first.at, report, person=first.person.name if first.person else "")


def confirmed_hashes(wish: Wish) -> int:
    """Return how many hashes of a wish are confirmed."""
    return WatchedHash.objects.filter(CONFIRMED, wish=wish).count()


def contact_of(wish: Wish) -> str:
    """Return the reference of the survivor's contact; "" if it cannot be unsealed."""
    try:
        return unseal(wish.contact, SEALED)
    except Unsealable:
        return ""


@dataclass(frozen=True)
class Asked:
    """How many items of a report somebody wishes to be gone.

    Attributes:
        unverified: by a hash that nobody confirmed.
        near: only near to one that was confirmed, and nobody said yet that it is the same.
        confirmed: by one that was confirmed, so that nobody has to look again.
    """

    unverified: int
    near: int
    confirmed: int


def asked_of(report: Report) -> Asked:
    """Return how many items of a report somebody wishes to be gone: numbers only, part of the report's page."""
    items = list(Item.of(report=report).exclude(wished="").only("wished", "wished_by", "same"))
    spared = sum(is_confirmed(item) for item in items)
    unverified = sum(item.wished == Wished.UNVERIFIED for item in items)
    return Asked(unverified, len(items) - spared - unverified, spared)


def later(wish: Wish) -> bool:
    """Whether something came later in the series of a wish since somebody last looked after it: no more than that."""
    since = wish.answered_at or wish.created_at
    codes = [code.value for code in LATE]
    return bool(wish.series and Milestone.of(series=wish.series).filter(code__in=codes, said_at__gt=since).exists())


def first_in_line(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Hit]:
    """Return a page of the items of the viewer's reports that somebody wishes to be gone and on which nobody has acted.

    Shows codes of reports, not what is in them; a report is opened with its reason.
    """
    return paginate(_open_hits(viewer).select_related("item__report"), FIRST, parameters, size)


def _open_hits(viewer: Viewer) -> Any:
    states = [state.value for state in (*rules.ASKED, LocationState.STOPPED)]
    acted = Location.of(item=OuterRef("item")).filter(state__in=states)
    open_hits = Hit.objects.filter(item__isnull=False, item__report__closed_at=None)
    return open_hits.filter(~Exists(acted))


@dataclass(frozen=True)
class Waiting:
    """What waits.

    Attributes:
        new: wishes that nobody has seen.
        to_tell: wishes whose contact is to be told of what came later.
        first: hits on items of the organisation's reports on which nobody has acted.
    """

    new: Rows[Wish]
    to_tell: Rows[Wish]
    first: Rows[Hit]


def waiting(viewer: Viewer) -> Waiting:
    """Return what waits, that which waits longest first."""
    new = Wish.own.exclude(state=WishState.ENDED.value).filter(answered_at=None).only("code", "created_at")
    return Waiting(
        first_of(new.order_by("created_at", "id")),
        first_of(to_tell(viewer).only("code", "created_at").order_by("created_at", "id")),
        first_of(
            _open_hits(viewer)
            .select_related("item__report")
            .only("found_at", "item__report__code", "item__report__offence")
            .order_by("found_at", "id")
        ),
    )


def to_tell(viewer: Viewer) -> Any:
    """Return the wishes whose contact asked for news and whose series has some since the last time."""
    codes = [code.value for code in LATE]
    later = Milestone.of(series=OuterRef("series")).filter(code__in=codes, said_at__gt=OuterRef("since"))
    asked = Wish.own.filter(told=Told.ASK_CONTACT.value, series__isnull=False)
    return asked.annotate(since=Coalesce(F("answered_at"), F("created_at"))).filter(Q(Exists(later)))


def desk_of(wish: Wish) -> Desk | None:
    """Return the public desk to which a wish was made; the page behind a survivor's code has no viewer."""
    found: Desk | None = Desk.of(organisation=wish.organisation).select_related("organisation__member").first()
    return found


def series_by_code(code: str) -> Series | None:
    """Return the series of a code that the viewer in scope may see, or None."""
    found: Series | None = Series.objects.filter(code__iexact=code).first()
    return found
