"""What this room brings: the counting of each night, and the way to the error rates of a list."""

from __future__ import annotations


def register() -> None:
    """Register the nightly count and what a list's page offers."""
    from vaern.node.base.jobs import each_night
    from vaern.node.casework.sheets import register_offers
    from vaern.node.lists.figures.counting import count_all
    from vaern.node.lists.figures.presenters import offers
    from vaern.node.lists.models import HashList

    register_offers(HashList.KIND, 20, offers)
    each_night("error rates of lists", count_all)
