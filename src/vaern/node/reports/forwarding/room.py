"""Registration of this room: cards, navigation, its part of a report's page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, cards and parts of sheets."""
    from vaern.node.casework.releases.terms import came_by
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.forwarding.cards import waiting_cards
    from vaern.node.reports.forwarding.presenters import offers, sheet_part
    from vaern.node.reports.forwarding.provenance import came_with
    from vaern.node.reports.models import Report
    from vaern.node.web import cards, navigation

    came_by(Report.KIND, came_with)
    cards.register(waiting_cards)
    navigation.register(
        navigation.NavItem(_("Forwarded"), "reports:forwarded", Permission.REPORT_VIEW, 14, navigation.FORWARDED),
        navigation.NavItem(_("Sent reports"), "reports:sent", Permission.REPORT_SENT, 16, navigation.SENT),
    )
    register_offers(Report.KIND, 70, offers)
    register_part(Report.KIND, 70, sheet_part)
