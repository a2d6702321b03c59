"""What this room brings: items of the front page, navigation, and how series are called in the cross-check."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register navigation, items of the front page, parts of sheets, names of states, kinds of record."""
    from vaern.node.casework import kinds as records
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.casework.workstations import kinds as workstations
    from vaern.node.external import kinds
    from vaern.node.external.presenters import sheet_part
    from vaern.node.ledger.rules import Why
    from vaern.node.organisations.rules import Permission
    from vaern.node.victims.base import labels
    from vaern.node.victims.models import Series
    from vaern.node.victims.sheet.grading import RETURNING
    from vaern.node.victims.sheet.items import waiting_items
    from vaern.node.victims.sheet.numbers import KIND
    from vaern.node.victims.sheet.offers import offers
    from vaern.node.victims.sheet.queries import codes_of
    from vaern.node.web import items, navigation, refusals

    kinds.register(KIND)
    workstations.register(RETURNING)
    register_offers(Series.KIND, 10, offers)
    register_part(Series.KIND, 5, sheet_part, "external")
    items.register("series", _("Series"), waiting_items, why=Why.VICTIM_IDENTIFICATION)
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
