"""What the front page says of subscribers: who has not acknowledged a release in time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.base.signed import about_kind, at_signed
from vaern.node.lists.subscribers import queries
from vaern.node.lists.subscribers.actions import called
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of, rows_of
from vaern.trust.acknowledging import WITHIN

if TYPE_CHECKING:
    from vaern.node.lists.subscribers.queries import Late
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the subscribers who are overdue, for whoever releases lists."""
    if not viewer.may(Permission.HASHLIST_RELEASE):
        return []
    found = rows_of(queries.overdue())
    return items_of(found, _late, _("Subscribers who have not acknowledged in time"), reverse("lists:lists"))


def _late(late: Late) -> Item:
    one = late.standing
    who = {"who": called(one.key), "n": one.version}
    if one.version:
        what = _("%(who)s acknowledged release %(n)s last, and may still match with what was recalled since.") % who
    else:
        what = _("%(who)s has acknowledged no release, and may match with what was recalled.") % who
    due = one.since + timedelta(days=WITHIN) if one.since else None
    button = Button(pgettext("button", "Open"), at_signed(late.signed))
    return Item(late.signed.title, what, button, about_kind(late.signed), "bad", due_at=due)
