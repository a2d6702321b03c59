"""What this room brings: items of the front page, navigation, its part of a series' page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page and parts of sheets."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.releases.terms import came_by
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.victims.models import Series
    from vaern.node.victims.sharing import questions
    from vaern.node.victims.sharing.items import waiting_items
    from vaern.node.victims.sharing.origins import came_with
    from vaern.node.victims.sharing.presenters import offers, sheet_part
    from vaern.node.web import items, navigation

    each_night("questions to other nodes", questions.erase_old)
    came_by(Series.KIND, came_with, in_part=True)
    items.register("series", _("Series"), waiting_items, why=Why.VICTIM_IDENTIFICATION)
    register_offers(Series.KIND, 5, offers)
    register_part(Series.KIND, 20, sheet_part, "sharing")
    navigation.register(
        navigation.NavItem(_("Series received"), "victims:received", Permission.SERIES_VIEW, 31, navigation.SERIES),
        navigation.NavItem(_("Look up a hash"), "victims:known", Permission.SERIES_VIEW, 32, navigation.SERIES),
        navigation.NavItem(
            _("Visibility in hash checks"), "victims:openness", Permission.DESK_MANAGE, 60, navigation.DESK
        ),
    )
