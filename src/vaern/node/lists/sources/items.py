"""What the front page says of how old lists are: to curators, and to every desk whose files are compared with them.

A list that has stopped has no hits, and a desk that does not know it takes what is known for new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.base.freshness import age_in_words, moment
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
        *items_of(ageing, _ageing, _("Hash lists that grow old"), lists),
    ]


def late_items(viewer: Viewer) -> list[Item]:
    """Return the sources that have not been fetched whole for days, for whoever keeps their lists."""
    if not viewer.may(Permission.HASHLIST_WORK):
        return []
    return items_of(
        rows_of(queries.late(viewer)), _late, _("Hash lists whose source is not fetched"), reverse("lists:lists")
    )


def _stopped(old: Old) -> Item:
    return _of(old, "bad", since=old.age.stops_at)


def _ageing(old: Old) -> Item:
    stops = old.age.stops_at
    return _of(old, "warning", due_at=stops, since=None if stops else old.age.since)


def _of(old: Old, tone: str, *, due_at: datetime | None = None, since: datetime | None = None) -> Item:
    kept = old.hash_list
    button = Button(pgettext("button", "Open"), at_list(kept) if kept else reverse("lists:lists"))
    name, about = (kept.title, f"list/{kept.pk}") if kept else (old.age.name, f"loaded_list/{old.age.name}")
    return Item(name, age_in_words(old.age), button, about, tone, due_at=due_at, since=since)


def _late(late: Late) -> Item:
    source = late.source
    if source.why:
        what = _("Its source could not be fetched whole since %(when)s: %(why)s")
    else:
        what = _("Its source was not fetched whole since %(when)s. Open the part about its source, and fetch it now.")
    said = what % {"when": moment(late.since), "why": source.why}
    button = Button(pgettext("button", "Open"), at_list(source.list))
    return Item(source.list.title, said, button, f"list/{source.list_id}", "warning", since=late.since)
