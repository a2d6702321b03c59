"""What this room brings: its lines of the navigation, its cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, cards and names of states."""
    from vaern.node.alliance.commitments import labels
    from vaern.node.alliance.commitments.cards import waiting_cards
    from vaern.node.alliance.commitments.labels import PROBLEMS
    from vaern.node.base.refusals import say
    from vaern.node.organisations.rules import Permission
    from vaern.node.web import cards, navigation, refusals

    say(PROBLEMS)
    cards.register(waiting_cards)
    seen_by, into = Permission.ALLIANCE_VIEW, navigation.ALLIANCE
    navigation.register(
        navigation.NavItem(_("Commitments"), "alliance:commitments", seen_by, 20, into),
        navigation.NavItem(_("Reporting rounds"), "alliance:rounds", seen_by, 25, into, "/alliance/replies/"),
    )
    refusals.name(_("The commitment"), labels.STATES)
    refusals.name(_("The reporting round"), labels.ROUND_STATES)
    refusals.name(_("The reply"), labels.REPLY_STATES)
