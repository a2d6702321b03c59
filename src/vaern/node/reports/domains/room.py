"""Registration of this room: navigation, items of the front page, refusals and nightly tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.reports.domains.actions import lapse_due
    from vaern.node.reports.domains.items import waiting_items
    from vaern.node.reports.domains.labels import SENTENCES
    from vaern.node.web import items, navigation

    may, into = Permission.REPORT_TAKEDOWN, navigation.TAKEDOWN
    navigation.register(navigation.NavItem(_("Domains"), "reports:domains", may, 40, into))
    items.register("takedown", _("Takedown"), waiting_items, why=Why.REMOVAL)
    say(SENTENCES)
    each_night("domains", lapse_due)
