"""What the front page says of wishes: to those who look after them, and to those who take things down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.labels import called
from vaern.node.reports.base.pages import at
from vaern.node.victims.wishes import queries
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.victims.models import Hit, Wish


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for a viewer who looks after wishes, or takes things down."""
    works = viewer.may(Permission.WISH_WORK)
    if not (works or viewer.may(Permission.REPORT_TAKEDOWN)):
        return []
    found, items = queries.waiting(viewer), []
    if viewer.may(Permission.REPORT_VIEW):
        title = _("First in line, as survivors wish")
        items += items_of(found.first, _first, title, reverse("victims:wishes-found"))
    if works:
        here = reverse("victims:wishes")
        items += items_of(found.to_tell, _to_tell, _("Contacts of survivors to be told"), here)
        items += items_of(found.new, _new, _("New wishes of survivors"), here)
    return items


def _first(hit: Hit) -> Item:
    assert hit.item is not None  # as the query asks
    report = hit.item.report
    return Item(
        name=called(report),
        what=_("Somebody asked to have it removed, by its hash, and may not be identified. Look at it first."),
        button=Button(pgettext("button", "Open"), at(report)),
        about=f"report/{report.pk}",
        tone="bad",
        since=hit.found_at,
    )


def _wish(wish: Wish, what: str, label: str, tone: str) -> Item:
    return Item(
        name=_("Wish %(code)s") % {"code": wish.code},
        what=what,
        button=Button(label, reverse("victims:wish", args=[wish.pk])),
        about=f"wish/{wish.pk}",
        tone=tone,
        since=wish.created_at,
    )


def _to_tell(wish: Wish) -> Item:
    return _wish(wish, _("Something came in the series: tell the contact, as was asked."), _("Tell"), "warning")


def _new(wish: Wish) -> Item:
    return _wish(wish, _("Nobody has looked at it yet."), pgettext("button", "Open"), "warning")
