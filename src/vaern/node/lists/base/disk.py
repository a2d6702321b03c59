"""The lists on disk: what every process of this machine matches against, brought up to the last change.

The database is the truth. A list on disk follows it by the numbers of changes: what changed since the last that it has
is published as one more part, whoever does it, however often. So an entry that is added or recalled is matched, or not,
a moment after the act, and a list that was lost, or came back from a backup, is written anew.

Entries that are not matched (in quarantine, recalled) stand in a list of their own beside it, by which curators
find them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

from vaern.lookup import policy
from vaern.matching import publish
from vaern.node.base.sql import parts, run
from vaern.node.lists.base import subsets
from vaern.node.lists.base.freshness import freshness_of, keep_fresh, said_on_disk
from vaern.node.lists.base.subsets import Row
from vaern.node.lists.models import EntryRecall, EntryVote, HashList, ListEntry, ListSubset, ReleaseDay
from vaern.node.lists.rules.classes import Claim, claims, contradicting
from vaern.node.lists.rules.entries import MATCHED, EntryState
from vaern.node.lists.rules.lists import ON_DISK, Purpose
from vaern.node.reports.intake.lists import of_any_age
from vaern.node.runtime.logs import described
from vaern.records import Entry, Vote

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.matching import List

ASIDE = frozenset({EntryState.QUARANTINED, EntryState.RECALLED})
"""What stands in the list beside, by which curators find it."""

AT_ONCE = 2_000
"""Entries that are read from the database at once."""

LOCK, LOCK_OF_SUBSETS = 0x6C69_7374, 0x7375_6273
"""First halves of the advisory locks under which one process at a time publishes a list, or a subset of one."""

_VOTED = "SELECT DISTINCT entry_id FROM lists_entryvote WHERE entry_id = ANY(%s)"

log = structlog.get_logger()


def folder_of(name: str) -> Path:
    """Return the folder of a list on disk."""
    return settings.LISTS / name


def aside_of(name: str) -> Path:
    """Return the folder of the entries of a list that are not matched."""
    return settings.LISTS_ASIDE / name


def folder_for(record: HashList | ListSubset) -> Path:
    """Return the folder on disk of a list or of a subset."""
    return folder_of(record.name) if isinstance(record, HashList) else subsets.subset_folder(record.name)


def follow_soon(id: UUID) -> None:
    """Bring a list on disk up to its last change when the transaction is committed.

    What is committed is done: where the disk is full the act stands, the log says so, and the next minute tries again.
    """
    transaction.on_commit(partial(_try, id), robust=True)


def _try(id: UUID) -> None:
    try:
        follow(id)
    except Exception as error:
        log.error("error", task="lists.follow", **described(error))  # noqa: TRY400 - its words quote paths


def follow(id: UUID) -> int:
    """Publish what changed of a list since it was published last, and of its subsets; return how many entries that is.

    A subset that cannot be written keeps neither its list nor the other subsets from being.
    """
    count = _follow(id)
    for subset in ListSubset.everywhere.filter(list=id).order_by("name").values_list("pk", flat=True):
        try:
            _follow_subset(id, subset)
        except Exception as error:
            log.error("error", task="lists.follow.subset", **described(error))  # noqa: TRY400 - its words quote paths
    return count


def _follow(id: UUID) -> int:
    with transaction.atomic():
        _lock(id)
        hash_list = HashList.everywhere.filter(pk=id).first()
        if hash_list is None:
            return 0
        folder = folder_of(hash_list.name)
        said = said_on_disk(folder)
        whole = not hash_list.published or said is None or said.release != str(hash_list.published)
        if not whole and hash_list.published == hash_list.change:
            keep_fresh(folder, said, freshness_of(hash_list))
            return 0
        return _publish(hash_list, since=0 if whole else hash_list.published, whole=whole)


def _follow_subset(id: UUID, subset: UUID) -> None:
    """Bring a subset to where its list is published, and again as long as the list went on meanwhile.

    Nobody waits for it, and it keeps its list from nothing: a large one takes minutes to be written anew, and a recall
    is published meanwhile. Whoever finds it being written leaves the rest to that process, which looks again.
    """
    with transaction.atomic():
        if not _is_free(subset):
            return
        found = ListSubset.everywhere.select_related("list").filter(pk=subset).first()
        if found is None:
            return
        upto = found.list.published
        subsets.bring(found, lambda since: _rows(found.list, since, upto, MATCHED, whole=False))
    if HashList.everywhere.filter(pk=id, published__gt=upto).exists():
        _follow_subset(id, subset)


def _lock(id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, _number(id)])


def _is_free(subset: UUID) -> bool:
    """Return whether nobody else writes a subset, and nobody will until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_OF_SUBSETS, _number(subset)])
        return bool(cursor.fetchone()[0])


