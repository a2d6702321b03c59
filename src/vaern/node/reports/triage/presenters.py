"""Presentation of scores: a report's lines, and the table of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.reports.triage.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vaern.node.reports.rules.weights import Weights


def lines(kept: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the stored lines of a report's score, each with its sentence in the reader's language."""
    return [{**line, "label": _(LABELS.get(line["code"], line.get("label", "")))} for line in kept]


def scores(weights: Weights) -> list[dict[str, Any]]:
    """Return both scores with their lines, the heaviest first."""
    return [
        {
            "id": "priority",
            "title": _("Rescue priority"),
            "lines": _table(weights.priority),
            "text": _("How soon a report should be seen for a child's sake, from 0 to 100."),
        },
        {
            "id": "completeness",
            "title": _("Completeness"),
            "lines": _table(weights.completeness),
            "text": _("How much of what a desk needs is in a report, from 0 to 100. A poor report may be urgent."),
        },
    ]


def _table(points: Mapping[str, int]) -> list[dict[str, Any]]:
    ordered = sorted(points.items(), key=lambda pair: -pair[1])
    return [{"code": code, "label": _(LABELS[code]), "of": of} for code, of in ordered]
