"""From the look-up service's spool to the ledger: what was answered is entered once, whatever dies when.

The service answers when its record is on disk, and knows no database. Each second the node reads what came, and enters
it: one entry a key, which covers all calls of that second by the root of a tree over their leaves; the hits, so that a
recall finds whoever heard of an entry; which lists an index stands for, so that a call can be made again; feedback, for
the curators. What a person looks up on a page is entered by the same functions. What was answered from a subset counts
for its list, of which every hit is one. How far a file was read is kept in the same transaction, so a crash enters
nothing twice and leaves nothing out.
"""

from __future__ import annotations

import zlib
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import msgspec
import structlog
from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone

from vaern.lookup import spool
from vaern.lookup.leaves import leaf_of
from vaern.node.base import sql
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
    LookupState,
    SpoolMark,
)
from vaern.node.lists.models.floods import NO_KEY
from vaern.node.lists.rules.lookups import purposes_said, why_of
from vaern.node.organisations.models import Organisation
from vaern.node.runtime.logs import described
from vaern.proofs.merkle import hash_leaf, root_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from vaern.lookup.spool import Alarm, Answered, Feedback
    from vaern.node.organisations.viewers import Viewer

EVERY = 1.0
"""Seconds between two looks at the spool."""

AT_ONCE = 10_000
"""Records that are entered in one transaction."""

KEPT_FOR = timedelta(days=400)
"""How long it is kept which calls there were and what they hit: an appeal comes months after a match."""

TOLD = Reason(Why.LIST_QUALITY)
"""Why feedback and alarms are kept."""

log = structlog.get_logger()


class Asker(NamedTuple):
    """An organisation whose program asked, and what it is."""

    id: UUID
    kind: str


class _Call(NamedTuple):
    """A call: what the ledger covers of it, and what is counted of it."""

    leaf: bytes
    answered: Answered


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
    known = _organisations({one.organisation for one in records if not isinstance(one, spool.State)})
    lists = _lists_of_subsets()
    calls: dict[tuple[Asker, UUID | None], list[_Call]] = defaultdict(list)
    for one in records:
        if isinstance(one, spool.State):
            _state(one, lists)
            continue
        organisation = known.get(one.organisation)
        if organisation is None:
            continue  # a key of a file that no node wrote
        key = _uuid(one.key)
        if isinstance(one, spool.Answered):
            calls[organisation, key].append(_call(one, lists))
        elif isinstance(one, spool.Feedback):
            _feedback(organisation.id, key, msgspec.structs.replace(one, list=lists.get(one.list, one.list)))
        else:
            _alarm(organisation.id, key, one)
    _used([one for one in records if isinstance(one, spool.Answered) and one.index])
    for (organisation, key), answered in calls.items():
        _batch(organisation, key, answered)


def ends() -> date:
    """Return until when what is entered now is kept."""
    return timezone.localdate() + KEPT_FOR


def _lists_of_subsets() -> dict[str, str]:
    return dict(ListSubset.everywhere.values_list("name", "list__name"))


def _call(one: Answered, lists: Mapping[str, str]) -> _Call:
    hits = [msgspec.structs.replace(hit, list=lists.get(hit.list, hit.list)) for hit in one.hits]
    # Who holds a subset and is matched against its list, too, meets an entry twice (`callers._made`).
    return _Call(leaf_of(one), msgspec.structs.replace(one, hits=tuple(dict.fromkeys(hits))) if hits else one)


def enter_by_hand(viewer: Viewer, reason: Reason, values: int, state: spool.State, answered: Answered) -> None:
    """Enter what a person looked up as a program's call is entered, in the transaction in which it is answered.

    Args:
        viewer: who looked up.
        reason: why.
        values: how many values they pasted; each may stand for several signals.
        state: which lists were asked.
        answered: what was asked of them and what they have.
    """
    lists = _lists_of_subsets()
    _state(state, lists)
    _used([answered])
    batch, calls = LookupBatch(organisation_id=viewer.organisation.id, by=viewer.person), [_call(answered, lists)]
    tags = _fill(batch, calls)
    subject = Subject("lookup", batch.pk, viewer.organisation.id)
    batch.entry = record(acts.ASKED, subject, viewer.actor, reason, count=values, tags=tags)
    _keep(batch, calls)


