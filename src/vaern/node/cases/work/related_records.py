"""Records that know of each other already: one was made of the other, so that a meeting of the two says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.models import Case, Handover, Link
from vaern.node.reports.base.forwards import kin as kin_of_report
from vaern.node.reports.models import Report

if TYPE_CHECKING:
    from uuid import UUID


def kin(case: Case) -> list[UUID]:
    """Return the cases that a case was handed over as or came from, and the reports that its own reports came from."""
    seen, level = {case.pk}, [case]
    while level:
        parts = {one.pk: one for near in level for one in whole(near)}
        came = Handover.everywhere.filter(arrived__in=parts).values_list("case", flat=True)
        went = Handover.everywhere.filter(case__in=parts).values_list("arrived", flat=True)
        seen |= parts.keys()
        level = list(Case.everywhere.filter(pk__in={*came, *went} - {None}).exclude(pk__in=seen))
    reports = Link.everywhere.filter(case__in=seen, report__isnull=False).values("report")
    of_reports = {id for report in Report.everywhere.filter(pk__in=reports) for id in kin_of_report(report)}
    others = Case.everywhere.filter(pk__in=seen).exclude(organisation=case.organisation_id)
    return [*others.values_list("pk", flat=True), *sorted(of_reports)]
