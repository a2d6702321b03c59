"""What rested on matches with an entry that was recalled: found everywhere in the node, whoever's it is.

Whose record it is, is told; the curator reads how many of what kind there are at which organisation, and no record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils import timezone

from vaern.node.cases.models import Link as CaseLink
from vaern.node.casework.models import Release
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.lists.models import EntryRecall, HashList, LookupHit, RecallEffect
from vaern.node.lists.recalls import acts
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.reports.models import Block, Item, Notice
from vaern.node.scans.models import Finding
from vaern.node.victims.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

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
    RecallEffect.everywhere.bulk_create(
        (
            RecallEffect(
                recall=recall,
                organisation_id=one.organisation,
                kind=one.kind.value,
                record=one.record,
                code=one.code,
                matches=one.matches,
                first_at=one.first_at,
                last_at=one.last_at,
            )
            for one in found
        ),
        ignore_conflicts=True,
    )
    recall.traced_at = timezone.now()
    recall.save(update_fields=["traced_at"])
    record(acts.TRACED, subject_of(recall), NODE, QUALITY, count=len(found))
    return len(found)


def subject_of(recall: EntryRecall) -> Subject:
    """Return the recall as a subject of the ledger."""
    return Subject("entry_recall", recall.pk, recall.list.organisation_id)


def rested_on(hash_list: HashList, ident: str) -> Iterator[Rested]:
    """Yield all that rests on matches with an entry: records of every kind, what programs heard, who holds the list."""
    items = Item.everywhere.filter(known_list=hash_list.name, known_entry=ident)
    findings = Finding.everywhere.filter(list=hash_list.name, entry=ident)
    reports = items.order_by().values("report")
    yield from _of(EffectKind.SCAN, findings, "scan", "scan__organisation", "scan__reference", "scan__created_at")
    yield from _of(EffectKind.REPORT, items, "report", "report__organisation", "report__code", "report__created_at")
    notices = Notice.everywhere.filter(location__item__in=items.order_by().values("pk"))
    at = "location__report"
    yield from _of(EffectKind.NOTICE, notices, at, "organisation", f"{at}__code", "sent_at")
    blocks = Block.everywhere.filter(location__item__in=items.order_by().values("pk"), lifted_at=None)
    yield from _of(EffectKind.BLOCK, blocks, at, "organisation", f"{at}__code", "made_at")
    members = Member.everywhere
    for column, rows in (("item__in", items), ("finding__in", findings)):
        of_series = members.filter(**{column: rows.order_by().values("pk")})
        yield from _of(EffectKind.SERIES, of_series, "series", "organisation", "series__code", "added_at")
    links = CaseLink.everywhere.filter(report__in=reports)
    yield from _of(EffectKind.CASE, links, "case", "case__organisation", "case__code", "linked_at")
    hits = LookupHit.everywhere.filter(list=hash_list.name, entry=ident)
    yield from _of(EffectKind.LOOKUP, hits, None, "answered__organisation", None, "answered__at")
    receives = Release.valid().filter(kind=HashList.KIND, record=hash_list.pk)
    yield from _of(EffectKind.SUBSCRIBER, receives, None, "recipient", None, "released_at")


def _of(
    kind: EffectKind, rows: QuerySet[Any], record: str | None, organisation: str, code: str | None, at: str
) -> Iterator[Rested]:
    """Yield one thing for each record, or for each organisation where there is none."""
    columns = [organisation, *([record] if record else []), *([code] if code else [])]
    found = rows.order_by().values_list(*columns).annotate(n=Count("pk"), first=Min(at), last=Max(at))
    for row in found.order_by(*columns):
        owner, *rest, matches, first, last = row
        yield Rested(owner, kind, rest[0] if record else None, rest[-1] if code else "", matches, first, last)
