"""The minute in which floods, junk and what stands on a list against them are found, and their entries set aside."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from vaern.matching import Matcher
from vaern.node.base.jobs import each
from vaern.node.base.sql import run
from vaern.node.casework.models import Release
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base.against import (
    AGAINST,
    Doubt,
    are_there,
    counts,
    doubts,
    kept_against,
    lists_against,
    published_upto,
    states,
)
from vaern.node.lists.base.changes import locked_entry, moved, saved
from vaern.node.lists.models import EntryHits, EntryQuarantine, HashList, ListEntry
from vaern.node.lists.quarantine import acts
from vaern.node.lists.rules.entries import MATCHED, EntryEvent, EntryState
from vaern.node.lists.rules.floods import (
    HISTORY,
    NOT_AGAIN,
    WINDOW,
    Bounds,
    Cause,
    Hour,
    bound,
    is_flood,
    usual,
)
from vaern.node.reports.intake.lists import of_any_age

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.matching import List
    from vaern.records import Signal

QUALITY = Reason(Why.LIST_QUALITY)
STATES = [state.value for state in MATCHED]
AT_ONCE = 5_000
"""Entries that are compared at once, and in one run for each list: the rest has its turn in the next minute."""

_BUSY = """
    SELECT h.list_id, h.ident, h.hour, sum(h.hits), count(DISTINCT h.caller)
    FROM lists_entryhits h JOIN lists_hashlist l ON l.id = h.list_id
    WHERE h.hour >= %(since)s AND l.flood_hits > 0
    GROUP BY h.list_id, h.ident, h.hour, l.flood_hits, l.flood_callers
    HAVING sum(h.hits) >= l.flood_hits AND count(DISTINCT h.caller) >= l.flood_callers
    ORDER BY sum(h.hits) DESC
"""
"""Hours of entries that pass what their list says of itself; what is usual on it is asked for these alone."""

_HOURS = """
    SELECT sum(hits) FROM lists_entryhits
    WHERE list_id = %(list)s AND ident <> %(ident)s AND hour >= %(from)s AND hour < %(since)s GROUP BY ident, hour
"""


class Busy(NamedTuple):
    """An hour in which an entry was hit often."""

    list: UUID
    ident: str
    hour: datetime
    hits: int
    callers: int


class Figures(NamedTuple):
    """What an entry was set aside by; attributes as of `EntryQuarantine`."""

    hits: int = 0
    callers: int = 0
    bound: int = 0
    usual: int = 0
    since: datetime | None = None


NONE = Figures()


def watch() -> int:
    """Set aside the entries that a flood hits, and those against which something stands; return how many."""
    lists = HashList.everywhere.filter(checked__lt=F("published")).order_by("name").values_list("pk", flat=True)
    return floods(timezone.now()) + each("lists.quarantine.doubts", lists, check)


def floods(now: datetime) -> int:
    """Set aside the entries that a flood hits now; return how many."""
    since = hour_of(now) - WINDOW + timedelta(hours=1)
    busy = [Busy(*row) for row in run(_BUSY, {"since": since}, prepare=False)]
    return each("lists.quarantine.floods", busy, lambda one: _flooded(one, since))


def hour_of(moment: datetime) -> datetime:
    """Return when the hour of a moment began."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _flooded(busy: Busy, since: datetime) -> int:
    hash_list = _locked(pk=busy.list)
    rows = ListEntry.of(list=hash_list).filter(ident=busy.ident, state__in=STATES)
    if not rows.exists():
        return 0
    bounds = Bounds(hash_list.flood_hits, hash_list.flood_factor, hash_list.flood_callers)
    given = {"list": busy.list, "ident": busy.ident, "from": since - HISTORY, "since": since}
    usually = usual([int(hits) for (hits,) in run(_HOURS, given, prepare=False)])
    if not is_flood(Hour(int(busy.hits), busy.callers), usually, bounds):
        return 0
    figures = Figures(int(busy.hits), busy.callers, bound(usually, bounds), usually, busy.hour)
    return _all_aside(hash_list, [(row, Doubt(Cause.FLOOD)) for row in rows], figures)


def _locked(**which: object) -> HashList:
    rows = HashList.everywhere.select_for_update(of=("self",), no_key=True).select_related("organisation")
    found: HashList = rows.get(**which)
    return found


