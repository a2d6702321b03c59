"""Where the pages of lists and entries are, and what pages about them say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import found_or_404, own_or_404
from vaern.node.lists.base import labels
from vaern.node.lists.base.queries import entry_of
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.rules.lists import Holds
from vaern.node.web.components import Code, Definitions
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.lists.models import ListSubset


def at_list(hash_list: HashList) -> str:
    """Return the address of a list's page."""
    return reverse("lists:list", args=[hash_list.pk])


def at_subset(subset: ListSubset) -> str:
    """Return the address of a subset's page."""
    return reverse("lists:subset", args=[subset.pk])


def at_entry(entry: ListEntry) -> str:
    """Return the address of an entry's page."""
    return reverse("lists:entry", args=[entry.list_id, entry.pk])


def found_entry_or_404(id: UUID, number: int) -> ListEntry:
    """Return an entry of a list that the viewer in scope may see.

    Raises:
        Http404: there is none, or the viewer may not know of it.
    """
    return or_404(entry_of(found_or_404(HashList, id), number))


def own_entry_or_404(id: UUID, number: int) -> ListEntry:
    """Return an entry of a list of the viewer's own organisation.

    Raises:
        Http404: there is none, or the list is another organisation's.
    """
    return or_404(entry_of(own_or_404(HashList, id), number))


def crumbs(hash_list: HashList) -> list[tuple[object, str]]:
    """Return the pages above a page about a list."""
    return [(_("Hash lists"), reverse("lists:lists")), (hash_list.title, at_list(hash_list))]


def about_list(hash_list: HashList) -> dict[str, Any]:
    """Return what `decide` says of the list that it is about."""
    facts = [
        (_("List"), hash_list.title),
        (_("Holds"), labels.HOLDS[Holds(hash_list.holds)]),
        (_("Entries that are matched"), hash_list.matched),
    ]
    return {"subject": Definitions(facts), "crumbs": crumbs(hash_list), "back": at_list(hash_list)}


def about_entry(entry: ListEntry) -> dict[str, Any]:
    """Return what `decide` says of the entry that it is about: its id, its state and its class, and no votes."""
    facts: list[tuple[object, object]] = [(_("Entry"), Code(entry.ident)), (_("State"), labels.state(entry))]
    if entry.classification:
        facts.append((_("Class"), f"{entry.scheme} {entry.classification}".strip()))
    if entry.series:
        facts.append((_("Series"), entry.series))
    here = at_entry(entry)
    return {"subject": Definitions(facts), "crumbs": [*crumbs(entry.list), (entry.ident, here)], "back": here}
