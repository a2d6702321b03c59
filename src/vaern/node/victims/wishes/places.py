"""Where a wish was found, and whether nothing new may be told of that: the police hold a place, or a case is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.reports.base.forwards import kin
from vaern.node.reports.models import Hold, Location
from vaern.node.reports.rules.locations import LocationState
from vaern.node.victims.models import Hit, Member
from vaern.node.victims.wishes import silences

if TYPE_CHECKING:
    from collections.abc import Collection

    from vaern.node.reports.models import Item
    from vaern.node.victims.models import Wish


def located(wish: Wish) -> dict[int, Item]:
    """Return the items with a location that match a wish, by number."""
    hits = Hit.of(wish=wish).filter(item__location__isnull=False).select_related("item__location", "item__report")
    return {hit.item.pk: hit.item for hit in hits}


def reported(wish: Wish) -> dict[int, Item]:
    """Return the items of reports that match a wish, with a location or without, by number."""
    hits = Hit.of(wish=wish).filter(item__isnull=False).select_related("item__report")
    return {hit.item.pk: hit.item for hit in hits}


def is_silent(items: Collection[Item]) -> bool:
    """Return whether the police hold one of the places, or a case that one of the reports is in asks for silence."""
    if not items:
        return False
    keys = [bytes(item.url_key) for item in items if item.url_key]
    held = Hold.everywhere.filter(ended_at__isnull=True, ends_at__gt=timezone.now(), location__item__url_key__in=keys)
    places = Location.everywhere.filter(item__in=[item.pk for item in items], state=LocationState.HELD.value)
    if held.exists() or places.exists():
        return True
    reports = {item.report_id: item.report for item in items}
    everywhere = {*reports, *(pk for report in reports.values() for pk in kin(report))}
    series = set(Member.of(item__in=list(items)).values_list("series", flat=True))
    return silences.asked(everywhere, series)
