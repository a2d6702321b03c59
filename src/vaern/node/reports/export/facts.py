"""What a document states beside the report: who sends it, what people here looked at, what they concluded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from vaern.formats import case_uco, xarf_report
from vaern.formats.report_write import Facts, Viewing
from vaern.formats.xarf import SCHEME
from vaern.node.reports.assessment.detection import method_of_all
from vaern.node.reports.assessment.queries import conclusion
from vaern.node.reports.exposure.queries import viewed
from vaern.node.reports.intake.reading import item_of
from vaern.node.reports.models import Item

if TYPE_CHECKING:
    from vaern.arrivals import Arrival
    from vaern.node.reports.assessment.queries import Conclusion
    from vaern.node.reports.models import Report

HANDLING = "TLP:AMBER+STRICT"
"""Of what an organisation takes out of its own, until it says otherwise to whom it gives it."""


def facts_of(report: Report, arrival: Arrival, place: int) -> Facts:
    """Return what a document of a report states.

    Args:
        report: of the viewer's own organisation.
        arrival: as it arrived.
        place: which of its addresses, from 1; for forms that say one alone.
    """
    found = conclusion(report)
    return Facts(
        organisation=report.organisation.name,
        email=settings.DEFAULT_FROM_EMAIL,
        domain=urlsplit(settings.CONFIGURATION.address).hostname or "",
        report_id=report.pk,
        now=timezone.now(),
        viewing=_viewing(report, arrival),
        place=place,
        concluded=_for_xarf(report, found) if found else None,
        assessed=_one_by_one(found) if found else (),
        handling=f"{HANDLING}; SYNTHETIC" if report.synthetic else HANDLING,
    )


def _viewing(report: Report, arrival: Arrival) -> dict[int, Viewing]:
    """What people here looked at of each file, by its index; of a file that no item is of nothing is known."""
    if not arrival.files:
        return {}
    items = [(item_of(item).file, item) for item in Item.unscoped.filter(report=report).order_by("number")]
    by_file = {file: item for file, item in items if file is not None}
    return {
        number: Viewing(viewed(report, by_file[file])) for number, file in enumerate(arrival.files) if file in by_file
    }


def _for_xarf(report: Report, found: Conclusion) -> xarf_report.Assessed:
    """The class that was concluded; none that XARF can say where it is no offence here, or nobody could tell."""
    how = method_of_all(report, material=report.offence not in xarf_report.EXPLOITATION)
    if found.actionable and found.baseline:
        return xarf_report.Assessed(SCHEME, "baseline", how)
    value = found.values[0] if found.actionable and len(found.values) == 1 else ""
    return xarf_report.Assessed(found.scheme if value else "", value, how)


def _one_by_one(found: Conclusion) -> tuple[case_uco.Assessed, ...]:
    baseline = () if found.baseline is None else (("INTERPOL", "baseline" if found.baseline else "not baseline"),)
    classes = (*baseline, *((found.scheme, value) for value in found.values))
    return tuple(case_uco.Assessed(scheme, value, found.at) for scheme, value in classes)
