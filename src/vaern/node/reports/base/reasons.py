"""The reason recorded for reading lists of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.reasons import ReasonNeeded, reason_for
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vaern.node.reports.models import Report

TO_WORK = Reason(Why.ASSESSMENT)
"""Why people look at the list and claim: to find their work in it. They are asked when they open one."""


def to_work(request: HttpRequest, report: Report) -> Reason:
    """Return the reason for an act of one click: the one given before, or to work on the report."""
    try:
        return reason_for(request, report)
    except ReasonNeeded:
        return TO_WORK
