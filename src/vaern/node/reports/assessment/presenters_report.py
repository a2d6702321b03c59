"""The assessment on a report's page: the conclusion, its basis, and every view that was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.assessment import queries
from vaern.node.reports.assessment.forms import AssessForm
from vaern.node.reports.assessment.labels import PLACES
from vaern.node.reports.assessment.presenters import basis_said, page_context
from vaern.node.reports.assessment.retraction import undoable
from vaern.node.reports.base import conclusions
from vaern.node.reports.law import reviews, schemes
from vaern.node.reports.rules import assessments
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.rules.states import State
from vaern.node.web.components import Chip, Definitions, When
from vaern.node.web.records import Offer, Rank
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.base.conclusions import Conclusion
    from vaern.node.reports.models import Report


def _baseline(found: bool | None) -> list[tuple[object, object]]:
    """Return the line of the baseline; none where it could not be told or was not asked."""
    return [(_("Baseline"), _("Yes") if found else _("No"))] if found is not None else []


def _conclusion(found: Conclusion) -> list[tuple[object, object]]:
    pairs = [
        (_("Conclusion"), _("An offence here: act on it") if found.actionable else _("Nothing to be done here")),
        *_baseline(found.baseline),
    ]
    if found.values:
        scheme = schemes.version_of(found.scheme, found.version)
        labels = ", ".join(schemes.value_label(scheme, value) for value in found.values)
        name = schemes.label_of(scheme.name) if scheme else found.scheme
        pairs.append((f"{name}, {found.version}", labels))
    return [
        *pairs,
        (_("Rests on"), "; ".join(basis_said(basis, rests_on) for basis, rests_on in found.bases)),
        (_("Views"), found.views),
        (_("When"), When(found.at)),
    ]


def _views(report: Report) -> Table | None:
    """Return every view that may be read (`queries.views`); None where there is one alone, which stands above."""
    rows = queries.views(report)
    if len(rows) < 2:
        return None
    last = rows[-1].round
    return Table(
        caption=_("Views that were taken"),
        columns=[
            Column(_("View")),
            Column(_("Item")),
            Column(_("Conclusion")),
            Column(_("Rests on")),
            Column(_("When")),
            Column(_("Stands")),
        ],
        rows=[
            Row(
                [
                    PLACES[row.place],
                    row.item.number if row.item else _("All"),
                    _("An offence here: act on it") if row.actionable else _("Nothing to be done here"),
                    basis_said(Basis(row.basis), row.rests_on),
                    When(row.at),
                    Chip(_("Taken back at once"))
                    if row.undone_at
                    else Chip(_("Opened again since"))
                    if row.round != last
                    else Chip(_("Stands"), "good"),
                ]
            )
            for row in rows
        ],
        id="views",
    )


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the assessment part of a report's page, for its own organisation."""
    if report.organisation_id != viewer.organisation.id:
        return None
    found, at = conclusions.conclusion(report), State(report.state)
    review = reviews.waiting(report) if at is State.LEGAL_REVIEW else None
    mine = viewer.may(Permission.REPORT_ASSESS) and at in assessments.PLACES and report.worker == _person(viewer)
    sheet = queries.read(viewer, report) if mine else None
    form = AssessForm(sheet) if sheet and sheet.place is not None and sheet.missing is None else None
    return SheetPart(
        _("Assessment"),
        "reports/assessment/part.html",
        {
            **(page_context(sheet, form) if sheet else {}),
            "facts": Definitions(_conclusion(found)) if found else None,
            "views": _views(report),
            "review": review,
            "state": {
                State.ARRIVED: _("Nobody has concluded yet. Whoever claims it assesses it here."),
                State.SECOND_VIEW: _(
                    "A second person takes an independent view: what the first concluded is not shown."
                ),
                State.DISPUTED: _("Two views differ; a third person settles it."),
            }.get(at, ""),
        },
    )


def _person(viewer: Viewer) -> UUID | None:
    """Return the id of the person who views; None for a key, which works on nothing."""
    return viewer.person.id if viewer.person else None


def offers(viewer: Viewer, report: Report) -> Iterable[Offer]:
    """Yield the assessment and what the law has to say, for assessors of the report's own desk."""
    if report.organisation_id != viewer.organisation.id or not viewer.may(Permission.REPORT_ASSESS):
        return
    at, address = State(report.state), [report.pk]
    if at in assessments.PLACES and report.worker == _person(viewer):
        yield Offer(_("Assess"), "#assess", Rank.NEXT, in_place=False)
    if at is State.LEGAL_REVIEW:
        yield Offer(_("Decide on the law"), reverse("reports:law", args=address), Rank.NEXT, in_place=False)
    else:
        yield Offer(_("Legal grounds"), reverse("reports:law", args=address), in_place=False)
    if undoable(viewer, report):
        yield Offer(_("Undo the conclusion"), reverse("reports:undo", args=address), post=True)
    yield Offer(_("Give me the next report"), reverse("reports:next"), post=True)
