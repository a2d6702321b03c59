"""What this room brings: what it throws away each night."""

from __future__ import annotations


def register() -> None:
    """Register nightly tasks."""
    from vaern.node.alliance.commitments.sheet.actions import expire
    from vaern.node.base.jobs import each_night

    each_night("spreadsheets of replies", expire)
