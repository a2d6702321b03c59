"""What the front page says of scans: what waits for the viewer."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.scans import queries
from vaern.node.scans.rules import State
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.scans.models import Scan


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for somebody who may see scans. To review and to keep is for those who bring them in."""
    if not viewer.may(Permission.SCAN_VIEW):
        return []
    found, here = queries.waiting(viewer), reverse("scans:scans")
    reviews = f"{here}?state={State.TO_REVIEW}&whose=own"
    receives = f"{here}?state={State.RECEIVING}&whose=own"
    return [
        *items_of(found.due, _due, _("Scans close to their end date"), f"{here}?sort=review&whose=own"),
        *items_of(found.to_review, _to_review, _("Scans to review"), reviews),
        *items_of(found.receiving, _receiving, _("Scans being received"), receives),
    ]


def _item(scan: Scan, what: str, label: str, route: str, **more: Any) -> Item:
    name = _("Scan %(reference)s") % {"reference": scan.reference}
    return Item(name, what, Button(label, reverse(route, args=[scan.pk])), f"scan/{scan.pk}", **more)


def _due(scan: Scan) -> Item:
    what = _("It is erased on that day unless somebody decides that it is still needed.")
    return _item(scan, what, _("Keep longer"), "scans:prolong", tone="warning", due_at=end_of(scan.review_date))


def _to_review(scan: Scan) -> Item:
    what = _("Its findings wait to be reviewed.")
    return _item(scan, what, _("Review"), "scans:scan", tone="info", since=scan.created_at)


def _receiving(scan: Scan) -> Item:
    return _item(
        scan, _("Findings are still coming in."), pgettext("button", "Open"), "scans:scan", since=scan.created_at
    )


def end_of(day: date) -> datetime:
    """Return the last moment of a day in the node's time zone."""
    return timezone.make_aware(datetime.combine(day, time.max))
