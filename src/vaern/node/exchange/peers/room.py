"""What this room brings: pages, the messages of nodes themselves, what waits, and what the night does to keys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the kinds of message, the pages, what the front page says, the words of states, and the nightly task."""
    from vaern.node.base import refusals as codes
    from vaern.node.base.jobs import each_night
    from vaern.node.exchange.base import kinds
    from vaern.node.exchange.inbox.labels import BECAUSE
    from vaern.node.exchange.peers import cards, checkpoints, directories
    from vaern.node.exchange.peers.items import waiting_items
    from vaern.node.exchange.peers.labels import REFUSALS, STATES
    from vaern.node.ledger.witnesses import messages
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation, refusals
    from vaern.node.web.navigation import NavItem

    kinds.register(cards.CARD_KIND, directories.DIRECTORY_KIND, checkpoints.ASKED, checkpoints.ANSWERED)
    messages.register(checkpoints.carry)
    each_night("exchange keys", cards.drop_earlier_keys)
    navigation.register(NavItem(_("Exchange"), "exchange:peers", Permission.EXCHANGE_MANAGE, 10, navigation.EXCHANGE))
    items.register("exchange", _("Exchange"), waiting_items)
    refusals.name(_("The exchange"), STATES)
    codes.say(BECAUSE)
    codes.say(REFUSALS)