def _number(id: UUID) -> int:
    return int.from_bytes(id.bytes[:4], "big", signed=True)


def _publish(hash_list: HashList, *, since: int, whole: bool) -> int:
    """Publish the changes between two numbers, and note how far the list on disk is."""
    upto, freshness = hash_list.change, freshness_of(hash_list)
    for folder, states in ((aside_of(hash_list.name), ASIDE), (folder_of(hash_list.name), MATCHED)):
        publish(
            folder,
            _changes(hash_list, since, upto, states, whole=whole),
            name=hash_list.name,
            release=str(upto),
            purpose=ON_DISK[Purpose(hash_list.purpose)],
            distance=hash_list.distance,
            licence=hash_list.licence,
            whole=whole,
            freshness=freshness,
        )
    count = ListEntry.everywhere.filter(list=hash_list, change__gt=since, change__lte=upto).count()
    HashList.everywhere.filter(pk=hash_list.pk).update(published=upto)
    _note_day(hash_list, upto)
    followed = ListEntry.everywhere.filter(list=OuterRef("list"), ident=OuterRef("ident"), change__lte=upto)
    recalls = EntryRecall.of(list=hash_list).filter(Exists(followed), published_at=None)
    recalls.update(published_at=timezone.now())  # how long a recall took: an indicator of the list
    return count


def _note_day(hash_list: HashList, upto: int) -> None:
    """Note the last release of the day, and how long the slowest of the entries took that are new in it."""
    new = ListEntry.everywhere.filter(list=hash_list, born=None, change__gt=hash_list.published, change__lte=upto)
    first, now = new.aggregate(first=Min("added_at"))["first"], timezone.now()
    day, _made = ReleaseDay.everywhere.update_or_create(
        list=hash_list, day=timezone.localdate(now), defaults={"release": upto}
    )
    if first is not None:
        taken = max(0, round(1000 * (now - first).total_seconds()))
        ReleaseDay.everywhere.filter(pk=day.pk).update(slowest=max(taken, day.slowest or 0))


def _changes(
    hash_list: HashList, since: int, upto: int, states: Collection[EntryState], *, whole: bool
) -> Iterator[Entry]:
    """Yield the entries that changed: those in one of the states as they are, the others as recalled."""
    for row, entry in _rows(hash_list, since, upto, states, whole=whole):
        yield withdrawn(row.ident, row.body) if entry is None else entry


def _rows(
    hash_list: HashList, since: int, upto: int, states: Collection[EntryState], *, whole: bool
) -> Iterator[tuple[Row, Entry | None]]:
    """Yield the rows that changed, each with its entry as it is published; without, where it is in no such state.

    Where a list is written whole there is nothing that could be recalled: these are not even read.
    """
    rows = ListEntry.everywhere.filter(list=hash_list, change__gt=since, change__lte=upto).order_by("change")
    if whole:
        rows = rows.filter(state__in=[state.value for state in states])
    for found in parts(rows.values_list(*Row._fields), AT_ONCE):
        part = [Row._make(values) for values in found]
        votes = by_entry(EntryVote.everywhere.filter(entry__in=voted([row.pk for row in part])))
        for row in part:
            said = msgspec.msgpack.decode(row.body, type=Entry) if row.state in states else None
            yield row, None if said is None else published(hash_list, row, said, votes.get(row.pk, ()))


def voted(ids: Sequence[int]) -> list[int]:
    """Return of some entries those on which somebody voted here, by their ids.

    By these, never by a join with the entries of a list: the database is free to compare every vote with every entry,
    and does where its statistics have yet to hear of a list that has just come.
    """
    found: list[int] = []
    for at in range(0, len(ids), AT_ONCE):
        rows = run(_VOTED, [ids[at : at + AT_ONCE]], prepare=False)
        found += [entry for (entry,) in rows]
    return found


