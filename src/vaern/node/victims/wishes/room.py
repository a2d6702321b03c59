"""What this room brings: the watch, items of the front page, navigation, an offer, what ends by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, parts of sheets and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.retention import actions as retention
    from vaern.node.casework.sheets import register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.base import watches
    from vaern.node.reports.models import Report
    from vaern.node.reports.public import offers
    from vaern.node.victims.wishes.actions import RETENTION
    from vaern.node.victims.wishes.hits import SURVIVORS, look_everywhere
    from vaern.node.victims.wishes.items import waiting_items
    from vaern.node.victims.wishes.presenters import offer, report_part
    from vaern.node.victims.wishes.progress import tell
    from vaern.node.web import items, navigation
    from vaern.node.web.records import Tab

    watches.register(SURVIVORS)
    register_part(Report.KIND, 1, report_part, tab=Tab.OVERVIEW)
    offers.register(offer)
    items.register("wishes", _("Survivors"), waiting_items, why=Why.REMOVAL)
    navigation.register(
        navigation.NavItem(_("Wishes of survivors"), "victims:wishes", Permission.WISH_WORK, 10, navigation.SURVIVORS),
        navigation.NavItem(_("First in line"), "victims:wishes-found", Permission.REPORT_VIEW, 5, navigation.REPORTS),
    )
    retention.register(RETENTION)
    each_night("hits of wishes", look_everywhere)
    each_night("what survivors are told", tell)
