"""Police holds of the same place at other desks: every desk a report passed through waits too, without the reason.

Places are compared by their keyed address. A hold binds every desk that the held report passed through, in all its
reports of that place, for as long as it runs. Nothing is copied, so a hold that ends there has ended here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vaern.node.base import sql
from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Act, Actor
from vaern.node.reports.base.forwards import passed_through
from vaern.node.reports.models import Hold, Location
from vaern.node.reports.takedown.locks import TO_REMOVE

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer


def lock(location: Location) -> None:
    """Lock a place against concurrent holds and notices, so that of two the second sees the first."""
    if location.item.url_key:
        sql.lock(int.from_bytes(bytes(location.item.url_key)[:8]) - 2**63)


def running(location: Location, now: datetime | None = None) -> list[Hold]:
    """Return the holds of other locations that bind this one now, the last to end first; across the node."""
    now = now or timezone.now()
    rows = _of_place(location).filter(ended_at__isnull=True, ends_at__gt=now).order_by("-ends_at")
    return [hold for hold in rows if _binds(hold, location.organisation_id)]


def spans(location: Location) -> list[tuple[datetime, datetime]]:
    """Return start and end of the holds of other locations that bind or bound this one."""
    rows = [hold for hold in _of_place(location) if _binds(hold, location.organisation_id)]
    return [(hold.started_at, hold.ended_at or hold.ends_at) for hold in rows]


def words(location: Location, now: datetime | None = None) -> str:
    """Return by whom and until when a place is held elsewhere; "" if it is not."""
    for hold in running(location, now):
        end = date_format(timezone.localtime(hold.ends_at), "SHORT_DATETIME_FORMAT")
        return _("Held by %(desk)s until %(end)s. The notice waits until then.") % {
            "desk": hold.organisation.name,
            "end": end,
        }
    return ""


def refuse(location: Location) -> None:
    """Lock the place, and refuse notices about it while another desk holds it.

    Raises:
        Refusal: it is held.
    """
    lock(location)
    if why := words(location):
        raise Refusal(why)


def tell(viewer: Viewer, location: Location, act: Act) -> None:
    """Write a ledger entry for each report of another desk that a hold binds or bound: who holds, not why."""
    if not location.item.url_key:
        return
    others = passed_through(location.report_id) - {location.organisation_id}
    bound = Location.everywhere.filter(item__url_key=location.item.url_key, organisation__in=others)
    for other in bound.select_related("report").order_by("pk"):
        by = Actor(organisation=viewer.organisation.id)
        record(act, other.report.subject, by, TO_REMOVE, recipient=other.organisation_id)


def counted(viewer: Viewer) -> int:
    """Return how many holds of other desks made the viewer's organisation wait; a count only."""
    own = Location.of(organisation=viewer.organisation).filter(item__url_key__isnull=False)
    rows = Hold.everywhere.exclude(organisation=viewer.organisation).filter(
        location__item__url_key__in=own.values("item__url_key")
    )
    return sum(_binds(hold, viewer.organisation.id) for hold in rows.select_related("location"))


def _of_place(location: Location) -> QuerySet[Hold]:
    found: QuerySet[Hold] = Hold.everywhere.none()
    if location.item.url_key:
        found = Hold.everywhere.filter(location__item__url_key=location.item.url_key).exclude(location=location)
    return found.select_related("location", "organisation")


def _binds(hold: Hold, organisation: UUID) -> bool:
    return organisation in passed_through(hold.location.report_id)
