"""Facts that a document states beside the report: its sender, what people here viewed and concluded."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from vaern.formats import case_uco, xarf_report
from vaern.formats.document_parts import Carrying
from vaern.formats.report_write import Facts, Viewing
from vaern.node.casework.releases.terms import bounds
from vaern.node.casework.releases.transfers import written
from vaern.node.reports.base.conclusions import conclusion
from vaern.node.reports.base.content import ItemContent, item_of
from vaern.node.reports.base.precedents import class_of, decided
from vaern.node.reports.exposure.queries import viewed
from vaern.node.reports.law.detection import REPORTED, method
from vaern.node.reports.models import Item

if TYPE_CHECKING:
    from vaern.arrivals import Arrival
    from vaern.node.reports.base.conclusions import Conclusion
    from vaern.node.reports.models import Assessment, Report

OWN = "amber+strict"
"""How an organisation handles what it takes out of its own, until it says otherwise to whom it gives it."""


def facts_of(report: Report, arrival: Arrival, place: int) -> Facts:
    """Return the facts for a document of a report.

    Args:
        report: of the viewer's own organisation.
        arrival: as it arrived.
        place: number of one of its addresses, from 1, for forms that hold only one.
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
        concluded=_for_xarf(report, arrival, place) if found else None,
        assessed=_one_by_one(report, arrival, found) if found else (),
        handling=_handling(report),
    )


def _handling(report: Report) -> str:
    """Return the marking of a document: no wider than the report came, with the codes and words it came with."""
    held = bounds(report)
    label = OWN if OWN in held.labels else held.handling
    codes = " ".join([written(held.codes, always=False), *held.restrictions]).strip()
    marks = [
        f"TLP:{label.upper()}",
        *([f"Europol {codes}"] if codes else []),
        *(["SYNTHETIC"] if report.synthetic else []),
    ]
    return "; ".join(marks)


def _viewing(report: Report, arrival: Arrival) -> dict[int, Viewing]:
    """What people here looked at of each file, by its index; of a file that no item is of nothing is known."""
    if not arrival.files:
        return {}
    items = [(item_of(item).file, item) for item in Item.of(report=report).order_by("number")]
    by_file = {file: item for file, item in items if file is not None}
    return {
        number: Viewing(viewed(report, by_file[file])) for number, file in enumerate(arrival.files) if file in by_file
    }


def _for_xarf(report: Report, arrival: Arrival, place: int) -> xarf_report.Assessed:
    """What was concluded of what a document speaks of, and no class where that differs or is no offence here."""
    items = _items_at(report, arrival, place)
    material = report.offence not in xarf_report.EXPLOITATION
    methods = {method(report, item, material=material) for item in items}
    rows = decided(items)
    found = [rows.get(item.pk) for item in items]
    classes = {class_of(row) if row and row.actionable else ("", "") for row in found}
    scheme, value = classes.pop() if len(classes) == 1 else ("", "")
    return xarf_report.Assessed(scheme, value, (methods.pop() if len(methods) == 1 else None) or REPORTED)


def _items_at(report: Report, arrival: Arrival, place: int) -> list[Item]:
    """The items that a document of one place speaks of: the file there, or the place, or both where they are two."""
    places = xarf_report.places_of(Carrying(arrival).root)
    if not 1 <= place <= len(places):
        return []
    where, file = places[place - 1]
    found = []
    for item in Item.of(report=report).order_by("number"):
        content = item_of(item)
        if content.file == file.value if content.file and file else content == ItemContent(where.value):
            found.append(item)
    return found


def _one_by_one(report: Report, arrival: Arrival, found: Conclusion) -> tuple[case_uco.Assessed, ...]:
    """What was concluded: of the report as a whole where it is so of each of its items, else of each file."""
    items = list(Item.of(report=report).order_by("number"))
    rows = decided(items)
    if len({_classes(rows.get(item.pk)) for item in items}) <= 1:
        baseline = () if found.baseline is None else (_of_baseline(met=found.baseline),)
        whole = (*baseline, *((found.scheme, value) for value in found.values))
        return tuple(case_uco.Assessed(scheme, value, found.at) for scheme, value in whole)
    by_file = {item_of(item).file: rows[item.pk] for item in items if item.pk in rows}
    return tuple(
        case_uco.Assessed(scheme, value, by_file[file].at, number)
        for number, file in enumerate(arrival.files)
        if file in by_file
        for scheme, value in _classes(by_file[file])
    )


def _classes(row: Assessment | None) -> tuple[tuple[str, str], ...]:
    if row is None:
        return ()
    baseline = () if row.baseline is None else (_of_baseline(met=row.baseline),)
    return (*baseline, (row.scheme.code, row.value)) if row.scheme and row.value else baseline


def _of_baseline(*, met: bool) -> tuple[str, str]:
    return "INTERPOL", "baseline" if met else "not baseline"
