"""What the front page says of signed releases: which proposals wait for signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.base.pages import at_list
from vaern.node.lists.signing import queries
from vaern.node.web.items import Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.lists.models import HashList
    from vaern.node.lists.signing.repository import State
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the proposals that wait for signatures, for whoever hands these in."""
    return items_of(
        rows_of(queries.waiting(viewer)), _item, _("Releases that wait for signatures"), reverse("lists:lists")
    )


def _item(waits: tuple[HashList, State]) -> Item:
    hash_list, state = waits
    counted = state.waiting[1] if state.waiting else None
    what = _("A release waits for signatures: %(n)s of %(needed)s countries have signed.")
    said = what % {"n": len(counted.countries) if counted else 0, "needed": state.needed}
    button = Button(_("Hand in signatures"), reverse("lists:hand-in-signed", args=[hash_list.pk]))
    return Item(hash_list.title, said, button, f"list/{hash_list.pk}", "info", url=at_list(hash_list))
