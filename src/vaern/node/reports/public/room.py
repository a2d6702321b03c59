"""Registration of this room: the dialogue on a report's page, and items of the front page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register items of the front page and parts of sheets."""
    from vaern.node.casework.sheets import register_part
    from vaern.node.ledger.rules import Why
    from vaern.node.reports.models import Report
    from vaern.node.reports.public.items import waiting_items
    from vaern.node.reports.public.presenters import sheet_part
    from vaern.node.web import items

    register_part(Report.KIND, 30, sheet_part)
    items.register("reports", _("Reports"), waiting_items, why=Why.ASSESSMENT)
