"""Score reports: both scores, stored with the version of the weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.node.reports.base.content import arrival_of, item_of
from vaern.node.reports.base.known import is_spared
from vaern.node.reports.models import Item, Report
from vaern.node.reports.rules import scores
from vaern.node.reports.rules.weights import weights_on
from vaern.node.reports.triage.labels import LABELS

if TYPE_CHECKING:
    from vaern.node.reports.rules.scores import Facts, Scored


FIELDS = ("urgent", "priority", "priority_lines", "completeness", "completeness_lines", "weights")


def put_scores(report: Report, facts: Facts) -> None:
    """Set the scores of a report that is not saved yet, by the weights of the node's day; never unset `urgent`."""
    weights = weights_on(timezone.localdate(facts.today))
    priority, completeness = scores.priority(facts, weights), scores.completeness(facts, weights)
    report.urgent = report.urgent or scores.urgent(facts)
    report.priority, report.priority_lines = priority.points, plain(priority)
    report.completeness, report.completeness_lines = completeness.points, plain(completeness)
    report.weights = priority.weights


def score(report: Report) -> None:
    """Score a report again and save the scores, after words were added or lists changed.

    Runs in the caller's transaction, under its ledger entry.
    """
    unknown, wished = counted(report)
    same = report.same_as_id is not None
    put_scores(report, scores.facts_of(arrival_of(report), timezone.now(), unknown, wished, same=same))
    report.save(update_fields=list(FIELDS))


def counted(report: Report) -> tuple[int, int]:
    """Return the number of a report's files that need viewing, and that a survivor asks to have removed."""
    items = list(Item.of(report=report))
    unknown = sum(not is_spared(item) and item_of(item).file is not None for item in items)
    return unknown, sum(bool(item.wished) for item in items)


def plain(scored: Scored) -> list[dict[str, Any]]:
    """Return the lines of a score as stored."""
    return [
        {"code": line.code, "label": LABELS[line.code], "points": line.points, "of": line.of} for line in scored.lines
    ]
