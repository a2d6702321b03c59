"""What this room brings: the messages about lists, and what the front page says of lists of other nodes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the kinds of message, that lists travel, who tells other nodes, items and the nightly task."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.exchange.base import kinds as messages
    from vaern.node.exchange.releases import travel
    from vaern.node.ledger.rules import Why
    from vaern.node.lists.across import following, kinds, labels, telling
    from vaern.node.lists.across.items import unfollowed_items
    from vaern.node.lists.base import elsewhere
    from vaern.node.lists.models import HashList, ListSubset
    from vaern.node.web import items

    say(labels.PROBLEMS)
    messages.register(kinds.RELEASED, kinds.RECALLED, kinds.ACKNOWLEDGED)
    for model in (HashList, ListSubset):
        travel.register(model.KIND, telling.RELEASED)
    elsewhere.register(telling.Across())
    items.register("lists", _("Hash lists"), unfollowed_items, why=Why.LIST_QUALITY)
    each_night("list notices", following.end_notices)
