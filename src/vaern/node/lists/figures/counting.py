"""Hits and false hits by list, month and entry, counted each night out of what the node has.

The records that had the hits are erased one day; what was counted stays. So the hits of a month are taken up while it
is open, never fewer than before, and are final when it is closed: then the denominators of a published rate cannot
change. What was false is often learned later, and changes what was said of months before: by a recall until it is
taken back, and one by one by whoever looked.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from vaern.node.base.jobs import each
from vaern.node.base.sealing import keyed
from vaern.node.lists.base.matches import matches_with
from vaern.node.lists.models import EntryFeedback, EntryMonth, EntryRecall, HashList
from vaern.node.lists.rules.effects import WRONG
from vaern.node.lists.rules.feedback import FALSE
from vaern.node.lists.rules.figures import attributed, closes, month_after, month_of, open_months

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

AT_ONCE = 5_000


def digest_of(hash_list: HashList, ident: str) -> str:
    """Return by what an entry is known here: equal for the same entry, and computed by nobody without the secret."""
    return keyed(f"{hash_list.pk} {ident}", "lists.figures").hex()


def count_all() -> int:
    """Count what came since yesterday, of every list; return how many lists that were."""
    lists = HashList.everywhere.order_by("name").values_list("pk", flat=True)
    return each("lists.figures.count", list(lists), count)


def count(id: UUID, today: date | None = None) -> int:
    """Count the hits and false hits of a list as they are known now. Again on the same day it changes nothing."""
    hash_list = HashList.everywhere.filter(pk=id).first()
    if hash_list is None:
        return 0
    today = today or timezone.localdate()
    months = open_months(timezone.localdate(hash_list.created_at), hash_list.figures_closed, today)
    for month in months:
        _count_hits(hash_list, month)
    _count_disputes(hash_list, months)
    _mark_recalls(hash_list)
    closed = [month for month in months if closes(month) <= today]
    if closed:
        HashList.everywhere.filter(pk=id).update(figures_closed=closed[-1])
    return 1


def _begin(month: date) -> datetime:
    return timezone.make_aware(datetime.combine(month, time()))


def _count_hits(hash_list: HashList, month: date) -> None:
    """Take up the hits of a month: of an entry never fewer than before, because records with hits are erased."""
    found: Counter[str] = Counter()
    for of in matches_with(hash_list.name):
        within = of.rows.filter(**{f"{of.at}__gte": _begin(month), f"{of.at}__lt": _begin(month_after(month))})
        for ident, n in within.order_by().values_list("entry").annotate(n=Count("pk")).iterator(AT_ONCE):
            found[digest_of(hash_list, ident)] += n
    rows = {row.digest: row for row in EntryMonth.of(list=hash_list).filter(month=month)}
    more = [row for digest, row in rows.items() if found[digest] > row.hits]
    for row in more:
        row.hits = found[row.digest]
    EntryMonth.everywhere.bulk_update(more, ["hits"], AT_ONCE)
    new = (EntryMonth(list=hash_list, month=month, digest=one, hits=n) for one, n in found.items() if one not in rows)
    EntryMonth.everywhere.bulk_create(new, AT_ONCE)


def _count_disputes(hash_list: HashList, open_: Sequence[date]) -> None:
    """Note of how many hits somebody found that they were false: as it is for open months, never fewer for others."""
    found = _looked_at(hash_list)
    found.update(_reported(hash_list))
    digests = {digest for _month, digest in found}
    rows = EntryMonth.of(list=hash_list).filter(Q(digest__in=digests) | Q(month__in=open_, disputed__gt=0))
    changed = []
    for row in rows.iterator(AT_ONCE):
        now = found[row.month, row.digest]
        if row.month not in open_:
            now = max(now, row.disputed)
        if now != row.disputed:
            row.disputed = now
            changed.append(row)
    EntryMonth.everywhere.bulk_update(changed, ["disputed"], AT_ONCE)


def _looked_at(hash_list: HashList) -> Counter[tuple[date, str]]:
    """Return the matches of which a person said that it is another file, by month and entry."""
    found: Counter[tuple[date, str]] = Counter()
    for of in matches_with(hash_list.name):
        wrong = of.rows.filter(of.wrong).order_by().annotate(month=TruncMonth(of.at))
        for month, ident, n in wrong.values_list("month", "entry").annotate(n=Count("pk")):
            found[timezone.localdate(month), digest_of(hash_list, ident)] += n
    return found


def _reported(hash_list: HashList) -> Counter[tuple[date, str]]:
    """Return what organisations reported as false and a curator said was, each once an entry and month."""
    agreed = [outcome.value for outcome in FALSE]
    given = EntryFeedback.everywhere.filter(list=hash_list.name, opinion="negative", outcome__in=agreed)
    said = {
        (month_of(timezone.localdate(at)), digest_of(hash_list, entry), organisation)
        for entry, organisation, at in given.exclude(entry="").values_list("entry", "organisation", "at")
    }
    hit_in: dict[str, list[date]] = {}
    rows = EntryMonth.of(list=hash_list).filter(digest__in={digest for _month, digest, _who in said})
    for digest, month in rows.values_list("digest", "month"):
        hit_in.setdefault(digest, []).append(month)
    once = {(attributed(month, hit_in.get(digest, [])), digest, who) for month, digest, who in said}
    return Counter((month, digest) for month, digest, _who in once if month is not None)


def _mark_recalls(hash_list: HashList) -> None:
    """Mark the entries that are withdrawn because they were never right, in every month, and no others."""
    standing = EntryRecall.of(list=hash_list).filter(why__in=[why.value for why in WRONG], ended_at=None)
    digests = [digest_of(hash_list, ident) for ident in standing.values_list("ident", flat=True)]
    rows = EntryMonth.of(list=hash_list)
    rows.filter(digest__in=digests, recalled=False).update(recalled=True)
    rows.filter(recalled=True).exclude(digest__in=digests).update(recalled=False)
