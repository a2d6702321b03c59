"""By when a person has to work on a report that has come, or that is opened again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.base.sql import run
from vaern.node.organisations.models import Organisation
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.rules.states import RAISES_HAND_AFTER, URGENT_WITHIN, Event, State, Who, after
from vaern.node.reports.rules.working_days import add

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from vaern.node.reports.models import Report

OPENED = ("state", "actionable", "concluded_at", "closed_at", "due_at")
"""What `open_again` sets."""


@dataclass
class _Days:
    """The working days of a desk (`desk.working_days.Calendar`)."""

    working_days: Collection[int]
    holidays: Collection[str]
    timezone: str


def due_at(organisation: UUID, now: datetime, *, urgent: bool) -> datetime:
    """Return by when: within minutes if it is urgent, else after some working days of its desk."""
    if urgent:
        return now + URGENT_WITHIN
    sql = "SELECT working_days::text, holidays::text, timezone FROM reports_desk WHERE organisation_id = %s"
    for days, holidays, zone in run(sql, [organisation]):
        return add(_Days(json.loads(days), json.loads(holidays), zone), now, RAISES_HAND_AFTER)
    desk = desk_of(Organisation.objects.get(pk=organisation))
    return add(_Days(desk.working_days, desk.holidays, desk.timezone), now, RAISES_HAND_AFTER)


def open_again(report: Report, who: Who) -> None:
    """Take back what was concluded of a report, which gets a new day; whoever calls saves `OPENED`.

    Raises:
        StateRefusal: not in this state, or not by them.
    """
    report.state = after(State(report.state), Event.REOPEN, who).value
    report.actionable = report.concluded_at = report.closed_at = None
    report.due_at = due_at(report.organisation_id, timezone.now(), urgent=report.urgent)
