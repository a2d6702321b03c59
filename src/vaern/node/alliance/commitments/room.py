"""What this room brings: its lines of the navigation, what the front page says of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page and names of states."""
    from vaern.node.alliance.commitments import across, labels
    from vaern.node.alliance.commitments.items import waiting_items
    from vaern.node.alliance.commitments.labels import PROBLEMS
    from vaern.node.base.refusals import say
    from vaern.node.exchange.base import kinds
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import items, navigation, refusals

    say(PROBLEMS)
    kinds.register(*across.KINDS)
    items.register("commitments", _("Commitments"), waiting_items)
    seen_by, into = Permission.ALLIANCE_VIEW, navigation.ALLIANCE
    navigation.register(
        navigation.NavItem(_("Commitments"), "alliance:commitments", seen_by, 20, into),
        navigation.NavItem(_("Reporting rounds"), "alliance:rounds", seen_by, 25, into, "/alliance/replies/"),
    )
    refusals.name(_("The commitment"), labels.STATES)
    refusals.name(_("The reporting round"), labels.ROUND_STATES)
    refusals.name(_("The reply"), labels.REPLY_STATES)
