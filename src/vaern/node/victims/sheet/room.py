"""What this room brings: cards, navigation, and how series are called in the cross-check."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, cards, parts of sheets, names of states and kinds of record."""
    from vaern.node.casework import kinds as records
    from vaern.node.casework.sheets import register_part
    from vaern.node.external import kinds
    from vaern.node.external.presenters import sheet_part
    from vaern.node.organisations.rules import Permission
    from vaern.node.victims.base import labels
    from vaern.node.victims.models import Series
    from vaern.node.victims.sheet.cards import waiting_cards
    from vaern.node.victims.sheet.numbers import KIND
    from vaern.node.victims.sheet.queries import codes_of
    from vaern.node.web import cards, navigation, refusals

    kinds.register(KIND)
    register_part(Series.KIND, 5, sheet_part, "external")
    cards.register(waiting_cards)
    navigation.register(
        navigation.NavItem(_("Series"), "victims:series-list", Permission.SERIES_VIEW, 10, navigation.SERIES),
        navigation.NavItem(_("Proposals"), "victims:proposals", Permission.SERIES_VIEW, 20, navigation.SERIES),
    )
    records.register(
        "series",
        _("Series"),
        "victims:series",
        Permission.SERIES_VIEW,
        codes_of,
        acknowledged_by=Permission.SERIES_WORK,
    )
    refusals.name(_("The series"), labels.STATES)
