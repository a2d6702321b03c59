"""The watch over hashes of survivors: new reports at once, scans and what was there before when a wish comes, nightly.

Exact digests are found by an index; PDQ values by the same exact memory as near signals of reports. A hit is a row that
says where; whose desk that is sees that it comes first, and learns nothing of who asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.intake.near import Memory, nearest
from vaern.node.reports.models import Item
from vaern.node.scans.models import Finding
from vaern.node.statements import run
from vaern.node.victims.models import Hit, WatchedHash, Wish
from vaern.node.victims.wishes import acts, rules
from vaern.node.victims.wishes.rules import WishState
from vaern.records import DIGEST_KINDS, PDQ_BYTES, Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from vaern.arrivals import File
    from vaern.node.reports.models import Report

LIST = "survivor's wish"
"""What an item's row calls the list that knows it."""

WHY = Reason(Why.REMOVAL)
_memory = Memory("victims_watchedhash", "id")


class Survivors:
    """The watch, as `reports.intake.watching` asks it."""

    def look(self, files: Sequence[File | None]) -> list[Match | None]:
        """Return the hit of each file that somebody wishes to be gone; exact before near."""
        if not WatchedHash.unscoped.exists():
            return [None] * len(files)
        return [self._one(file) if file else None for file in files]

    def found(self, report: Report, items: Sequence[Item], hits: Sequence[Match]) -> None:
        """Note the items of a report that is being stored."""
        for item, hit in zip(items, hits, strict=True):
            for watched in WatchedHash.unscoped.filter(pk=int(hit.entry)).select_related("wish"):
                _note(watched.wish, report.organisation_id, hit.kind, hit.distance, item=item)

    def _one(self, file: File) -> Match | None:
        signals = [(one.kind, one.value) for one in file.signals]
        for kind, value in signals:
            if kind in DIGEST_KINDS:
                for pk in WatchedHash.unscoped.filter(kind=kind, value=value).values_list("pk", flat=True)[:1]:
                    return Match(kind, value.hex(), str(pk), 0, LIST, "")
        near = [value for kind, value in signals if kind == "pdq" and len(value) == PDQ_BYTES]
        hits = near_watched(near)
        if not hits:
            return None
        value, pk, bits = min(hits, key=lambda hit: hit[2])
        return Match("pdq", value.hex(), str(pk), bits, LIST, "")


SURVIVORS = Survivors()


def near_watched(values: Sequence[bytes]) -> list[tuple[bytes, int, int]]:
    """Return every watched PDQ near one of these: the value, the id of the watched hash, the bits between them."""
    if not values:
        return []
    _memory.refresh()
    hits = _memory.find_anywhere(list(values), rules.NEAR)
    ids = sorted({id for _n, id, _bits in hits})
    there = {id for (id,) in run("SELECT id FROM victims_watchedhash WHERE id = ANY(%s)", [ids])} if ids else set()
    return [(values[n], id, bits) for n, id, bits in hits if id in there]


def look_back(wish: Wish) -> int:
    """Find what reports and scans hold already of a wish that has just come; return how many hits are new."""
    found = 0
    for watched in WatchedHash.unscoped.filter(wish=wish):
        value = bytes(watched.value)
        if watched.kind in DIGEST_KINDS:
            found += sum(
                _note(wish, item.organisation_id, watched.kind, 0, item=item) for item in _items(watched.kind, value)
            )
            found += sum(
                _note(wish, finding.scan.organisation_id, watched.kind, 0, finding=finding)
                for finding in _findings(watched.kind, value)
            )
        else:
            found += _near_items(wish, value)
    return found  # fmt: skip


def look_at_scans() -> int:
    """Find what scans hold of every wish: each night; return how many hits are new."""
    found = 0
    for wish in Wish.unscoped.exclude(state=WishState.ENDED.value):
        with transaction.atomic():
            for watched in WatchedHash.unscoped.filter(wish=wish).exclude(kind="pdq"):
                for finding in _findings(watched.kind, bytes(watched.value)):
                    found += _note(wish, finding.scan.organisation_id, watched.kind, 0, finding=finding)
    return found


def _items(kind: str, value: bytes) -> Iterable[Item]:
    return Item.unscoped.filter(organisation__in=_organisations(), **{kind: value}).order_by("id")[:500]


def _findings(kind: str, value: bytes) -> Iterable[Finding]:
    return Finding.unscoped.filter(**{kind: value}).select_related("scan").order_by("id")[:500]


def _near_items(wish: Wish, value: bytes) -> int:
    found = 0
    for organisation in _organisations():
        for near in nearest(organisation, [value]).values():
            item = Item.unscoped.filter(pk=near.item).first()
            if item is not None:
                found += _note(wish, organisation, "pdq", near.distance, item=item)
    return found


def _organisations() -> list[UUID]:
    from vaern.node.organisations.models import Organisation

    return list(Organisation.objects.filter(active=True).values_list("pk", flat=True))


def _note(  # noqa: PLR0913 - what a hit is
    wish: Wish,
    organisation: UUID,
    kind: str,
    distance: int,
    *,
    item: Item | None = None,
    finding: Finding | None = None,
) -> bool:
    """Note a hit once; return whether it is new."""
    if wish.state == WishState.ENDED.value or not wish.removal:
        return False
    _hit, made = Hit.unscoped.get_or_create(
        wish=wish, item=item, finding=finding,
        defaults={"organisation_id": organisation, "kind": kind, "distance": distance, "found_at": timezone.now()},
    )  # fmt: skip
    if made:
        Wish.unscoped.filter(pk=wish.pk).update(hits_total=F("hits_total") + 1)
        record(acts.FOUND, wish.subject, NODE, WHY, count=1)
    return bool(made)
