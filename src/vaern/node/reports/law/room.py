"""Registration of this room: its register of law, a card, and nightly tasks."""

from __future__ import annotations


def register() -> None:
    """Register cards, the register of law and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.law import registers
    from vaern.node.reports.law import checks
    from vaern.node.reports.law.gaps import card_of_lacking
    from vaern.node.reports.law.lapses import stop_lapsed
    from vaern.node.reports.law.register import REGISTER
    from vaern.node.web import cards

    assert checks.law_can_be_read
    each_night("reports.lapses", stop_lapsed)
    cards.register(card_of_lacking)
    registers.register(REGISTER)
