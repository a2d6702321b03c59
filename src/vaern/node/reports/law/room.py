"""Registration of this room: its register of law, an item of the front page, and nightly tasks."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register items of the front page, the register of law and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.law import registers
    from vaern.node.reports.law import checks
    from vaern.node.reports.law.gaps import lacking_items
    from vaern.node.reports.law.lapses import stop_lapsed
    from vaern.node.reports.law.register import REGISTER
    from vaern.node.web import items

    assert checks.law_can_be_read
    each_night("reports.lapses", stop_lapsed)
    items.register("organisation", _("Organisation"), lacking_items)
    registers.register(REGISTER)
