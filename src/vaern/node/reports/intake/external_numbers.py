"""The external identifiers of a report: as one of the kinds that carry them, and in what leaves of it."""

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
    """Return what leaves of a report under a label: with what people noted here, without what they hold back."""
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
