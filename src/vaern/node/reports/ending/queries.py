"""Queries of the end of a report: its earlier conclusion and its disclosures; each read is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vaern.node.ledger.record import record
from vaern.node.reports.base.reasons import TO_WORK
from vaern.node.reports.ending import acts
from vaern.node.reports.ending.disclosures import Left, left
from vaern.node.reports.models import Assessment, Forward, Location, Report
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer


def fell(report: Report) -> datetime | None:
    """Return the moment of an actionable conclusion about a report that no longer stands; None without one.

    None also while a second or third view is pending, because that has to be independent.
    """
    if report.actionable or State(report.state) not in {State.ARRIVED, State.CLOSED}:
        return None
    views = Assessment.of(report=report).filter(final=True, undone_at=None)
    last_of_rounds = views.order_by("round", "-id").distinct("round")  # the last of a round is what it came to
    return min((at for at, actionable in last_of_rounds.values_list("at", "actionable") if actionable), default=None)


def has_location(report: Report) -> bool:
    """Whether a report has a location."""
    return bool(Location.of(report=report).exists())


def came_by(report: Report) -> Forward | None:
    """Return the forward by which a report arrived, with its release; None if it was not forwarded."""
    found: Forward | None = Forward.of(arrived=report).select_related("release").first()
    return found


@transaction.atomic
def left_of(viewer: Viewer, report: Report, since: datetime | None = None) -> list[Left]:
    """Return the disclosures of a report of the viewer's organisation since a moment, or of all time; recorded."""
    record(acts.LEFT_CONSULTED, report.subject, viewer.actor, TO_WORK)
    return left(report, since)
