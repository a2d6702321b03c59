"""What the front page says of signed releases: which proposals wait for signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.lists.base.signed import about_kind, address, at_signed
from vaern.node.lists.signing import queries
from vaern.node.web.items import Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.signing.repository import State
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return the proposals that wait for signatures, for whoever hands these in."""
    return items_of(
        rows_of(queries.waiting(viewer)), _item, _("Releases that wait for signatures"), reverse("lists:lists")
    )


def _item(waits: tuple[Signed, State]) -> Item:
    signed, state = waits
    counted = state.waiting[1] if state.waiting else None
    what = _("A release waits for signatures: %(n)s of %(needed)s countries have signed.")
    said = what % {"n": len(counted.countries) if counted else 0, "needed": state.needed}
    button = Button(_("Hand in signatures"), address(signed, "hand-in-signed"))
    return Item(signed.title, said, button, about_kind(signed), "info", url=at_signed(signed))
