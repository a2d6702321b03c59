"""What the pages show of outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.cases.outcomes import queries
from vaern.node.cases.outcomes.actions import is_silent
from vaern.node.cases.rules.case import Event, State, allows
from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.forwarding.labels import outcome
from vaern.node.web.components import Empty, Timeline, When
from vaern.node.web.components import Event as Moment
from vaern.node.web.day import Day
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.cases.models import Case, Said
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def sheet_part(viewer: Viewer, case: Case, reason: Reason) -> SheetPart | None:
    """Return the outcomes of a case and how many were told: a part of its page, for its owner."""
    if case.organisation_id != viewer.organisation.id:
        return None
    said = queries.said_of(case)
    works = viewer.may(Permission.CASE_WORK) and allows(State(case.state), Event.SAY_OUTCOME)
    works = works and State(case.state) not in {State.MERGED, State.HANDED_OVER}
    return SheetPart(
        _("What came of it"),
        "cases/outcomes/part.html",
        {
            "case": case,
            "said": Timeline([_moment(one) for one in reversed(said)], _("What came of it")) if said else None,
            "silent": is_silent(case),
            "until": date_format(case.silent_until, "DATE_FORMAT") if case.silent_until else "",
            "may_say": works,
        },
        count=len(said),
    )


def _moment(one: Said) -> Moment:
    if one.told_at is None:
        note = _("Not told: the case is silent.")
    elif one.told:
        note = ngettext("Told to %(n)s organisation.", "Told to %(n)s organisations.", one.told) % {"n": one.told}
    else:
        note = _("Nobody waits for it.")
    who = _("It came back from where the case was handed over.") if one.carried else ""
    return Moment(one.said_at, outcome(one.outcome), note=f"{note} {who}".strip())


def waiting_table(page: Page[Said]) -> Table:
    """Return the outcomes that were stated and not reported, because their case is silent."""
    return Table(
        caption=_("Outcomes that wait"),
        columns=[
            Column(_("Case"), sort="case"),
            Column(_("Outcome"), sort="outcome"),
            Column(_("Said"), sort="said"),
            Column(_("Silent until"), sort="until"),
        ],
        rows=[
            Row(
                [
                    one.case.code,
                    outcome(one.outcome),
                    When(one.said_at),
                    Day(one.case.silent_until),
                ],
                url=reverse("cases:case", args=[one.case_id]),
            )
            for one in page.rows
        ],
        page=page,
        empty=Empty(_("Nothing waits"), _("Outcomes of cases that stay silent for a time are listed here.")),
        id="outcomes",
    )
