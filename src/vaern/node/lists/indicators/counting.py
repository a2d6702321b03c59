"""The indicators of lists, counted each night: this month's, and those of the month before while it is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.lists.base.matches import matches_with
from vaern.node.lists.models import EntryRecall, EntryVote, HashList, ListEntry, ListIndicator, LookupDay, ReleaseDay
from vaern.node.lists.rules.entries import MATCHED
from vaern.node.lists.rules.figures import closes, month_after, month_of
from vaern.node.lists.rules.indicators import STOCK, Indicator, times

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID


Further = Callable[[HashList, datetime, datetime], Mapping[Indicator, Mapping[str, int]]]
_FURTHER: list[Further] = []


def count_with(counter: Further) -> None:
    """Have a room above this one count of a list what happened in a month. Doing it again changes nothing."""
    if counter not in _FURTHER:
        _FURTHER.append(counter)


def count_all() -> int:
    """Count the indicators of every list; return how many lists that were."""
    return each(
        "lists.indicators.count", list(HashList.everywhere.order_by("name").values_list("pk", flat=True)), count
    )


def count(id: UUID, today: date | None = None) -> int:
    """Count the indicators of a list as they are known now. Again on the same day it changes nothing."""
    hash_list = HashList.everywhere.filter(pk=id).first()
    if hash_list is None:
        return 0
    today = today or timezone.localdate()
    month = month_of(today)
    before = month_of(month - timedelta(days=1))
    _keep(hash_list, month, _standing(hash_list) | _happened(hash_list, month))
    if today <= closes(before):
        _keep(hash_list, before, _happened(hash_list, before))
    return 1


def _keep(hash_list: HashList, month: date, found: Mapping[Indicator, Mapping[str, int]]) -> None:
    """Put what was counted of a month in the place of what was counted of it before."""
    ListIndicator.of(list=hash_list).filter(month=month, code__in=[code.value for code in found]).delete()
    ListIndicator.everywhere.bulk_create(
        ListIndicator(list=hash_list, month=month, code=code.value, key=key, value=value)
        for code, values in found.items()
        for key, value in values.items()
    )


def _standing(hash_list: HashList) -> dict[Indicator, Mapping[str, int]]:
    """Return the entries that are matched, by source and by the country under whose law they were classified."""
    rows = ListEntry.of(list=hash_list).filter(state__in=[state.value for state in MATCHED]).order_by()
    countries: Counter[str] = Counter()
    for country, n in rows.values_list("jurisdiction").annotate(n=Count("pk")):
        countries[country or hash_list.jurisdiction] += n
    sources: Counter[str] = Counter()
    for source, n in rows.values_list("source").annotate(n=Count("pk")):
        sources[source or hash_list.source] += n
    found: dict[Indicator, Mapping[str, int]] = {Indicator.SOURCES: dict(sources), Indicator.COUNTRIES: dict(countries)}
    assert found.keys() == STOCK
    return found


def _happened(hash_list: HashList, month: date) -> dict[Indicator, Mapping[str, int]]:
    """Return what happened in a month."""
    begin, end = (timezone.make_aware(datetime.combine(day, time())) for day in (month, month_after(month)))
    hits: dict[str, int] = {}
    for of in matches_with(hash_list.name):
        rows = of.rows.filter(**{f"{of.at}__gte": begin, f"{of.at}__lt": end}).order_by()
        hits[of.kind.value] = rows.count()
    asked = LookupDay.objects.filter(day__gte=month, day__lt=month_after(month))
    lookups = asked.filter(state__names__contains=[hash_list.name]).aggregate(n=Sum("calls"))["n"]
    within = {"at__gte": begin, "at__lt": end}
    recalls = EntryRecall.of(list=hash_list).filter(**within).order_by()
    votes = EntryVote.of(entry__list=hash_list).filter(**within).order_by()
    days = ReleaseDay.of(list=hash_list).filter(day__gte=month, day__lt=month_after(month), slowest__isnull=False)
    slowest = list(days.values_list("slowest", flat=True))
    reached = recalls.filter(published_at__isnull=False).values_list("at", "published_at")
    found: dict[Indicator, Mapping[str, int]] = {
        Indicator.VOTES: _by(votes.values_list("country").annotate(n=Count("pk"))),
        Indicator.LOOKUPS: {"": lookups} if lookups else {},
        Indicator.HITS: {kind: n for kind, n in hits.items() if n},
        Indicator.RECALLS: _by(recalls.values_list("why").annotate(n=Count("pk"))),
        Indicator.ADDED_TO_DISK: times([taken / 1000 for taken in slowest]),
        Indicator.TO_DISK: times([(there - at).total_seconds() for at, there in reached]),
    }
    for counter in _FURTHER:
        found |= counter(hash_list, begin, end)
    return found


def _by(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(rows)
