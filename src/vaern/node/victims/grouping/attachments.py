"""Clues and appeals: they follow the files of a series into another one, and back when the merge is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.victims.clues.actions import weigh
from vaern.node.victims.models import Appeal, Clue, Series

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FOLLOWING: dict[str, Any] = {"appeals": Appeal, "clues": Clue}


def follow(one: Series, other: Series, only: Mapping[str, Collection[str]] | None = None) -> dict[str, list[str]]:
    """Move clues and appeals of a series to the series that took its files; return their ids by model.

    Countries are weighed anew in both, of which each has its own hypotheses.

    Args:
        one: where they are.
        other: where they go.
        only: what an earlier call returned: these alone, as far as they are still there; None for all.
    """
    moved = {}
    for name, model in FOLLOWING.items():
        found = model.of(series=one)
        if only is not None:
            found = found.filter(pk__in=only.get(name, ()))
        if ids := list(found.order_by("pk").values_list("pk", flat=True)):
            model.everywhere.filter(pk__in=ids).update(series=other)
            moved[name] = [str(id) for id in ids]
    if "clues" in moved:
        by = Clue.of(series=other).select_related("written_by").get(pk=moved["clues"][0]).written_by
        for series in (one, other):
            weigh(series, by)
    return moved
