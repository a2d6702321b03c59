"""Registration of this room: items of the front page, navigation, parts of pages, nightly tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, parts of sheets, nightly tasks and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.law import registers
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.models import Report
    from vaern.node.reports.takedown import labels
    from vaern.node.reports.takedown.blocks import lift_due
    from vaern.node.reports.takedown.hosts import erase_unused
    from vaern.node.reports.takedown.items import waiting_items
    from vaern.node.reports.takedown.national.register import REGISTER
    from vaern.node.reports.takedown.offers import offers
    from vaern.node.reports.takedown.presenters import sheet_part
    from vaern.node.reports.takedown.presenters_pursuit import sheet_part as pursuit_part
    from vaern.node.web import items, navigation, refusals
    from vaern.node.web.records import Tab

    registers.register(REGISTER)
    items.register("takedown", _("Takedown"), waiting_items, why=Why.REMOVAL)
    register_offers(Report.KIND, 40, offers)
    register_part(Report.KIND, 30, pursuit_part, "pursuit", tab=Tab.OVERVIEW)
    register_part(Report.KIND, 40, sheet_part, tab=Tab.OVERVIEW)
    pages, may, into = r"/reports/[^/]+/locations/", Permission.REPORT_TAKEDOWN, navigation.TAKEDOWN
    navigation.register(
        navigation.NavItem(_("Still up"), "reports:still-up", may, 10, into, pages),
        navigation.NavItem(_("Hosts"), "reports:hosts", may, 20, into),
        navigation.NavItem(_("Blocking list"), "reports:blocks", may, 30, into),
        navigation.NavItem(_("Time to removal"), "reports:removal", may, 50, into),
    )
    each_night("blocks", lift_due)
    each_night("hosts", erase_unused)
    refusals.name(_("The location"), labels.STATES)