def _set_aside(hash_list: HashList, entry: ListEntry, doubt: Doubt, figures: Figures) -> int:
    """Set an entry of a locked list aside, once for a cause: what a person let go of it stays, for a while."""
    row = locked_entry(hash_list, entry)
    if EntryState(row.state) not in MATCHED:
        return 0
    now, before = timezone.now(), EntryQuarantine.of(list=hash_list).filter(ident=row.ident)
    same = before.filter(cause=doubt.cause.value, against=doubt.against, let_go=True)
    if same.filter(ended_at__gt=now - NOT_AGAIN).exists():
        return 0
    before.filter(ended_at=None).update(ended_at=now)  # its source had it withdrawn, and has it again
    moved(hash_list, row, EntryEvent.QUARANTINE)
    EntryQuarantine.everywhere.create(
        list=hash_list, ident=row.ident, cause=doubt.cause.value, against=doubt.against, **figures._asdict()
    )
    record(acts.SET_ASIDE, row.subject, NODE, QUALITY)
    return 1


@transaction.atomic
def check(id: UUID) -> int:
    """Look at what changed of a list since it was looked at; return how many entries were set aside.

    An entry is compared with the lists that speak against it; an entry of such a list with all that it speaks about.
    Only what is published is: of two lists that changed at the same time, the one that is looked at last then finds the
    other's change on disk, and no pair is missed. What was compared while it was read is not compared again, unless
    what speaks against it changed since. Where a list cannot be opened as it was published, it is all done once more
    in the next minute.
    """
    hash_list = _locked(pk=id)
    compared = _spoken_against(hash_list) if hash_list.purpose in AGAINST else _doubted(hash_list)
    if compared.all:
        HashList.everywhere.filter(pk=id).update(checked=compared.upto)
    return compared.aside


class Compared(NamedTuple):
    """What came of comparing a list.

    Attributes:
        aside: how many entries were set aside.
        upto: up to which change its entries were compared.
        all: with all that they are to be compared with.
    """

    aside: int
    upto: int
    all: bool


def _changed(hash_list: HashList, since: int) -> tuple[list[ListEntry], int]:
    """Return what changed, was published and is matched, as much as one run compares, and up to which change it is."""
    upto = hash_list.published
    changed = ListEntry.of(list=hash_list).filter(change__gt=since, change__lte=upto, state__in=STATES)
    rows = list(changed.order_by("change")[:AT_ONCE])
    return rows, rows[-1].change if len(rows) == AT_ONCE else upto


def _doubted(hash_list: HashList) -> Compared:
    """Set aside the new entries of a list against which something stands."""
    kept = published_upto(kept_against(hash_list))
    against = lists_against(hash_list)
    since = max(hash_list.checked, hash_list.read if hash_list.read_against == states(against) else 0)
    rows, upto = _changed(hash_list, since)
    found = doubts([row.record for row in rows], against)
    done = _all_aside(hash_list, [(rows[place], doubt) for place, doubt in sorted(found.items())])
    return Compared(done, upto, are_there(kept, against))


def _spoken_against(against: HashList) -> Compared:
    """Set aside what new entries of a list speak against, on the lists of those who hold it."""
    rows, upto = _changed(against, against.checked)
    signals = [signal for row in rows for signal in row.record.signals]
    if not signals:
        return Compared(0, upto, all=True)
    holders = {against.organisation_id}
    holders.update(Release.valid().filter(kind=HashList.KIND, record=against.pk).values_list("recipient", flat=True))
    about = HashList.everywhere.filter(organisation__in=holders).exclude(purpose__in=AGAINST)
    kept, doubt = published_upto(about), Doubt(AGAINST[against.purpose], against.name)
    found = of_any_age()
    done = sum(_met(one, signals, doubt, against) for one in found if one.name in kept)
    return Compared(done, upto, are_there(kept, found))


def _met(about: List, signals: Sequence[Signal], doubt: Doubt, against: HashList) -> int:
    idents: set[str] = set()
    for answer in Matcher([about], distance=against.distance).match_signals(signals):
        idents.update(match.entry for match in answer.matches if counts(doubt.cause, match))
    if not idents:
        return 0
    hash_list = _locked(name=about.name)
    rows = ListEntry.of(list=hash_list).filter(ident__in=idents).order_by("pk")
    return _all_aside(hash_list, [(row, doubt) for row in rows])


def _all_aside(hash_list: HashList, found: Sequence[tuple[ListEntry, Doubt]], figures: Figures = NONE) -> int:
    done = sum(_set_aside(hash_list, row, doubt, figures) for row, doubt in found)
    if done:
        saved(hash_list)
    return done


@transaction.atomic
def erase_hits() -> int:
    """Erase counts of hits that no rule asks for any more, each night; return how many went."""
    old = hour_of(timezone.now()) - HISTORY - WINDOW
    return int(EntryHits.everywhere.filter(hour__lt=old)._raw_delete("default"))  # noqa: SLF001 - nothing hangs on it
