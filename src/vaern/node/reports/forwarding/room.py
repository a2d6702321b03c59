"""Registration of this room: items of the front page, navigation, its part of a report's page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page and parts of sheets."""
    from vaern.node.base.refusals import say
    from vaern.node.casework.releases.terms import came_by
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.exchange.base import kinds
    from vaern.node.exchange.releases import travel
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.forwarding import across, labels
    from vaern.node.reports.forwarding.items import sent_items, waiting_items
    from vaern.node.reports.forwarding.presenters import offers, sheet_part
    from vaern.node.reports.forwarding.provenance import came_with
    from vaern.node.reports.models import Report
    from vaern.node.web import items, navigation

    say(labels.PROBLEMS)
    kinds.register(across.FORWARDED, across.RETURNED)
    travel.register(Report.KIND, across.FORWARDED.name, across.recalled)
    came_by(Report.KIND, came_with)
    items.register("forwarding", _("Sent and forwarded"), waiting_items, why=Why.ASSESSMENT)
    items.register("forwarding", _("Sent and forwarded"), sent_items, why=Why.ASSESSMENT)
    navigation.register(
        navigation.NavItem(_("Forwarded"), "reports:forwarded", Permission.REPORT_VIEW, 14, navigation.FORWARDED),
        navigation.NavItem(_("Sent reports"), "reports:sent", Permission.REPORT_SENT, 16, navigation.SENT),
    )
    register_offers(Report.KIND, 70, offers)
    register_part(Report.KIND, 70, sheet_part)
