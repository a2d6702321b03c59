"""What a match with a list is, wherever it was made: of a file in a scan, of a report's file, of a look-up.

Every entry that a file met, not the nearest alone: each is a row, of `FindingMatch`, `ItemMatch` or `LookupHit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Q

from vaern.node.lists.models import LookupHit
from vaern.node.lists.rules.effects import EffectKind
from vaern.node.reports.models import ItemMatch
from vaern.node.scans.models import FindingMatch

if TYPE_CHECKING:
    from django.db.models import QuerySet

NEVER = Q(pk__in=())


class Matches(NamedTuple):
    """The matches of one kind, each a row. The names are columns.

    Attributes:
        kind: what has the match: a scan, a report, a look-up.
        rows: the matches; `entry` is the id of the entry within its list.
        file: what was matched; None of a look-up.
        record: that has the match; None for what is no record.
        organisation: whose it is.
        code: how people call that record.
        at: when the match was made, or when its record came.
        wrong: somebody looked, and it is another file than that of this entry.
    """

    kind: EffectKind
    rows: QuerySet[Any]
    file: str | None
    record: str | None
    organisation: str
    code: str | None
    at: str
    wrong: Q

    @property
    def files(self) -> QuerySet[Any]:
        """The ids of the findings or items that were matched."""
        if self.file is None:
            raise TypeError("of what a program looked up no file is kept")
        return self.rows.order_by().values(self.file)


def matches_with(name: str, ident: str | None = None) -> tuple[Matches, Matches, Matches]:
    """Return all matches with a list, or with one of its entries: of scans, of reports, of look-ups."""
    of = {"list": name} if ident is None else {"list": name, "entry": ident}
    findings, items = FindingMatch.everywhere.filter(**of), ItemMatch.everywhere.filter(**of)
    return (
        Matches(
            EffectKind.SCAN,
            findings,
            "finding",
            "finding__scan",
            "finding__scan__organisation",
            "finding__scan__reference",
            "finding__scan__created_at",
            # A person is asked about the nearest, and says nothing of the others.
            Q(finding__same=False, finding__list=F("list"), finding__entry=F("entry")),
        ),
        Matches(
            EffectKind.REPORT,
            items,
            "item",
            "item__report",
            "item__report__organisation",
            "item__report__code",
            "item__report__created_at",
            Q(item__same=False, item__known_list=F("list"), item__known_entry=F("entry")),
        ),
        Matches(
            EffectKind.LOOKUP,
            LookupHit.everywhere.filter(**of),
            None,
            None,
            "answered__organisation",
            None,
            "answered__at",
            NEVER,
        ),
    )
