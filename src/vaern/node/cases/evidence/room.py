"""What this room brings: its part of a case's page, and jobs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register parts of sheets and names of states."""
    from vaern.node.cases.evidence import labels, received
    from vaern.node.cases.evidence.presenters import sheet_part
    from vaern.node.cases.models import Case
    from vaern.node.casework.sheets import register_part
    from vaern.node.exchange.base import kinds
    from vaern.node.web import refusals
    from vaern.node.web.records import Tab

    register_part(Case.KIND, 50, sheet_part, tab=Tab.CONTENT)
    kinds.register(received.BAG)
    refusals.name(_("The evidence"), labels.HELD)
