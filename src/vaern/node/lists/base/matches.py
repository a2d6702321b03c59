"""What a match with a list is, wherever it was made: of a file in a scan, of a report's file, of a look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q

from vaern.node.lists.models import LookupHit
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.reports.models import Item
from vaern.node.scans.models import Finding

if TYPE_CHECKING:
    from django.db.models import QuerySet

NEVER = Q(pk__in=())


class Matches(NamedTuple):
    """The matches of one kind, each a row. The names are columns.

    Attributes:
        kind: what has the match: a scan, a report, a look-up.
        entry: id of the entry within its list.
        record: that has the match; None for what is no record.
        organisation: whose it is.
        code: how people call that record.
        at: when the match was made, or when its record came.
        wrong: somebody looked, and it is another file.
    """

    kind: EffectKind
    rows: QuerySet[Any]
    entry: str
    record: str | None
    organisation: str
    code: str | None
    at: str
    wrong: Q


def matches_with(name: str, ident: str | None = None) -> tuple[Matches, Matches, Matches]:
    """Return all matches with a list, or with one of its entries: of scans, of reports, of look-ups."""
    findings = Finding.everywhere.filter(list=name).exclude(matched_kind="")
    items = Item.everywhere.filter(known_list=name)
    hits = LookupHit.everywhere.filter(list=name)
    if ident is not None:
        findings, items, hits = findings.filter(entry=ident), items.filter(known_entry=ident), hits.filter(entry=ident)
    wrong = Q(same=False)
    return (
        Matches(
            EffectKind.SCAN,
            findings,
            "entry",
            "scan",
            "scan__organisation",
            "scan__reference",
            "scan__created_at",
            wrong,
        ),
        Matches(
            EffectKind.REPORT,
            items,
            "known_entry",
            "report",
            "report__organisation",
            "report__code",
            "report__created_at",
            wrong,
        ),
        Matches(EffectKind.LOOKUP, hits, "entry", None, "answered__organisation", None, "answered__at", NEVER),
    )
