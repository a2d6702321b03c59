"""What a station found becomes known: hashes are looked up on the lists and in earlier reports, as an arrival's are.

An item that came with an address alone gets the hashes of the file that was found there. One that came with hashes
keeps them; that another file was found is shown, and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.arrivals import File
from vaern.node.casework.matches import Kept, class_of
from vaern.node.casework.standing import fallen_of
from vaern.node.reports.arrival.drafts import keep_matches
from vaern.node.reports.arrival.lookups import look
from vaern.node.reports.base import known, registration, watches
from vaern.node.reports.base.content import ItemContent
from vaern.node.reports.base.station_answers import files_of
from vaern.node.reports.models import Item, ItemMatch, NearSignal, StationAnswer
from vaern.node.reports.triage.actions import score
from vaern.records import Signal

if TYPE_CHECKING:
    from vaern.node.reports.arrival.lookups import Looked
    from vaern.node.reports.models import Report, WorkPackage

EXACT = ("md5", "sha1", "sha256")


def look_up(report: Report, package: WorkPackage) -> int:
    """Give the items of a locked report the hashes that a package's answers brought; return of how many items."""
    rows = StationAnswer.of(packed__package=package).filter(packed__report=report).exclude(sealed=b"")
    found: dict[int, tuple[Item, File]] = {}
    for row in rows.exclude(found="other").select_related("packed__item").order_by("at", "id"):
        item = row.packed.item
        if not has_hash(item) and item.pk not in found:
            found[item.pk] = (item, _file(files_of(row)[0]))
    if not found:
        return 0
    looked = look(report.organisation, [ItemContent(None, file) for _item, file in found.values()])
    for n, (item, file) in enumerate(found.values()):
        _put(item, file, looked, n)
    items = Item.of(report=report)
    report.items_known = items.filter(known.KNOWN).count()
    report.items_seen = items.filter(known.SEEN).count()
    report.save(update_fields=["items_known", "items_seen"])
    watches.tell([item for item, _file in found.values()])
    score(report)
    registration.follow(report)
    return len(found)


def has_hash(item: Item) -> bool:
    """Whether an item has an exact digest."""
    return bool(item.md5 or item.sha1 or item.sha256)


def differs(item: Item, files: list[dict[str, str]]) -> bool:
    """Whether another file was found than the one that an item was reported with."""
    ours = {kind: bytes(value).hex() for kind in EXACT if (value := getattr(item, kind))}
    theirs = [file for file in files if ours.keys() & file.keys()]
    return bool(ours) and bool(theirs) and not any(_same(ours, file) for file in theirs)


def _same(ours: dict[str, str], file: dict[str, str]) -> bool:
    return all(ours[kind] == str(file[kind]).lower() for kind in ours.keys() & file.keys())


def _file(given: dict[str, str]) -> File:
    kinds = [kind for kind in (*EXACT, "pdq") if given.get(kind)]
    signals = tuple(Signal(kind, bytes.fromhex(given[kind])) for kind in kinds)  # type: ignore[arg-type]
    return File(signals, size=int(given.get("size", 0)), mime=given.get("mime", ""))


def _put(item: Item, file: File, looked: Looked, n: int) -> None:
    keys, met, seen, mark = looked.keys[n], looked.met[n], looked.seen[n], looked.wished[n]
    hit = met.nearest
    for kind in EXACT:
        setattr(item, kind, keys.by.get(kind))
    item.size, item.mime = item.size or file.size, item.mime or file.mime
    if hit and not item.known_list:
        item.known_list, item.known_release, item.known_entry = hit.list, hit.release, hit.entry
        item.known_kind, item.known_distance = hit.kind, hit.distance
        item.known_class, item.known_more, item.known_fallen = class_of(hit), met.more, fallen_of(hit)
        item.known_fallen_at = timezone.now() if item.known_fallen else None
    if seen.item is not None and seen.item != item.pk and not item.seen_by:
        item.seen_in_id, item.seen_by = seen.item, seen.by
    if mark and not item.wished:
        item.wished, item.wished_by, item.wished_bits = mark.wished.value, mark.by, mark.bits
    item.save()
    there = set(ItemMatch.of(item=item).values_list("list", "entry"))
    new = tuple(one for one in met.matches if (one.list, one.entry) not in there)
    keep_matches([(item, Kept(new))])
    NearSignal.everywhere.bulk_create(
        NearSignal(item=item, organisation_id=item.organisation_id, kind="pdq", value=value) for value in keys.near
    )
