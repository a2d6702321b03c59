"""Every reading of locations, hosts, holds and blocks: takes the viewer, and records what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.models import Location
from vaern.node.reports.rules import LOCATION_DONE

if TYPE_CHECKING:
    from vaern.node.reports.models import Report

DONE = sorted(state.value for state in LOCATION_DONE)


def all_done(report: Report) -> bool:
    """Whether nothing is left to be taken down of a report: each location is offline, blocked or given up."""
    return not Location.unscoped.filter(report=report).exclude(state__in=DONE).exists()
