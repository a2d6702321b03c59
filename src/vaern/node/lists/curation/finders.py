"""What the search finds of lists: entries by hash or value, through the lists on disk, and by what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.lists.base import labels
from vaern.node.lists.base.pages import at_entry, at_list
from vaern.node.lists.base.queries import asked_of, by_hash
from vaern.node.lists.curation import numbers
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.rules.lists import Holds
from vaern.node.organisations.rules import Permission
from vaern.node.web.search.finders import Finder, Hit
from vaern.node.web.search.looks import Look
from vaern.records import KINDS, VALUE_KINDS, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.lists.base.queries import Found
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.search.looks import Wanted

LOOKS = Look.HASH | Look.NUMBER | Look.WORDS | Look.ADDRESS
"""Whatever a text is, some list may hold it: every text is a keyword."""


def find(viewer: Viewer, wanted: Wanted, most: int) -> Iterator[Hit]:
    """Return entries of lists that the viewer may see: by a hash or a value, by a name; and lists by title."""
    if wanted.looks & Look.WORDS:
        named = HashList.objects.filter(title__icontains=wanted.text).order_by("title", "id")[:most]
        for one in named:
            yield Hit(one.title, at_list(one), "", labels.purpose(one))
    if wanted.looks & (Look.NUMBER | Look.WORDS):
        yield from _named(viewer, wanted.text, most)
    for hash_list in HashList.objects.order_by("title", "id"):
        for found in by_hash(hash_list, _signals(hash_list, wanted))[:most]:
            found.entry.list = hash_list
            yield _hit(found.entry, _by(found))


def _signals(hash_list: HashList, wanted: Wanted) -> list[Signal]:
    """Return what is looked for, as a list holds it; of an address also what it is with its fangs."""
    if Holds(hash_list.holds) is Holds.FILES:
        return [Signal(kind, value) for kind, value in wanted.digests.items() if kind in KINDS]
    texts = filter(None, (wanted.text, wanted.address))
    return list(dict.fromkeys(one for text in texts for one in asked_of(hash_list, text)))


def _by(found: Found) -> str:
    if found.kind in VALUE_KINDS:
        return _("has this value")
    return _("has this hash") if not found.distance else _("is %(n)s bits from this hash") % {"n": found.distance}


def _named(viewer: Viewer, text: str, most: int) -> Iterator[Hit]:
    """Yield the entries that their list's source calls so, and those that another system does."""
    lists = {one.pk: one for one in HashList.objects.order_by("title", "id")}
    for entry in ListEntry.of(list__in=list(lists.values())).filter(ident=text).order_by("list", "id")[:most]:
        entry.list = lists[entry.list_id]
        yield _hit(entry, _("its id on the list"))
    for row in numbers.rows_with(viewer, text)[:most]:
        if (found := numbers.entry_of(row)) is not None:
            yield _hit(found, _("an external identifier"))


def _hit(entry: ListEntry, by: str) -> Hit:
    return Hit(f"{entry.list.title}: {entry.ident[:24]}", at_entry(entry), by, labels.state(entry))


FINDERS = (Finder("list", gettext_lazy("Hash lists"), Permission.HASHLIST_VIEW, LOOKS, find, 45, asks=True),)
