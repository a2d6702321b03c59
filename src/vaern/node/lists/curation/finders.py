"""What the search finds of lists: entries by a hash, through the lists on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.lists.base import labels
from vaern.node.lists.base.pages import at_entry, at_list
from vaern.node.lists.base.queries import by_hash
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.lists import Purpose
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look
from vaern.records import KINDS, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return the entries that have a hash or are near to it, of lists that the viewer may see; and lists by name."""
    if wanted.looks & Look.WORDS:
        named = HashList.objects.filter(title__icontains=wanted.text).order_by("title", "id")[:most]
        for one in named:
            yield Hit(one.title, at_list(one), "", labels.PURPOSES[Purpose(one.purpose)])
    signals = [Signal(kind, value) for kind, value in wanted.digests.items() if kind in KINDS]
    if not signals:
        return
    for hash_list in HashList.objects.filter(holds="files").order_by("title", "id"):
        for found in by_hash(hash_list, signals)[:most]:
            found.entry.list = hash_list
            by = _("has this hash") if not found.distance else _("is %(n)s bits from this hash") % {"n": found.distance}
            yield Hit(
                f"{hash_list.title}: {found.entry.ident[:24]}", at_entry(found.entry), by, labels.state(found.entry)
            )


FINDERS = (
    Finder("list", gettext_lazy("Hash lists"), Permission.HASHLIST_VIEW, Look.HASH | Look.WORDS, find, 45, asks=True),
)
