"""What rested on matches with an entry that was recalled: found everywhere in the node, whoever's it is.

Whose record it is, is told, and to whom it was given; the curator reads how many of what kind there are at which
organisation, and no record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Max, Min, Value
from django.db.models.functions import Concat, Left
from django.utils import timezone

from vaern.node.cases.models import Case
from vaern.node.casework.models import Release
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.lists.base import elsewhere
from vaern.node.lists.base.matches import matches_with
from vaern.node.lists.base.subsets import opened_subset
from vaern.node.lists.models import EntryFeedback, EntryRecall, HashList, ListSubset, RecallEffect
from vaern.node.lists.recalls import acts
from vaern.node.lists.recalls.cases import RESTED_AT, absorbed, resting
from vaern.node.lists.recalls.domains import stopped
from vaern.node.lists.recalls.recipients import CALLED, released
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.lists.rules.feedback import Outcome
from vaern.node.reports.models import Block, Notice
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Member, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.lists.base.matches import Matches

QUALITY = Reason(Why.LIST_QUALITY)


@dataclass(frozen=True)
class Rested:
    """One thing that rested on matches with an entry; attributes as of `RecallEffect`."""

    organisation: UUID
    kind: EffectKind
    record: UUID | None
    code: str
    matches: int
    first_at: datetime | None = None
    last_at: datetime | None = None


def trace_soon(recall: UUID) -> None:
    """Look for what rested on a recalled entry, by a job that commits with the recall."""
    from vaern.node.lists.recalls.jobs import trace_one

    trace_one.defer(recall=str(recall))


@transaction.atomic
def trace(id: UUID) -> int:
    """Write down all that rested on a recalled entry; return how many. Doing it again adds what is new."""
    recall = (
        EntryRecall.everywhere.select_for_update(of=("self",), no_key=True).select_related("list").filter(pk=id).first()
    )
    if recall is None:
        return 0
    found = list(rested_on(recall.list, recall.ident))
    RecallEffect.everywhere.bulk_create((effect_of(recall, one) for one in found), ignore_conflicts=True)
    elsewhere.recalled(recall.list, [recall])
    close_feedback(recall.list, [recall])
    recall.traced_at = timezone.now()
    recall.save(update_fields=["traced_at"])
    record(acts.TRACED, subject_of(recall), NODE, QUALITY, count=len(found))
    return len(found)


def close_feedback(hash_list: HashList, recalls: Sequence[EntryRecall]) -> None:
    """Answer what was said of entries before their recall: whoever contested one reads that it is gone, and why."""
    waits = EntryFeedback.everywhere.filter(list=hash_list.name, outcome="")
    said = set(waits.filter(entry__in=[one.ident for one in recalls]).values_list("entry", flat=True))
    for recall in recalls:
        if recall.ident in said:
            waits.filter(entry=recall.ident, at__lte=recall.at).update(
                outcome=Outcome.RECALLED.value,
                answer=recall.words,
                answered_at=timezone.now(),
                answered_by=recall.by_id,
            )


def effect_of(recall: EntryRecall, rested: Rested) -> RecallEffect:
    """Return the row, not yet saved, of one thing that rested on a recalled entry."""
    return RecallEffect(
        recall=recall,
        organisation_id=rested.organisation,
        kind=rested.kind.value,
        record=rested.record,
        code=rested.code,
        matches=rested.matches,
        first_at=rested.first_at,
        last_at=rested.last_at,
    )


def subject_of(recall: EntryRecall) -> Subject:
    """Return the recall as a subject of the ledger."""
    return Subject("entry_recall", recall.pk, recall.list.organisation_id)


def rested_on(hash_list: HashList, ident: str) -> Iterator[Rested]:
    """Yield all that rests on matches with an entry: records of every kind, what programs heard, who holds the list."""
    for way in ways_from(hash_list.name, ident):
        yield from _by_way(way)
    yield from receivers(hash_list)(ident)


def receivers(hash_list: HashList) -> Callable[[str], Iterator[Rested]]:
    """Return who receives entries of a list, by their ids: every recall of such an entry concerns them.

    Who receives a subset hears of what is or was in it, and of nothing else.
    """
    of_all = {one.organisation: one for one in _receiving(hash_list)}
    of_some = [
        (opened, {one.organisation: one for one in _receiving(subset)})
        for subset in ListSubset.of(list=hash_list).order_by("name")
        if (opened := opened_subset(subset)) is not None
    ]

    def receive(ident: str) -> Iterator[Rested]:
        found = dict(of_all)
        for opened, rested in of_some:
            if rested and opened.row_of(ident):
                found = {**rested, **found}
        yield from found.values()

    return receive


def _receiving(record: HashList | ListSubset) -> Iterator[Rested]:
    receives = Release.valid().filter(kind=record.KIND, record=record.pk)
    yield from _by_way(Way(EffectKind.SUBSCRIBER, receives, "pk", None, "recipient", None, "released_at"))


class Way(NamedTuple):
    """How things of one kind come to rest on matches. The names are columns of its rows.

    Attributes:
        thing: what is one thing of this kind: a notice, not the report that it is about.
        record: the record on whose page it stands; None for what is no record.
        code: how people call that record.
        at: when it was made.
        given: that the organisation received the record of another.
    """

    kind: EffectKind
    rows: QuerySet[Any]
    thing: str
    record: str | None
    organisation: str
    code: str | None
    at: str
    given: bool = False

    @property
    def columns(self) -> list[str]:
        """By which its rows are counted: whose, and of a record which, and how people call it."""
        return [self.organisation, *filter(None, (self.record, self.code))]


def ways_from(name: str, ident: str | None = None) -> Iterator[Way]:
    """Yield all ways from matches with a list to what rests on them; from those with one of its entries, or with any.

    What is added here is followed by recalls and counted of each list. Where a kind has several ways, things are
    counted by the first; the others say who else has to be told of them, each of another organisation or thing.
    """
    scans, reports, lookups = matches_with(name, ident)
    in_items, in_findings = reports.files, scans.files
    yield _way(scans, "finding__scan")
    yield _given(EffectKind.SCAN, released(Scan, scans.rows.order_by().values("finding__scan"), "reference"))
    yield _way(reports, "item__report")
    yield _way(lookups, "answered")
    at = "location__report"
    hosts = Left(Concat(f"{at}__code", Value(", "), "host__name"), 200)  # each of them is to be told
    notices = Notice.everywhere.filter(location__item__in=in_items).annotate(**{CALLED: hosts})
    yield Way(EffectKind.NOTICE, notices, "pk", at, "organisation", CALLED, "sent_at")
    blocks = Block.everywhere.filter(location__item__in=in_items, lifted_at=None)
    yield Way(EffectKind.BLOCK, blocks, "pk", at, "organisation", f"{at}__code", "made_at")
    asked, confirmed, same = stopped(in_items)
    domain = Way(EffectKind.DOMAIN, asked, "pk", "pk", "organisation", f"{at}__code", "asked_at")
    yield domain
    yield domain._replace(rows=confirmed, organisation="put_to", code=None, at="put_at")
    yield domain._replace(rows=same)
    # Two look-ups by an index each: one question with an OR in it would read every file of every series.
    of_items = Member.everywhere.filter(item__in=in_items).order_by().values("pk")
    of_findings = Member.everywhere.filter(finding__in=in_findings).order_by().values("pk")
    members = Member.everywhere.filter(pk__in=of_items.union(of_findings))
    yield Way(EffectKind.SERIES, members, "series", "series", "organisation", "series__code", "added_at")
    series = members.order_by().values("series")
    yield _given(EffectKind.SERIES, released(Series, series, "code"))
    yield _given(EffectKind.SERIES, released(Series, absorbed(series), "code"))
    cases = resting(reports.rows.order_by().values("item__report"), series)
    yield Way(EffectKind.CASE, cases, "pk", "pk", "organisation", "code", RESTED_AT)
    yield _given(EffectKind.CASE, released(Case, cases.order_by().values("pk"), "code"))


def _given(kind: EffectKind, releases: QuerySet[Release]) -> Way:
    return Way(kind, releases, "record", "record", "recipient", CALLED, "released_at", given=True)


def _way(of: Matches, thing: str) -> Way:
    return Way(of.kind, of.rows, thing, of.record, of.organisation, of.code, of.at)


def _by_way(way: Way) -> Iterator[Rested]:
    """Yield one thing for each record, or for each organisation where there is none."""
    found = way.rows.order_by().values_list(*way.columns).annotate(n=Count("pk"), first=Min(way.at), last=Max(way.at))
    for row in found.order_by(*way.columns):
        owner, *rest, matches, first, last = row
        record, code = (rest[0] if way.record else None), (rest[1] if way.code else "")
        yield Rested(owner, way.kind, record, code, matches, first, last)
