"""What this room brings: its part of a series' page."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets."""
    from vaern.node.base.refusals import say
    from vaern.node.casework.sheets import register_part
    from vaern.node.victims.clues.labels import PROBLEMS
    from vaern.node.victims.clues.presenters import sheet_part
    from vaern.node.victims.models import Series
    from vaern.node.web.records import Tab

    say(PROBLEMS)
    register_part(Series.KIND, 10, sheet_part, "clues", Tab.OVERVIEW)
