"""What the front page says of lists: what waits for whoever keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.lists.base.pages import at_entry, at_list
from vaern.node.lists.curation import queries
from vaern.node.lists.quarantine.presenters import in_words
from vaern.node.lists.rules.entries import EntryState
from vaern.node.organisations.rules import Permission
from vaern.node.scans.items import end_of
from vaern.node.web.items import Button, Item, items_of

if TYPE_CHECKING:
    from vaern.node.lists.curation.since import Since
    from vaern.node.lists.models import EntryQuarantine, HashList, ListEntry
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the entries that wait for a decision, and the lists close to their end date."""
    if not viewer.may(Permission.HASHLIST_WORK):
        return []
    found, here = queries.waiting(viewer), reverse("lists:lists")
    return [
        *items_of(
            found.entries,
            lambda one: _entry(one, found.causes.get(one.pk), found.since.get(one.pk)),
            _("Entries of lists to decide on"),
            here,
        ),
        *items_of(found.classes, _classes, _("Classes of entries to decide on"), here),
        *items_of(found.due, _due, _("Lists close to their end date"), f"{here}?sort=review"),
    ]


def _entry(entry: ListEntry, cause: EntryQuarantine | None, since: Since | None) -> Item:
    disputed = EntryState(entry.state) is EntryState.DISPUTED
    what = (
        _("Somebody says that it does not belong on the list: does it stay?")
        if disputed
        else _("It is in quarantine, and not matched.")
    )
    if cause is not None and not disputed:
        what = _("It is in quarantine, and not matched. %(why)s") % {"why": in_words(cause)}
    name = _("Entry %(id)s of %(list)s") % {"id": entry.ident[:16], "list": entry.list.title}
    return Item(
        name,
        what,
        Button(pgettext("button", "Open"), at_entry(entry)),
        f"entry/{entry.pk}",
        "warning",
        since=since.at if since else None,
    )


def _classes(entry: ListEntry) -> Item:
    what = _("Votes give it several classes of one scheme: which one has it?")
    name = _("Entry %(id)s of %(list)s") % {"id": entry.ident[:16], "list": entry.list.title}
    button = Button(pgettext("button", "Open"), at_entry(entry))
    return Item(name, what, button, f"class/{entry.pk}", "warning", since=entry.classes_since)


def _due(hash_list: HashList) -> Item:
    what = _("It is erased on that day unless somebody decides that it is still needed.")
    return Item(
        hash_list.title,
        what,
        Button(_("Keep longer"), reverse("lists:keep", args=[hash_list.pk])),
        f"list/{hash_list.pk}",
        "warning",
        due_at=end_of(hash_list.review_date),
        url=at_list(hash_list),
    )
