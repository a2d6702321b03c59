"""On what a conclusion can rest when nobody looks: what a list says of an item, and what was concluded of it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vaern.node.reports import sparing
from vaern.node.reports.assessment.rules import Basis
from vaern.node.reports.exposure.rules import SOME
from vaern.node.reports.models import Assessment, Report

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from vaern.node.reports.assessment.queries import Conclusion
    from vaern.node.reports.models import Item


@dataclass(frozen=True)
class Listed:
    """What a named list says: its name, its release, and the class that it gives, "" where it gives none."""

    name: str
    release: str
    value: str


@dataclass(frozen=True)
class Earlier:
    """What was concluded of an earlier report of the same organisation that had the item."""

    report: Report
    conclusion: Conclusion


def listed(item: Item) -> Listed | None:
    """Return what a list at hand says of an item; None where none has it, or only a survivor's wish (no release)."""
    if not item.known_list or not item.known_release:
        return None
    return Listed(item.known_list, item.known_release, item.known_class)


def earlier(items: Sequence[Item]) -> dict[int, Earlier]:
    """Return, by the id of the item, what was concluded of the earlier report that had it, or something near to it."""
    from vaern.node.reports.assessment.queries import conclusion

    seen = {item.pk: item.seen_in.report_id for item in items if item.seen_in is not None}
    reports = Report.unscoped.filter(pk__in=set(seen.values())) if seen else ()
    drawn = {report.pk: Earlier(report, found) for report in reports if (found := conclusion(report)) is not None}
    return {item: drawn[report] for item, report in seen.items() if report in drawn}


def can_rest(items: Sequence[Item]) -> frozenset[Basis]:
    """Return on what a conclusion about any of these items could rest without looking."""
    before = earlier([item for item in items if sparing.is_seen(item)])
    return frozenset({
        Basis.TEXT,
        *(Basis.LIST for item in items if sparing.is_known(item) and listed(item)),
        *(Basis.EARLIER for _item in before),
    })  # fmt: skip


def rests_on(basis: Basis, items: Sequence[Item]) -> tuple[list[dict[str, Any]], list[int]]:
    """Return what a conclusion about these items rests on, each once, and the numbers of items for which it does not.

    Args:
        basis: what the person said.
        items: all that the conclusion is about.
    """
    if basis not in {Basis.LIST, Basis.EARLIER}:
        return [], []
    if basis is Basis.LIST:
        found = {item.number: _of_list(item) for item in items}
    else:
        before = earlier([item for item in items if sparing.is_seen(item)])
        found = {item.number: _of_report(before[item.pk]) if item.pk in before else None for item in items}
    without = [item.number for item in items if found[item.number] is None]
    return _once(said for said in found.values() if said), without if items else [0]


def _of_list(item: Item) -> dict[str, str] | None:
    said = listed(item) if sparing.is_known(item) else None
    return {"list": said.name, "release": said.release, "class": said.value} if said else None


def _of_report(said: Earlier) -> dict[str, str]:
    return {"report": said.report.code, "at": said.conclusion.at.isoformat()}


@dataclass(frozen=True)
class Resting:
    """On what the conclusion about one item rests; for whatever leaves the node.

    Attributes:
        basis: see `rules.Basis`.
        rests_on: as `models.Assessment` keeps it.
        alone: a person looked at this item, and not only at a part of several.
        at: when it was concluded.
    """

    basis: Basis
    rests_on: list[dict[str, Any]]
    alone: bool
    at: datetime


def resting(report: Report, item: Item | None) -> Resting | None:
    """Return on what the standing conclusion rests, as far as it is about an item; None without a conclusion.

    Of several people in one round one who looked is enough: then a trained person looked.
    """
    views = Assessment.unscoped.filter(report=report, undone_at__isnull=True)
    final = views.filter(final=True).order_by("-id").first()
    if final is None:
        return None
    about = views.filter(Q(item=item) | Q(item__isnull=True), round=final.round).order_by("-id")
    looked = [row for row in about if row.basis == Basis.LOOKED]
    row = next(iter(looked or about), None)
    if row is None:
        return None
    alone = any(row.extent != SOME for row in looked)
    return Resting(Basis(row.basis), row.rests_on, alone=alone, at=row.at)


def _once(said: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(pairs) for pairs in dict.fromkeys(tuple(one.items()) for one in said)]
