"""From the look-up service's spool to the ledger: what was answered is entered once, whatever dies when.

The service answers when its record is on disk, and knows no database. Each second the node reads what came, and enters
it: one entry a key, which covers all calls of that second by the root of a tree over their digests; the hits, so that a
recall finds whoever heard of an entry; feedback, for the curators. What was answered from a subset counts for its
list, of which every hit is one. How far a file was read is kept in the same
transaction, so a crash enters nothing twice and leaves nothing out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog
from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone

from vaern.lookup import spool
from vaern.node.base import sql
from vaern.node.ledger.merkle import Frontier, hash_leaf
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Subject, Why
from vaern.node.lists.lookups import acts
from vaern.node.lists.models import (
    EntryFeedback,
    ListSubset,
    LookupAlarm,
    LookupBatch,
    LookupCall,
    LookupHit,
    SpoolMark,
)
from vaern.node.lists.models.floods import NO_KEY
from vaern.node.organisations.models import Organisation
from vaern.node.runtime.logs import described

if TYPE_CHECKING:
    import threading
    from collections.abc import Sequence
    from pathlib import Path

    from vaern.lookup.spool import Alarm, Answered, Feedback

EVERY = 1.0
"""Seconds between two looks at the spool."""

AT_ONCE = 10_000
"""Records that are entered in one transaction."""

KEPT_FOR = timedelta(days=400)
"""How long it is kept which calls there were and what they hit: an appeal comes months after a match."""

ASKED = Reason(Why.LIST_QUALITY)
log = structlog.get_logger()


def folder() -> Path:
    """Return where the spool is."""
    return settings.LISTS / spool.FOLDER


def run(stop: threading.Event) -> None:
    """Enter what comes, each second, until told to stop."""
    while not stop.is_set():
        try:
            while drain():
                pass
        except Exception as error:
            log.error("error", task="lists.lookups.drain", **described(error))  # noqa: TRY400 - its words quote paths
        close_old_connections()
        stop.wait(EVERY)


def drain() -> int:
    """Enter what waits in the spool; return how many records that was."""
    return sum(_drain(path) for path in spool.waiting(folder()))


@transaction.atomic
def _drain(path: Path) -> int:
    mark, _new = SpoolMark.objects.select_for_update().get_or_create(name=path.name)
    page = spool.read(path, mark.offset, AT_ONCE)
    if page.records:
        _enter(page.records)
        mark.offset = page.offset
        mark.save(update_fields=["offset"])
    elif spool.remove_if_left(path, mark.offset):
        mark.delete()
    return len(page.records)


def _enter(records: Sequence[spool.Record]) -> None:
    known = _organisations({record.organisation for record in records})
    lists = dict(ListSubset.everywhere.values_list("name", "list__name"))
    calls: dict[tuple[UUID, UUID | None], list[Answered]] = defaultdict(list)
    for one in records:
        organisation = known.get(one.organisation)
        if organisation is None:
            continue  # a key of a file that no node wrote
        key = _uuid(one.key)
        if isinstance(one, spool.Answered):
            hits = tuple(msgspec.structs.replace(hit, list=lists.get(hit.list, hit.list)) for hit in one.hits)
            calls[organisation, key].append(msgspec.structs.replace(one, hits=hits) if hits else one)
        elif isinstance(one, spool.Feedback):
            _feedback(organisation, key, msgspec.structs.replace(one, list=lists.get(one.list, one.list)))
        else:
            _alarm(organisation, key, one)
    for (organisation, key), answered in calls.items():
        _batch(organisation, key, answered)


def _organisations(ids: set[str]) -> dict[str, UUID]:
    wanted = {text: found for text in ids if (found := _uuid(text)) is not None}
    there = set(Organisation.objects.filter(pk__in=wanted.values()).values_list("pk", flat=True))
    return {text: id for text, id in wanted.items() if id in there}


def _uuid(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def _batch(organisation: UUID, key: UUID | None, answered: Sequence[Answered]) -> None:
    leaves = [UUID(one.call).bytes + bytes.fromhex(one.digest or "00" * 32) for one in answered]
    tree = Frontier()
    for leaf in leaves:
        tree.append(hash_leaf(leaf))
    root = tree.root()
    signals = sum(sum(one.counts.values()) for one in answered)
    hits, entries = sum(len(one.hits) for one in answered), sum(one.entries for one in answered)
    batch = LookupBatch(
        organisation_id=organisation,
        key=key,
        at=datetime.fromisoformat(answered[0].at),
        calls=len(answered),
        signals=signals,
        hits=hits,
        entries=entries,
        root=root,
        leaves=b"".join(leaves),
        ends=timezone.localdate() + KEPT_FOR,
    )
    tags = {
        "calls": len(answered),
        "signals": signals,
        "hits": hits,
        "entries": entries or None,
        "root_a": root.hex()[:32],
        "root_b": root.hex()[32:],
    }
    by = Actor(organisation=organisation, key=key)
    act = acts.FETCHED if entries and not signals else acts.ANSWERED
    batch.entry = record(act, Subject("lookup", batch.pk, organisation), by, ASKED, count=len(answered), tags=tags)
    batch.save(force_insert=True)
    _hits(batch, answered)
    _count(key, answered)


def _hits(batch: LookupBatch, answered: Sequence[Answered]) -> None:
    with_hits = [(place, one) for place, one in enumerate(answered) if one.hits]
    LookupCall.everywhere.bulk_create(
        LookupCall(
            call=UUID(one.call),
            organisation_id=batch.organisation_id,
            batch=batch,
            position=place,
            at=datetime.fromisoformat(one.at),
            purpose=one.purpose[:100],
            reference=one.reference[:200],
            protocol=one.protocol,
            signals=one.counts,
            hits=len(one.hits) + one.more,
            index=one.index,
        )
        for place, one in with_hits
    )
    LookupHit.everywhere.bulk_create(
        LookupHit(
            answered_id=UUID(one.call),
            list=hit.list,
            release=hit.release,
            entry=hit.entry,
            kind=hit.kind,
            distance=hit.distance,
            act=hit.act,
        )
        for _place, one in with_hits
        for hit in one.hits
    )


_COUNT = """
    INSERT INTO lists_entryhits (list_id, ident, hour, caller, hits)
    SELECT l.id, found.ident, found.hour, %(caller)s, found.hits
    FROM unnest(%(lists)s::text[], %(idents)s::text[], %(hours)s::timestamptz[], %(hits)s::int[])
        AS found (list, ident, hour, hits) JOIN lists_hashlist l ON l.name = found.list
    ORDER BY 1, 2, 3
    ON CONFLICT (list_id, ident, hour, caller) DO UPDATE SET hits = lists_entryhits.hits + excluded.hits
    RETURNING 1
