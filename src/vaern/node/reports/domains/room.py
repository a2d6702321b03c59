"""Registration of this room: navigation, cards, refusals and nightly tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, cards and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.domains.actions import lapse_due
    from vaern.node.reports.domains.cards import waiting_cards
    from vaern.node.reports.domains.labels import SENTENCES
    from vaern.node.web import cards, navigation

    may, into = Permission.REPORT_TAKEDOWN, navigation.TAKEDOWN
    navigation.register(navigation.NavItem(_("Domains"), "reports:domains", may, 40, into))
    cards.register(waiting_cards)
    say(SENTENCES)
    each_night("domains", lapse_due)
