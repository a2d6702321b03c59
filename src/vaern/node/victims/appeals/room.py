"""What this room brings: its part of a series' page, items of the front page, what ends by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, parts of sheets, nightly tasks and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.casework.sheets import register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.victims.appeals import labels
    from vaern.node.victims.appeals.actions import end_expired
    from vaern.node.victims.appeals.items import waiting_items
    from vaern.node.victims.appeals.labels import PROBLEMS
    from vaern.node.victims.appeals.presenters import sheet_part
    from vaern.node.victims.models import Series
    from vaern.node.web import items, navigation, refusals

    say(PROBLEMS)
    items.register("series", _("Series"), waiting_items, why=Why.VICTIM_IDENTIFICATION)
    register_part(Series.KIND, 40, sheet_part, "appeals")
    navigation.register(
        navigation.NavItem(_("Appeals"), "victims:appeals", Permission.SERIES_VIEW, 33, navigation.SERIES)
    )
    each_night("appeals", end_expired)
    refusals.name(_("The appeal"), labels.STATES)
