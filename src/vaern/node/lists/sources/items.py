"""What the front page says of how old lists are: to curators, and to every desk whose files are compared with them.

A list that has stopped has no hits, and a desk that does not know it takes what is known for new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.base.pages import at_list
from vaern.node.lists.sources import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.lists.sources.queries import Late, Old
    from vaern.node.organisations.viewers import Viewer


def old_items(viewer: Viewer) -> list[Item]:
    """Return the lists that are about to stop or have stopped, for everybody whose work is compared with them."""
    if not viewer.may(Permission.HASHLIST_VIEW):
        return []
    lists = reverse("lists:lists")
    found = queries.old_lists()
    stopped = rows_of([one for one in found if one.age.stopped])
    ageing = rows_of([one for one in found if not one.age.stopped])
    return [
        *items_of(stopped, _stopped, _("Hash lists that have stopped"), lists),
        *items_of(ageing, _ageing, _("Hash lists that are about to stop"), lists),
    ]


def late_items(viewer: Viewer) -> list[Item]:
    """Return the sources that have not been fetched whole for days, for whoever keeps their lists."""
    if not viewer.may(Permission.HASHLIST_WORK):
        return []
    return items_of(
        rows_of(queries.late(viewer)), _late, _("Hash lists whose source is not fetched"), reverse("lists:lists")
    )


def _stopped(old: Old) -> Item:
    what = _(
        "It has stopped: it was last compared with its source on %(when)s. Files are not compared with it until it is "
        "fetched again, so that nothing found does not mean that it is new."
    )
    return _of(old, what, "bad", since=old.age.stops_at)


def _ageing(old: Old) -> Item:
    if old.age.stops_at is None:
        what = _("It was last compared with its source on %(when)s. What was recalled since then still matches.")
        return _of(old, what, "warning", since=old.age.since)
    what = _("It was last compared with its source on %(when)s, and stops unless it is fetched again.")
    return _of(old, what, "warning", due_at=old.age.stops_at)


def _of(old: Old, what: str, tone: str, *, due_at: datetime | None = None, since: datetime | None = None) -> Item:
    kept = old.hash_list
    button = Button(pgettext("button", "Open"), at_list(kept) if kept else reverse("lists:lists"))
    name, about = (kept.title, f"list/{kept.pk}") if kept else (old.age.name, f"loaded_list/{old.age.name}")
    return Item(name, what % {"when": _moment(old.age.checked_at)}, button, about, tone, due_at=due_at, since=since)


def _late(late: Late) -> Item:
    source = late.source
    if source.why:
        what = _("Its source could not be fetched whole since %(when)s: %(why)s")
    else:
        what = _("Its source was not fetched whole since %(when)s. Open the part about its source, and fetch it now.")
    said = what % {"when": _moment(late.since), "why": source.why}
    button = Button(pgettext("button", "Open"), at_list(source.list))
    return Item(source.list.title, said, button, f"list/{source.list_id}", "warning", since=late.since)


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
