"""What viewing stations answered, on a report's page and where it is concluded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.assessment import from_station
from vaern.node.reports.base.station_answers import files_of
from vaern.node.reports.rules.assessments import PLACES
from vaern.node.reports.rules.claims import Claim
from vaern.node.reports.rules.states import State
from vaern.node.reports.viewing import queries
from vaern.node.reports.viewing.labels import DIFFER
from vaern.node.reports.viewing.presenters import answer_said, by_whom, found_files, packages_table
from vaern.node.web.components import When
from vaern.node.web.records import Offer, Rank
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.assessment.from_station import Answered, Sheet
    from vaern.node.reports.models import Report


def station_part(viewer: Viewer, report: Report, _reason: Reason) -> SheetPart | None:
    """Return the part with packages and answers of a report's page, for its own organisation; None without any."""
    if report.organisation_id != viewer.organisation.id or not viewer.may(Permission.REPORT_ASSESS):
        return None
    packages = queries.in_packages(report)
    if not packages:
        return None
    sheet = from_station.sheet(viewer, report)
    return SheetPart(
        _("Viewing station"),
        "reports/assessment/station_part.html",
        {
            "answers": answers_table(sheet) if sheet.items else None,
            "contradictions": contradictions_said(sheet),
            "packages": packages_table(packages, id="packages-of-report"),
        },
    )


def station_offers(viewer: Viewer, report: Report) -> Iterable[Offer]:
    """Yield the conclusion from what a station saw, and a package of a report that the viewer has claimed."""
    own = report.organisation_id == viewer.organisation.id
    if not own or not viewer.may(Permission.REPORT_ASSESS) or State(report.state) not in PLACES:
        return
    if queries.is_seen_at_station(viewer, report):
        yield Offer(_("Conclude as the station saw it"), reverse("reports:from-station", args=[report.pk]), Rank.NEXT)
    if viewer.may(Permission.REPORT_EXPORT) and queries.claim_of_viewer(viewer, report) is Claim.MINE:
        new = f"{reverse('reports:new-package')}?reports={report.code}"
        yield Offer(_("Package for a viewing station"), new, in_place=False)


def contradictions_said(sheet: Sheet) -> list[str]:
    """Return in what answers contradict each other or what stands, item by item."""
    return [
        _("Item %(n)s: %(what)s") % {"n": one.item.number, "what": DIFFER[code]}
        for one in sheet.items
        for code in one.contradictions
    ]


def answers_table(sheet: Sheet) -> Table:
    """Return the answers about each item, and in what they contradict each other or what stands."""
    return Table(
        caption=_("What stations answered"),
        columns=[
            Column(_("Item"), numeric=True),
            Column(_("Answer")),
            Column(_("Who, where, on which package")),
            Column(_("When")),
        ],
        rows=[_row(one, n) for one in sheet.items for n in range(len(one.answers))],
        id="station-answers",
    )


def _row(one: Answered, n: int) -> Row:
    answer = one.answers[n]
    files = found_files(len(files_of(answer)))
    return Row(
        [
            one.item.number,
            "; ".join(filter(None, (answer_said(answer), files))),
            by_whom(answer),
            When(answer.at),
        ],
        tone="warning" if one.contradictions else "",
    )


def shown(sheet: Sheet) -> object:
    """Return what one sees before one concludes: the answers, and how many items have none of somebody who looked."""
    table = format_html(
        "{}{}",
        render_to_string("reports/assessment/contradictions.html", {"contradictions": contradictions_said(sheet)}),
        answers_table(sheet),
    )
    if not sheet.unanswered:
        return table
    left = ngettext(
        "%(shown)s item has no answer of somebody who looked: it is assessed by itself afterwards.",
        "%(shown)s items have no answer of somebody who looked: they are assessed by themselves afterwards.",
        sheet.unanswered,
    )
    return format_html("<p>{}</p>{}", left % {"shown": number_format(sheet.unanswered)}, table)