def by_entry(votes: QuerySet[EntryVote]) -> dict[int, list[EntryVote]]:
    """Return votes with their organisations by the entry that they are on, the oldest first."""
    found: dict[int, list[EntryVote]] = {}
    for vote in votes.select_related("organisation").order_by("at", "id"):
        found.setdefault(vote.entry_id, []).append(vote)
    return found


def published(hash_list: HashList, row: Row | ListEntry, said: Entry, votes: Sequence[EntryVote]) -> Entry:
    """Return an entry as the list on disk has it: what its source says, with the votes that were given here.

    Where the source carries no votes, that it lists the entry is its vote: it stands beside those given here.
    """
    if not votes and not row.settled and said.id == row.ident and not said.recalled:
        return said
    every = spoken(said, votes, row.settled)
    listed = listing(hash_list, said, every) if votes else None
    return msgspec.structs.replace(
        said, id=row.ident, votes=every if listed is None else (listed, *every), recalled=False
    )


def spoken(said: Entry, votes: Sequence[EntryVote], settled: Collection[str] | None) -> tuple[Vote, ...]:
    """Return who says what of an entry, one an organisation: its source's votes, and those given here before them."""
    given = {vote.organisation.name: _vote(vote) for vote in votes}
    every = policy.spoken((*(vote for vote in said.votes if vote.organisation not in given), *given.values()))
    if not settled:
        return every
    return tuple(
        msgspec.structs.replace(vote, settled=True)
        if vote.opinion == "negative" and vote.organisation in settled
        else vote
        for vote in every
    )


def listing(hash_list: HashList, said: Entry, every: Iterable[Vote]) -> Vote | None:
    """Return the vote that lies in an entry's being listed; None where its source's votes say more than no.

    Args:
        hash_list: whose source it is of, or else its keeper, where the entry names none.
        said: the entry as its source says it.
        every: who says what of it, as of `spoken`.
    """
    vote = policy.by_listing(said, hash_list.source or hash_list.organisation.name)
    own = {one.opinion for one in every if vote is not None and one.organisation == vote.organisation}
    if vote is None or "positive" in own:
        return None
    return msgspec.structs.replace(vote, organisation=policy.ITS_LIST) if own else vote


def recount(row: ListEntry, votes: Sequence[EntryVote]) -> None:
    """Count who says yes and who says no, and see whether they name one class in each scheme.

    The source's votes and those given here, one an organisation.
    """
    said = row.record
    every = spoken(said, votes, row.settled)
    row.positive = sum(one.opinion == "positive" for one in every)
    row.negative = sum(one.opinion == "negative" and not one.settled for one in every)
    if not contradicting(class_of(said), claims(every), looked_at(row)):
        row.classes_since = None
    elif row.classes_since is None:
        row.classes_since = timezone.now()


def class_of(said: Entry) -> tuple[str, str]:
    """Return the scheme and the class that an entry's source gives it."""
    return said.scheme or "", said.classification or ""


def looked_at(row: ListEntry) -> list[Claim]:
    """Return the classes that whoever keeps the list has looked at."""
    return [Claim(*one) for one in row.classes_settled or ()]


def withdrawn(ident: str, body: bytes) -> Entry:
    """Return an entry that a list on disk has no more, with its signals; of one that ended nothing is kept.

    Subscribers by StopNCII and ThreatExchange know entries by their hashes alone: without them a recall tells nothing.
    """
    signals = msgspec.msgpack.decode(body, type=Entry).signals if body else ()
    return Entry(ident, signals, recalled=True)


def _vote(vote: EntryVote) -> Vote:
    return msgspec.convert(
        {
            "organisation": vote.organisation.name,
            "opinion": vote.opinion,
            "country": vote.country,
            "view": vote.view,
            "classification": vote.classification or None,
            "scheme": vote.scheme or None,
            "at": vote.at.isoformat(timespec="seconds"),
        },
        Vote,
    )


def on_disk(name: str) -> list[List]:
    """Return a list as it is on disk now: what is matched, then what stands aside; what is not there is left out.

    However old it is: a list that must not be used any more is searched by those who keep it.
    """
    found = []
    for folder in (settings.LISTS, settings.LISTS_ASIDE):
        found += [one for one in of_any_age(folder) if one.name == name]
    return found


def follow_all() -> int:
    """Bring every list on disk up to its last change, each minute; return how many entries were published."""
    behind = HashList.everywhere.order_by("name")
    return sum(follow(id) for id in behind.values_list("pk", flat=True))
