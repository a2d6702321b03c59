"""What the search finds of survivors' wishes: by code, and by a hash that came with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.organisations.rules import Permission
from vaern.node.victims.models import WatchedHash, Wish
from vaern.node.victims.wishes import labels
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the wishes of the viewer's organisation. A receipt finds none: it is the survivor's key."""
    if Look.CODE in wanted.looks:
        yield from _hits(Wish.own.filter(code__startswith=wanted.code), "", most)
    for kind, value in wanted.digests.items():
        having = WatchedHash.objects.filter(kind=kind, value=value).order_by().values("wish")
        yield from _hits(Wish.own.filter(pk__in=having), _("asks for the removal of this hash"), most)


def _hits(wishes: QuerySet[Wish], by: str, most: int) -> Iterator[Hit]:
    for one in wishes.only("id", "code", "state", "created_at").order_by("-created_at", "id")[:most]:
        yield Hit(one.code, reverse("victims:wish", args=[one.pk]), by, labels.state(one.state))


FINDERS = (
    Finder(
        "wish", gettext_lazy("Wishes of survivors"), Permission.WISH_WORK, Look.CODE | Look.HASH, find, 70, asks=True
    ),
)
