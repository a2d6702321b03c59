"""External identifiers of reports: their registration as a kind of record, and those that leave with a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.arrivals import External
from vaern.node.casework.releases import actions as releases
from vaern.node.external.kinds import Kind
from vaern.node.external.passage import carried, held_back
from vaern.node.organisations.rules import Permission
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from vaern.arrivals import Arrival


def leaving(report: Report, arrival: Arrival, handling: str) -> Arrival:
    """Return the arrival to release under a handling label: with identifiers added here, without those held back."""
    tip = arrival.tip_number
    if tip and held_back(report, handling, External("ncmec_report", tip)):
        tip = ""
    return msgspec.structs.replace(arrival, tip_number=tip, identifiers=carried(report, handling))


def _touch(report: Report) -> None:
    Report.everywhere.filter(pk=report.pk).update(touched_at=timezone.now())


KIND = Kind(
    Report,
    releases.locked,
    _touch,
    Permission.REPORT_ASSESS,
    frozenset({Permission.REPORT_ASSESS}),
)
