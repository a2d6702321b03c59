"""What each list led to: how many things of each kind rest on its matches, counted each night.

A number says what a list is worth and what a mistake in it would cost; it names no record and no organisation. It is
counted, because it has to be right after every erasure; and at night, because the page of a list is opened all day.
"""

from __future__ import annotations

from django.db.models import Count
from django.utils import timezone

from vaern.node.base.jobs import in_turn
from vaern.node.lists.models import HashList
from vaern.node.lists.recalls.tracing import ways_from


def led_to(name: str) -> dict[str, int]:
    """Return how many things of each kind rest on matches with a list, each counted once; kinds without any too."""
    found: dict[str, int] = {}
    for way in ways_from(name):
        if way.kind.value not in found:  # a further way of a kind says who else is told, of the same things
            found[way.kind.value] = way.rows.order_by().aggregate(n=Count(way.thing, distinct=True))["n"]
    return found


def count_all() -> int:
    """Count what each list led to, as it is today; return how many lists that were."""
    lists = HashList.everywhere.order_by("name").values_list("pk", "name")
    return in_turn("lists.recalls.count", list(lists), _count)


def _count(of: tuple[object, str]) -> int:
    id, name = of
    return int(HashList.everywhere.filter(pk=id).update(led_to=led_to(name), led_to_on=timezone.localdate()))
