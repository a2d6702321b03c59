"""What the front page says to press officers: at which events journalists wait for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.organisations.rules import Permission
from vaern.node.press.journalists import queries
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the events at which registrations wait, for an officer."""
    if not viewer.may(Permission.PRESS_MANAGE):
        return []
    title = _("Events at which journalists wait for a decision")
    return items_of(queries.to_decide(viewer), _waits, title, reverse("press:events"))


def _waits(event: PressEvent) -> Item:
    n: int = event.waiting  # type: ignore[attr-defined]  # an annotation of the query
    what = ngettext("%(n)s journalist waits for a decision.", "%(n)s journalists wait for a decision.", n) % {"n": n}
    url = f"{reverse('press:event', args=[event.pk])}?state=waiting"
    return Item(event.title, what, Button(_("Decide"), url), f"event/{event.pk}", "warning", due_at=event.begins)
