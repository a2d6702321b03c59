"""What this room brings: the part of a list's page about its source."""

from __future__ import annotations


def register() -> None:
    """Register the part of a list's page."""
    from vaern.node.casework.sheets import register_part
    from vaern.node.lists.models import HashList
    from vaern.node.lists.sources.presenters import list_part

    register_part(HashList.KIND, 5, list_part)
