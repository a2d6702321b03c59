"""What this room brings: a part of the page of a list, and what can be done there."""

from __future__ import annotations


def register() -> None:
    """Register the part of the page and its offers."""
    from vaern.node.casework.sheets import register_offers, register_part
    from vaern.node.lists.models import HashList
    from vaern.node.lists.signing.presenters import list_part, offers

    register_offers(HashList.KIND, 20, offers)
    register_part(HashList.KIND, 20, list_part)
