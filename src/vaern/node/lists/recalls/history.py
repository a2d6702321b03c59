"""Every match ever made with an entry, asked by its id or by a hash: for whoever appeals against what followed from it.

Also of an entry that is recalled or has ended: what had the match says so itself. A record of another organisation is
counted, and not named.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from vaern.node.ledger.record import record
from vaern.node.lists.base.matches import matches_with
from vaern.node.lists.base.queries import asked_of, by_hash, recorded
from vaern.node.lists.models import EntryRecall, ListEntry
from vaern.node.lists.recalls import acts
from vaern.node.lists.recalls.tracing import ways_from
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.organisations.models import Organisation
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Signal


@dataclass(frozen=True)
class Had:
    """An entry that is asked about.

    Attributes:
        entry: None where its row is gone: it ended.
        recall: the last one that stands, or None.
    """

    ident: str
    entry: ListEntry | None
    recall: EntryRecall | None


@dataclass(frozen=True)
class Matched:
    """The matches of one entry in one record, or of the look-ups of one organisation on one day.

    Attributes:
        organisation: its name.
        record, code: of a record of the viewer's own organisation; None and "" of any other, and of look-ups.
        matches: how many rest on it.
        first, last: the days of the first and of the last.
        given: that the organisation received the record, and made no match itself.
    """

    ident: str
    organisation: str
    own: bool
    kind: EffectKind
    record: UUID | None
    code: str
    matches: int
    first: date
    last: date
    given: bool = False


@dataclass(frozen=True)
class History:
    """What a question found; `matches` the latest first."""

    asked: str
    entries: list[Had]
    matches: list[Matched]

    @property
    def total(self) -> int:
        """How many matches of files and of look-ups there are; what rests on these is not counted with them."""
        return sum(one.matches for one in self.matches if one.kind in MATCHES and not one.given)


MATCHES = frozenset({EffectKind.SCAN, EffectKind.REPORT, EffectKind.LOOKUP})
"""The kinds that are a match themselves; the others rest on one."""


@transaction.atomic
def asked(viewer: Viewer, hash_list: HashList, reason: Reason, text: str) -> History:
    """Return every match ever made with the entry of an id, or with those that have or had a hash; recorded."""
    return _found(viewer, hash_list, reason, text, acts.MATCHES_ASKED)


@transaction.atomic
def taken_out(viewer: Viewer, hash_list: HashList, reason: Reason, text: str) -> History:
    """Return the same for a file that leaves the node; recorded as a disclosure."""
    return _found(viewer, hash_list, reason, text, acts.MATCHES_TAKEN_OUT)


def _found(viewer: Viewer, hash_list: HashList, reason: Reason, text: str, act: Act) -> History:
    text = text.strip()
    idents = sorted(_idents(hash_list, text)) if text else []
    rows = {row.ident: row for row in ListEntry.of(list=hash_list).filter(ident__in=idents)}
    for row in rows.values():
        row.list = hash_list
    standing = EntryRecall.of(list=hash_list).filter(ident__in=idents, ended_at=None).order_by("at")
    recalls = {one.ident: one for one in standing}
    names = dict(Organisation.all_nodes.values_list("pk", "name"))
    matches = [one for ident in idents for one in _matches(viewer, hash_list.name, ident, names)]
    matches.sort(key=lambda one: (one.last, one.first), reverse=True)
    found = History(text, [Had(ident, rows.get(ident), recalls.get(ident)) for ident in idents], matches)
    if text:
        said = recorded(hash_list, text, named=any(one.ident == text for one in found.entries))
        record(act, hash_list.subject, viewer.actor, reason, count=found.total, details=said)
    return found


def _idents(hash_list: HashList, text: str) -> set[str]:
    """Return the ids of the entries that a text names, or that have or had the hash that it is."""
    signals = asked_of(hash_list, text)
    found = {one.entry.ident for one in by_hash(hash_list, signals)}
    for of in matches_with(hash_list.name):
        if of.file and (had := _with(of.file, signals)):
            found |= set(of.rows.filter(had).order_by().values_list("entry", flat=True).distinct())
    known = ListEntry.of(list=hash_list).filter(ident=text).exists()
    known = known or EntryRecall.of(list=hash_list).filter(ident=text).exists()
    if known or any(of.rows.exists() for of in matches_with(hash_list.name, text)):
        found.add(text)
    return found


def _with(file: str, signals: Sequence[Signal]) -> Q | None:
    """Return the condition under which the file of a match has one of some signals; None without any."""
    found = Q(pk__in=())
    for one in signals:
        if one.kind in DIGEST_KINDS:
            found |= Q(**{f"{file}__{one.kind}": one.value})
        elif file == "finding":
            found |= Q(finding__perceptual__contains=[{"kind": one.kind, "value": one.value.hex()}])
    return found if signals else None


def _matches(viewer: Viewer, name: str, ident: str, names: Mapping[UUID, str]) -> Iterator[Matched]:
    own = viewer.organisation.pk
    for way in ways_from(name, ident):
        rows, columns = way.rows.order_by(), way.columns
        if way.kind is EffectKind.LOOKUP:
            rows, columns = rows.annotate(day=TruncDate(way.at)), [*columns, "day"]
        for row in rows.values_list(*columns).annotate(n=Count("pk"), first=Min(way.at), last=Max(way.at)):
            owner, *rest, n, first, last = row
            own_record = bool(way.record) and owner == own
            record, code = (rest[0] if own_record else None), (rest[1] if own_record and way.code else "")
            days = timezone.localdate(first), timezone.localdate(last)
            yield Matched(ident, names.get(owner, ""), owner == own, way.kind, record, code, n, *days, way.given)
