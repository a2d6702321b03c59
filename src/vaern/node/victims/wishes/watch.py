"""The watch over hashes of survivors: new reports at once; what is held already when a wish comes, and each night.

A hit is a row that says where; whose desk that is sees that it comes first, and learns nothing of who asked. Scans are
held against PDQ values at night alone, as every finding is read for that.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from vaern.matching import MIN_QUALITY
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.models import Item
from vaern.node.scans.models import Finding
from vaern.node.turns import each
from vaern.node.victims.models import Hit, WatchedHash, Wish
from vaern.node.victims.wishes import acts, matching
from vaern.node.victims.wishes.rules import WishState
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Match

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.arrivals import File
    from vaern.node.reports.models import Report

LIST = "survivor's wish"
"""What an item's row calls the list that knows it."""

WHY = Reason(Why.REMOVAL)


class Survivors:
    """The watch, as `reports.intake.watching` asks it."""

    def look(self, files: Sequence[File | None]) -> list[Match | None]:
        """Return the hit of each file that somebody wishes to be gone; exact before near."""
        if not WatchedHash.unscoped.exists():
            return [None] * len(files)
        return [self._one(file) if file else None for file in files]

    def found(self, report: Report, items: Sequence[Item], hits: Sequence[Match]) -> None:  # noqa: ARG002
        """Note the items of a report that is being stored, for everybody who wishes them to be gone."""
        _note(Item, matching.of_items([item.pk for item in items]))

    def _one(self, file: File) -> Match | None:
        for one in file.signals:
            if one.kind in DIGEST_KINDS:
                for pk in WatchedHash.unscoped.filter(kind=one.kind, value=one.value).values_list("pk", flat=True)[:1]:
                    return Match(one.kind, one.value.hex(), str(pk), 0, LIST, "")
        hits = matching.near_watched(
            one.value
            for one in file.signals
            if one.kind == "pdq" and len(one.value) == PDQ_BYTES and (one.quality is None or one.quality >= MIN_QUALITY)
        )
        if not hits:
            return None
        value, pk, bits = min(hits, key=lambda hit: hit[2])
        return Match("pdq", value.hex(), str(pk), bits, LIST, "")


SURVIVORS = Survivors()


def look_back(wish: Wish) -> int:
    """Find what reports and scans hold already of a wish that has just come; return how many hits are new."""
    return _note(Item, matching.in_reports(wish.pk)) + _note(Finding, matching.in_scans(wish.pk))


def look_everywhere() -> int:
    """Find what reports and scans hold of every wish: each night; return how many hits are new.

    Reports too: one that was stored in the moments in which a wish came is seen by neither.
    """
    found = ((Item, matching.in_reports), (Finding, matching.in_scans), (Finding, matching.near_in_scans))
    return sum(_note(kind, search()) for kind, search in found)


def _note(kind: type[Item | Finding], found: Sequence[matching.Match]) -> int:
    """Note each hit once; return how many are new. They come wish by wish, as `matching` sorts them."""
    by_wish = {wish: {one.thing: one for one in matches} for wish, matches in groupby(found, lambda one: one.wish)}
    return each("wishes.hits", by_wish.items(), lambda pair: _note_of(kind, *pair))


def _note_of(kind: type[Item | Finding], id: UUID, found: dict[int, matching.Match]) -> int:
    held = Wish.unscoped.select_for_update(no_key=True).filter(pk=id, removal=True)
    wish = held.exclude(state=WishState.ENDED.value).first()
    if wish is None:
        return 0
    field = "item" if kind is Item else "finding"
    noted = set(Hit.unscoped.filter(wish=wish, **{f"{field}__in": list(found)}).values_list(field, flat=True))
    holders = _holders(kind, [thing for thing in found if thing not in noted])
    now = timezone.now()
    Hit.unscoped.bulk_create(
        Hit(
            wish=wish, organisation_id=holder, kind=found[thing].kind, distance=found[thing].distance, found_at=now,
            **{f"{field}_id": thing},
        )
        for thing, holder in holders.items()
    )  # fmt: skip
    if holders:
        Wish.unscoped.filter(pk=wish.pk).update(hits_total=F("hits_total") + len(holders))
        record(acts.FOUND, wish.subject, NODE, WHY, count=len(holders))
    return len(holders)


def _holders(kind: type[Item | Finding], things: Sequence[int]) -> dict[int, UUID]:
    """Whose each thing is, in the order of their numbers; nobody would act on what an inactive organisation has."""
    owner = "organisation" if kind is Item else "scan__organisation"
    found = kind.unscoped.filter(pk__in=things, **{f"{owner}__active": True}).order_by("pk")
    return dict(found.values_list("pk", owner))
