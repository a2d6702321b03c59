"""What the front page says of the exchange to administrators: who does not answer, what was set aside, who is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from vaern.node.exchange.peers import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.exchange.models import Peer
    from vaern.node.organisations.viewers import Viewer


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return what an administrator has to do about other nodes."""
    if not viewer.may(Permission.EXCHANGE_MANAGE):
        return []
    every = reverse("exchange:peers")
    return [
        *items_of(rows_of(queries.with_set_aside(viewer)), _set_aside, _("Nodes with messages set aside"), every),
        *items_of(rows_of(queries.silent(viewer)), _silent, _("Nodes that do not answer"), every),
        *items_of(rows_of(queries.unconfirmed(viewer)), _unconfirmed, _("Nodes to be confirmed"), every),
        *_old_keys(queries.old_key(viewer)),
    ]


def _silent(peer: Peer) -> Item:
    what = _("It has not answered for more than an hour. What is for it waits, and nothing is lost.")
    return Item(peer.name, what, _open(peer), f"peer:{peer.pk}", "bad", since=peer.answered_at or peer.confirmed_at)


def _set_aside(found: tuple[Peer, int, datetime]) -> Item:
    peer, count, since = found
    what = ngettext(
        "%(n)s message of it could not be taken in, and waits for you.",
        "%(n)s messages of it could not be taken in, and wait for you.",
        count,
    ) % {"n": count}
    return Item(peer.name, what, _open(peer), f"peer:{peer.pk}", "bad", since=since)


def _unconfirmed(peer: Peer) -> Item:
    what = _("Its card is here. Read your digits to each other, so that messages can pass.")
    button = Button(_("Confirm by voice"), reverse("exchange:confirm", args=[peer.pk]))
    return Item(peer.name, what, button, f"peer:{peer.pk}", "warning", since=peer.created_at)


def _old_keys(made: datetime | None) -> list[Item]:
    if made is None:
        return []
    what = _("The keys of this node are older than a year. New ones cost nobody anything: the other nodes are told.")
    return [
        Item(_("Exchange"), what, Button(_("Make new keys"), reverse("exchange:rotate")), "", "warning", since=made)
    ]


def _open(peer: Peer) -> Button:
    return Button(pgettext("button", "Open"), reverse("exchange:peer", args=[peer.pk]))
