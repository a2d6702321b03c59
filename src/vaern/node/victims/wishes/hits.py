"""Find hits of survivors' hashes: in new reports at once, in stored data after a wish arrives and each night.

A hit is a row that says where; whose desk that is sees that it comes first, and learns nothing of who asked. Nothing is
looked up in what is held while somebody waits for an answer, so that the time an answer takes says nothing either.
Scans are held against PDQ values at night alone, as every finding is read for that.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.matching import MIN_QUALITY
from vaern.node.base.jobs import each
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.reports.models import Item
from vaern.node.scans.models import Finding
from vaern.node.victims.models import Hit, WatchedHash, Wish
from vaern.node.victims.rules.wishes import WishState
from vaern.node.victims.wishes import acts, confirmations, marks, matches
from vaern.records import DIGEST_KINDS, PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.arrivals import File
    from vaern.node.reports.models import Report
    from vaern.node.reports.rules.marks import Mark

WHY = Reason(Why.REMOVAL)
ALL = Subject("wish")


class Survivors:
    """The watch for wishes that `reports.base.watches` calls."""

    def look(self, files: Sequence[File | None]) -> list[Mark | None]:
        """Return the mark of each file that somebody wishes to be gone."""
        if not WatchedHash.everywhere.exists():
            return [None] * len(files)
        return [marks.mark_of(_hashes(file)) if file else None for file in files]

    def found(self, items: Sequence[Item]) -> None:
        """Note the items of a report that is being stored, for everybody who wishes them to be gone."""
        _note(Item, matches.of_items([item.pk for item in items]))

    def judged(self, report: Report) -> None:
        """Confirm what somebody looked at, or no longer."""
        items = _marked(report)
        if items:
            _follow(items, confirmations.by_looks(items))

    def taken_back(self, report: Report) -> None:
        """Take back what rested on the looks at a report."""
        _follow(_marked(report), confirmations.withdraw(report))


SURVIVORS = Survivors()


def _marked(report: Report) -> list[int]:
    return list(Item.of(report=report).exclude(wished="").values_list("pk", flat=True))


def _follow(items: Collection[int], hashes: Collection[int]) -> None:
    """Mark the items of a report in its transaction, and those of others by a job."""
    from vaern.node.victims.wishes.jobs import spread

    if hashes:
        marks.put(items)
        spread.defer(hashes=sorted(hashes))


def _hashes(file: File) -> Iterator[tuple[int, str, int]]:
    """The watched hashes that a file has, or is near to: number, kind, bits."""
    for one in file.signals:
        if one.kind in DIGEST_KINDS:
            same = WatchedHash.everywhere.filter(kind=one.kind, value=one.value).values_list("pk", flat=True)
            yield from ((pk, one.kind, 0) for pk in same)
    near = matches.near_watched(
        one.value
        for one in file.signals
        if one.kind == "pdq" and len(one.value) == PDQ_BYTES and (one.quality is None or one.quality >= MIN_QUALITY)
    )
    yield from ((pk, "pdq", bits) for _value, pk, bits in near)


def look_for(wish: UUID) -> int:
    """Search stored reports and scans for a new wish; return how many hits are new."""
    found = _note(Item, matches.in_reports(wish)) + _note(Finding, matches.in_scans(wish))
    _settle(_items_of(Hit.everywhere.filter(wish=wish)))
    _recorded(found)
    return found


def look_everywhere() -> int:
    """Search reports and scans for every wish, nightly; return how many hits are new.

    Reports too: one that was stored in the moments in which a wish came is seen by neither. However much is found it is
    one entry of the ledger, whose length is public.
    """
    tidy()
    if not WatchedHash.everywhere.exists():
        return 0
    searches = ((Item, matches.in_reports), (Finding, matches.in_scans), (Finding, matches.near_in_scans))
    found = sum(_note(kind, search()) for kind, search in searches)
    transaction.atomic(confirmations.by_lists)()
    _settle(_items_of(Hit.everywhere.all()))
    _recorded(found)
    return found


def spread(hashes: Collection[int]) -> int:
    """Update the marks of all report items with certain hashes, after their confirmation changed."""
    wishes = WatchedHash.everywhere.filter(pk__in=hashes).values("wish")
    return marks.mark(_items_of(Hit.everywhere.filter(wish__in=wishes)))


def tidy() -> int:
    """Delete hits and marks of ended wishes, after each end and nightly; return how many were deleted."""
    ended = Hit.everywhere.filter(wish__state=WishState.ENDED.value)
    items = set(_items_of(ended))
    gone = ended.delete()[0]
    stale = Item.everywhere.exclude(wished="").exclude(pk__in=Hit.everywhere.filter(item__isnull=False).values("item"))
    marks.mark(items | set(stale.values_list("pk", flat=True)))
    return gone


def _settle(items: Sequence[int]) -> None:
    """Confirm by what was concluded of some items before, and mark them."""
    reports = Item.everywhere.filter(pk__in=items, report__actionable__isnull=False).order_by("report", "pk")
    rows = reports.values_list("report", "pk")
    looked = [[pk for _report, pk in pairs] for _report, pairs in groupby(rows, lambda row: row[0])]
    each("wishes.confirmed", looked, lambda of_one: len(confirmations.by_looks(of_one)))
    marks.mark(items)


def _items_of(hits: QuerySet[Hit]) -> list[int]:
    return list(hits.filter(item__isnull=False).order_by("item").values_list("item", flat=True).distinct())


@transaction.atomic
def _recorded(found: int) -> None:
    record(acts.COMPARED, ALL, NODE, WHY, count=found)


def _note(kind: type[Item | Finding], found: Sequence[matches.Match]) -> int:
    """Note each hit once; return how many are new. They are written wish by wish, as `matches` sorts them."""
    nearest = matches.nearest(found)
    by_wish = {wish: {one.thing: one for one in group} for wish, group in groupby(nearest, lambda one: one.wish)}
    return each("wishes.hits", by_wish.items(), lambda pair: _note_of(kind, *pair))


def _note_of(kind: type[Item | Finding], id: UUID, found: dict[int, matches.Match]) -> int:
    held = Wish.everywhere.select_for_update(no_key=True).filter(pk=id, removal=True)
    wish = held.exclude(state=WishState.ENDED.value).first()
    if wish is None:
        return 0
    field = "item" if kind is Item else "finding"
    noted = set(Hit.of(wish=wish).filter(**{f"{field}__in": list(found)}).values_list(field, flat=True))
    holders = _holders(kind, [thing for thing in found if thing not in noted])
    now = timezone.now()
    Hit.everywhere.bulk_create(
        Hit(
            wish=wish,
            organisation_id=holder,
            kind=found[thing].kind,
            distance=found[thing].distance,
            found_at=now,
            **{f"{field}_id": thing},
        )
        for thing, holder in holders.items()
    )
    return len(holders)


def _holders(kind: type[Item | Finding], things: Sequence[int]) -> dict[int, UUID]:
    """Whose each thing is, in the order of their numbers; nobody would act on what an inactive organisation has."""
    owner = "organisation" if kind is Item else "scan__organisation"
    found = kind.everywhere.filter(pk__in=things, **{f"{owner}__active": True}).order_by("pk")
    return dict(found.values_list("pk", owner))
