"""What this room makes known when the node starts: its register of law, and what an organisation's page says."""

from __future__ import annotations


def register() -> None:
    """Make it known."""
    from vaern.node.law import registers
    from vaern.node.organisations import facts
    from vaern.node.reports.flagging import status
    from vaern.node.reports.flagging.register import REGISTER

    registers.register(REGISTER)
    facts.register(status.facts)
