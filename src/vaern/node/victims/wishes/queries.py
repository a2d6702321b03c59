"""What survivors and desks see of wishes. Each reading by a desk is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.reports.models import Location
from vaern.node.reports.rules import LOCATION_DONE, LocationState
from vaern.node.sealing import Unsealable, unseal
from vaern.node.victims.models import Hit, Milestone, Wish
from vaern.node.victims.models.wishes import SEALED
from vaern.node.victims.sharing.rules import LATE
from vaern.node.victims.wishes import acts, rules
from vaern.node.victims.wishes.rules import Told, WishState
from vaern.node.web.paging import Page, paginate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

LIST = Subject("wish")
TO_WORK = Reason(Why.REMOVAL)
ASKED = frozenset({LocationState.NOTIFIED, LocationState.MOVED, *LOCATION_DONE})
"""States of a location in which somebody was asked to remove it, or it is gone."""


@dataclass(frozen=True)
class Found:
    """A hit as a desk sees it: where, and how far the takedown is; of another desk's, only how far."""

    hit: Hit
    location: Location | None
    own: bool

    @property
    def done(self) -> bool:
        """Whether it is gone, or was never online."""
        return self.location is None or LocationState(self.location.state) in LOCATION_DONE


@transaction.atomic
def wishes(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Wish]:
    """Return a page of the wishes of the viewer's organisation, the latest first; recorded."""
    page = paginate(Wish.objects.select_related("series"), ("-created_at", "id"), parameters, size)
    record(acts.LISTED, LIST, viewer.actor, TO_WORK, count=len(page.rows))
    return page


def find(viewer: Viewer, id: UUID) -> Wish | None:
    """Return a wish of the viewer's organisation, to act on it or to ask for a reason; records nothing."""
    found: Wish | None = (
        Wish.objects.filter(pk=id, organisation=viewer.organisation).select_related("series", "organisation").first()
    )
    return found


@transaction.atomic
def consult(viewer: Viewer, wish: Wish, reason: Reason) -> list[Found]:
    """Return what was found of a wish; recorded as a consultation."""
    record(acts.CONSULTED, wish.subject, viewer.actor, reason)
    return found_of(wish, viewer.organisation.id)


def found_of(wish: Wish, own: UUID | None = None) -> list[Found]:
    """Return the hits of a wish with their locations."""
    hits = list(Hit.unscoped.filter(wish=wish).select_related("item__report", "finding__scan", "organisation"))
    located = {one.item_id: one for one in Location.unscoped.filter(item__in=[h.item_id for h in hits if h.item_id])}
    return [Found(hit, located.get(hit.item_id or 0), hit.organisation_id == own) for hit in hits]


def status(wish: Wish) -> WishState:
    """Return what a survivor sees: computed from what became of the hits, never older than the takedown's own word.

    A hit that waits for a first decision is found and not yet asked for, whatever its desk thinks of it.
    """
    found = found_of(wish)
    undecided = [
        one for one in found if one.location is None and one.hit.item and one.hit.item.report.closed_at is None
    ]
    done = sum(one.done for one in found) - len(undecided)
    asked = sum(one.location is None or LocationState(one.location.state) in ASKED for one in found) - len(undecided)
    return rules.state_of(
        ended=wish.state == WishState.ENDED.value, touched=wish.answered_at is not None or wish.hashes_total > 0,
        hits=len(found), done=done, noticed=asked,
    )  # fmt: skip


def contact_of(wish: Wish) -> str:
    """Return the reference of who speaks with the survivor."""
    try:
        return unseal(wish.contact, SEALED)
    except Unsealable:
        return ""


def hits_of_report(report: Report) -> int:
    """Return how many items of a report somebody wishes to be gone: a number only, part of the report's page."""
    return Hit.unscoped.filter(item__report=report).values("item").distinct().count()


def later(wish: Wish) -> bool:
    """Whether something came later in the series of a wish since somebody last looked after it: no more than that."""
    since = wish.answered_at or wish.created_at
    codes = [code.value for code in LATE]
    return Milestone.unscoped.filter(series=wish.series_id, code__in=codes, said_at__gt=since).exists()


def reports_to_take_down(viewer: Viewer, parameters: Mapping[str, Any], size: int = 50) -> Page[Hit]:
    """Return a page of the items of the viewer's reports that survivors wish to be gone and on which nobody has acted.

    Shows codes of reports, not what is in them; a report is opened with its reason.
    """
    return paginate(_open_hits(viewer).select_related("item__report"), ("found_at", "id"), parameters, size)


def _open_hits(viewer: Viewer) -> Any:
    states = [state.value for state in ASKED]
    acted = Location.unscoped.filter(item=OuterRef("item"), state__in=states)
    open_hits = Hit.unscoped.filter(organisation=viewer.organisation, item__isnull=False, item__report__closed_at=None)
    return open_hits.filter(~Exists(acted))


@dataclass(frozen=True)
class Waiting:
    """What waits.

    Attributes:
        new: wishes that nobody has seen.
        to_tell: wishes whose contact is to be told of what came later.
        to_take_down: items of the organisation's reports that match a wish and on which nobody has acted.
    """

    new: int
    to_tell: int
    to_take_down: int


def waiting(viewer: Viewer) -> Waiting:
    """Return what waits; numbers only, so nothing is recorded."""
    own = Wish.objects.filter(organisation=viewer.organisation).exclude(state=WishState.ENDED.value)
    return Waiting(
        own.filter(answered_at=None).count(), to_tell(viewer).count(),
        _open_hits(viewer).values("item").distinct().count(),
    )  # fmt: skip


def to_tell(viewer: Viewer) -> Any:
    """Return the wishes whose contact asked to be told, and in whose series something came since they were."""
    codes = [code.value for code in LATE]
    later = Milestone.unscoped.filter(series=OuterRef("series"), code__in=codes, said_at__gt=OuterRef("since"))
    asked = Wish.objects.filter(organisation=viewer.organisation, told=Told.ASK_CONTACT.value, series__isnull=False)
    return asked.annotate(since=Coalesce(F("answered_at"), F("created_at"))).filter(Q(Exists(later)))
