"""The conclusion about a report, for every room that acts on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vaern.node.reports.models import Assessment, Report
from vaern.node.reports.rules.assessments import PLACES, Basis
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from vaern.node.reports.models import Report


def standing(report: Report) -> QuerySet[Assessment]:
    """Return the views of a report that were not retracted."""
    return Assessment.of(report=report).filter(undone_at__isnull=True)


@dataclass(frozen=True)
class Conclusion:
    """What a desk concluded: the deciding view of the report's last completed round.

    Attributes:
        actionable: the legal conclusion: an offence here.
        baseline: any item is; None where nobody could tell.
        scheme, version, values: the national classes that were given, the first the first's; "" and () without one.
        at: when.
        views: how many people took a view.
        bases: on what it rests, each once: the basis, and the lists or reports that it followed (`models.Assessment`).
    """

    actionable: bool
    baseline: bool | None
    scheme: str
    version: str
    values: tuple[str, ...]
    at: datetime
    views: int
    bases: list[tuple[Basis, list[dict[str, Any]]]]


def conclusion(report: Report) -> Conclusion | None:
    """Return the conclusion about a report; None if there is none yet. It names no person."""
    if report.actionable is None or State(report.state) in PLACES:
        return None
    last = standing(report).filter(final=True).order_by("-id").first()
    if last is None:
        return None
    rows = list(
        standing(report)
        .filter(round=last.round, place=last.place, person=last.person)
        .select_related("scheme")
        .order_by("id")
    )
    baselines = {row.baseline for row in rows}
    scheme = next((row.scheme for row in reversed(rows) if row.scheme), None)
    return Conclusion(
        actionable=report.actionable,
        baseline=True if True in baselines else False if False in baselines else None,
        scheme=scheme.code if scheme else "",
        version=scheme.version if scheme else "",
        values=tuple(dict.fromkeys(row.value for row in rows if row.value)),
        at=last.at,
        views=standing(report).filter(round=last.round, final=True).count(),
        bases=[*{repr((row.basis, row.rests_on)): (Basis(row.basis), row.rests_on) for row in rows}.values()],
    )
