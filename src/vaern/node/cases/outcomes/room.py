"""What this room brings: its part of a case's page, and whose silence ends."""

from __future__ import annotations


def register() -> None:
    """Register parts of sheets and nightly tasks."""
    from vaern.node.base.jobs import each_night
    from vaern.node.cases.models import Case
    from vaern.node.cases.outcomes import across
    from vaern.node.cases.outcomes.actions import end_silences
    from vaern.node.cases.outcomes.presenters import sheet_part
    from vaern.node.cases.outcomes.silences import is_silenced
    from vaern.node.casework.sheets import register_part
    from vaern.node.exchange.base import kinds
    from vaern.node.victims.wishes import silences

    register_part(Case.KIND, 75, sheet_part)
    each_night("silent cases", end_silences)
    silences.register(is_silenced)
    kinds.register(across.OUTCOME)