def _state(one: spool.State, lists: Mapping[str, str]) -> None:
    names = sorted({lists.get(name, name) for name, _release, _sequence in one.lists})
    given = {"lists": one.lists, "names": names, "ends": ends()}
    LookupState.objects.get_or_create(index=one.index, defaults=given)


_USED = """
    INSERT INTO lists_lookupday (state_id, day, calls)
    SELECT s.index, used.day, used.calls
    FROM unnest(%(indexes)s::text[], %(days)s::date[], %(calls)s::bigint[]) AS used (index, day, calls)
        JOIN lists_lookupstate s ON s.index = used.index
    ORDER BY 1, 2
    ON CONFLICT (state_id, day) DO UPDATE SET calls = lists_lookupday.calls + excluded.calls
    RETURNING 1
"""


def _used(answered: Sequence[Answered]) -> None:
    """Keep which lists an index stands for as long as its calls, and count these by day."""
    found = Counter((one.index, timezone.localdate(datetime.fromisoformat(one.at))) for one in answered)
    if found:
        indexes, days = (list(column) for column in zip(*found, strict=True))
        LookupState.objects.filter(index__in=set(indexes), ends__lt=ends()).update(ends=ends())
        sql.run(_USED, {"indexes": indexes, "days": days, "calls": [*found.values()]}, prepare=False)


def _organisations(ids: set[str]) -> dict[str, Asker]:
    wanted = {text: found for text in ids if (found := _uuid(text)) is not None}
    kinds = dict(Organisation.objects.filter(pk__in=wanted.values()).values_list("pk", "kind"))
    return {text: Asker(id, kinds[id]) for text, id in wanted.items() if id in kinds}


def _uuid(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None


def _batch(asker: Asker, key: UUID | None, calls: Sequence[_Call]) -> None:
    batch = LookupBatch(organisation_id=asker.id, key=key)
    tags = _fill(batch, calls)
    by = Actor(organisation=asker.id, key=key)
    act = acts.FETCHED if batch.entries and not batch.signals else acts.ANSWERED
    reason, said = Reason(why_of(asker.kind)), purposes_said(one.answered.purpose for one in calls)
    subject = Subject("lookup", batch.pk, asker.id)
    batch.entry = record(act, subject, by, reason, count=batch.calls, details=said, tags=tags)
    _keep(batch, calls)


def _fill(batch: LookupBatch, calls: Sequence[_Call]) -> dict[str, str | int | None]:
    """Write into a batch what its calls are, and return what the ledger says of them in tags."""
    answered, leaves = [one.answered for one in calls], [one.leaf for one in calls]
    moments = [datetime.fromisoformat(one.at) for one in answered]
    batch.at, batch.until, batch.ends = min(moments), max(moments), ends()
    batch.calls, batch.signals = len(calls), sum(sum(one.counts.values()) for one in answered)
    batch.hits, batch.entries = sum(len(one.hits) for one in answered), sum(one.entries for one in answered)
    batch.root, batch.leaves = root_of(map(hash_leaf, leaves)), zlib.compress(b"\n".join(leaves), 1)
    return {
        "calls": batch.calls,
        "signals": batch.signals,
        "hits": batch.hits,
        "entries": batch.entries or None,
        "root_a": batch.root.hex()[:32],
        "root_b": batch.root.hex()[32:],
    }


def _keep(batch: LookupBatch, calls: Sequence[_Call]) -> None:
    batch.save(force_insert=True)
    answered = [one.answered for one in calls]
    _hits(batch, answered)
    _count(batch.key, answered)


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
        ends=ends(),
    )
    made.save(force_insert=True)
    record(
        acts.FED_BACK, Subject("lookup", None, organisation), Actor(organisation=organisation, key=key), TOLD, count=1
    )


def _alarm(organisation: UUID, key: UUID | None, alarm: Alarm) -> None:
    LookupAlarm.everywhere.create(
        organisation_id=organisation,
        key=key,
        code=alarm.code[:20],
        at=datetime.fromisoformat(alarm.at),
        ends=ends(),
    )
    act = acts.STOPPED if alarm.code == "stopped" else acts.ALARMED
    record(act, Subject("lookup", None, organisation), Actor(organisation=organisation, key=key), TOLD)
