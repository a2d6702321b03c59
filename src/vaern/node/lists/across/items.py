"""What the front page says of lists that other nodes released: who keeps lists sets a source that follows one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.across.queries import unfollowed
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.lists.models import ListNotice
    from vaern.node.organisations.viewers import Viewer

KEPT = 16
"""Characters of a root's fingerprint, by which people find the file."""


def unfollowed_items(viewer: Viewer) -> list[Item]:
    """Return the lists of other nodes that no list here follows, to whoever keeps lists."""
    if not viewer.may(Permission.HASHLIST_WORK):
        return []
    return items_of(
        rows_of(unfollowed(viewer)), _item, _("Lists of other nodes that nothing follows"), reverse("lists:lists")
    )


def _item(notice: ListNotice) -> Item:
    root = notice.roots[0][:KEPT] if notice.roots else "–"
    return Item(
        notice.title,
        _(
            "%(who)s released it to you. Make a list whose source are its signed releases: name %(name)s, address "
            "%(address)s, and the root whose SHA-256 begins %(root)s."
        )
        % {
            "who": notice.release.owner.name,
            "name": notice.name,
            "address": notice.address or _("as they say"),
            "root": root,
        },
        Button(pgettext("button", "Open"), reverse("lists:lists")),
        f"list_notice/{notice.release_id}",
        "info",
        since=notice.at,
    )
