"""Records that are related already: one was made from the other, so that a meeting of the two says nothing new."""

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
    seen: dict[UUID, Case] = {}
    level = [case]
    while level:
        parts = {one.pk: one for near in level for one in whole(near)}
        seen |= parts
        came, went = Handover.of(arrived__in=parts.values()), Handover.of(case__in=parts.values())
        near = Case.of(pk__in=came.values("case")) | Case.of(pk__in=went.values("arrived"))
        level = [one for one in near if one.pk not in seen]
    reports = Link.of(case__in=seen.values()).filter(report__isnull=False).values("report")
    of_reports = {id for report in Report.of(pk__in=reports) for id in kin_of_report(report)}
    others = [id for id, one in seen.items() if one.organisation_id != case.organisation_id]
    return [*others, *sorted(of_reports)]