"""


def _count(key: UUID | None, answered: Sequence[Answered]) -> None:
    """Count the hits of a program by entry and hour, so that a flood is seen without reading them all."""
    found: Counter[tuple[str, str, datetime]] = Counter()
    for one in answered:
        hour = datetime.fromisoformat(one.at).replace(minute=0, second=0, microsecond=0)
        found.update((hit.list, hit.entry, hour) for hit in one.hits)
    if found:
        lists, idents, hours = (list(column) for column in zip(*found, strict=True))
        given = {"caller": key or NO_KEY, "lists": lists, "idents": idents, "hours": hours, "hits": [*found.values()]}
        sql.run(_COUNT, given, prepare=False)


def _feedback(organisation: UUID, key: UUID | None, given: Feedback) -> None:
    made = EntryFeedback(
        organisation_id=organisation,
        key=key,
        list=given.list,
        entry=given.entry,
        kind=given.kind,
        value=bytes.fromhex(given.value),
        opinion=given.opinion,
        reasons={"given": list(given.reasons)},
        at=datetime.fromisoformat(given.at),
        ends=timezone.localdate() + KEPT_FOR,
    )
    made.save(force_insert=True)
    record(
        acts.FED_BACK, Subject("lookup", None, organisation), Actor(organisation=organisation, key=key), ASKED, count=1
    )


def _alarm(organisation: UUID, key: UUID | None, alarm: Alarm) -> None:
    LookupAlarm.everywhere.create(
        organisation_id=organisation,
        key=key,
        code=alarm.code[:20],
        at=datetime.fromisoformat(alarm.at),
        ends=timezone.localdate() + KEPT_FOR,
    )
    act = acts.STOPPED if alarm.code == "stopped" else acts.ALARMED
    record(act, Subject("lookup", None, organisation), Actor(organisation=organisation, key=key), ASKED)
