"""What this room brings: its part of a series' page, cards, what ends by the clock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, cards, parts of sheets, nightly tasks and names of states."""
    from vaern.node.base.jobs import each_night
    from vaern.node.base.refusals import say
    from vaern.node.casework.sheets import register_part
    from vaern.node.organisations.rules import Permission
    from vaern.node.victims.appeals import labels
    from vaern.node.victims.appeals.actions import end_expired
    from vaern.node.victims.appeals.labels import PROBLEMS
    from vaern.node.victims.appeals.presenters import sheet_part, waiting_cards
    from vaern.node.victims.models import Series
    from vaern.node.web import cards, navigation, refusals

    say(PROBLEMS)
    cards.register(waiting_cards)
    register_part(Series.KIND, 40, sheet_part, "appeals")
    navigation.register(
        navigation.NavItem(_("Appeals"), "victims:appeals", Permission.SERIES_VIEW, 33, navigation.SERIES)
    )
    each_night("appeals", end_expired)
    refusals.name(_("The appeal"), labels.STATES)
