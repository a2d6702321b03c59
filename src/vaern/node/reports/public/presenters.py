"""Presentation of the public pages, and of the dialogue on a report's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.help.presenters import child_line
from vaern.node.reports.help.queries import for_children
from vaern.node.reports.help.register import current
from vaern.node.reports.public import labels, queries
from vaern.node.reports.public.offers import offers_of
from vaern.node.reports.rules import public_form
from vaern.node.web.components import Chip, Empty, Secret, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Desk, Report
    from vaern.node.reports.public.actions import Sent
    from vaern.node.reports.rules.help_lines import HelpLine
    from vaern.node.web.paging import Page

"""Where the dialogue stands in the sheet of a report."""


def desk_context(desk: Desk, lines: Iterable[HelpLine] | None = None) -> dict[str, Any]:
    """Return the context of every public page of a desk: its name, whom to call, where to get help, and offers.

    Args:
        desk: whose.
        lines: the help lines that count, if they were read already.
    """
    dialled = "".join(sign for sign in desk.emergency_number if sign.isdigit() or sign == "+")
    return {
        "desk": desk,
        "organisation": desk.organisation,
        "country": desk.organisation.member,
        "emergency": desk.emergency_number,
        "dialled": dialled,
        "help_name": desk.help_name,
        "help_at": desk.help_at,
        "child_line": child_line(for_children(desk, lines), desk.emergency_number),
        "offers": offers_of(desk),
    }


def all_desks(lines: Iterable[HelpLine] | None = None) -> list[dict[str, Any]]:
    """Return `desk_context` of each desk with a form, for a page that belongs to none."""
    return each_of(queries.desks(), lines)


def each_of(desks: Iterable[Desk], lines: Iterable[HelpLine] | None = None) -> list[dict[str, Any]]:
    """Return `desk_context` of each of some desks."""
    known = current() if lines is None else list(lines)
    return [desk_context(desk, known) for desk in desks]


def sent_context(desk: Desk, sent: Sent, *, danger: bool, kind: str = "") -> dict[str, Any]:
    """Return the context of the receipt page, headed by help for a child in danger or under coercion."""
    return {
        **desk_context(desk),
        "secret": Secret(sent.code, _("Your code")),
        "changed": sent.changed,
        "danger": danger,
        "held": kind if kind in public_form.HELD else "",
    }


def dialogue_context(report: Report) -> dict[str, Any]:
    """Return the context of the dialogue, as its reporter sees it."""
    label, tone, sentence = labels.STATUS[queries.status(report)]
    return {
        **desk_context(queries.desk_for(report)),
        "status": Chip(label, tone),
        "sentence": sentence,
        "lines": queries.lines_of(report),
    }


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the dialogue as a part of a report's page.

    None without a receipt, for another desk, and for viewers who do not assess: they may not read reporters' words.
    """
    own = report.organisation_id == viewer.organisation.id
    if not own or not viewer.may(Permission.REPORT_ASSESS) or not queries.has_receipt(report):
        return None
    lines = queries.dialogue(viewer, report, reason)
    context = {
        "lines": lines,
        "unread": sum(line.waits for line in lines),
        "report": report,
        "last": lines[-1].number if lines else 0,
    }
    return SheetPart(_("Dialogue with the reporter"), "reports/public/sheet.html", context)


def waiting_table(page: Page[Report]) -> Table:
    """Return the table of reports with unread messages."""
    return Table(
        caption=_("Reports whose reporter wrote"),
        columns=[
            Column(_("Report"), sort="code"),
            Column(_("Urgency"), sort="urgent"),
            Column(_("Received"), sort="created"),
        ],
        rows=[
            Row(
                [report.code, Chip(_("Urgent"), "bad") if report.urgent else "", When(report.created_at)],
                url=reverse("reports:report", args=[report.pk]),
                tone="bad" if report.urgent else "",
            )
            for report in page.rows
        ],
        page=page,
        empty=Empty(_("No words wait"), _("What reporters add with their receipt stands here until it is read.")),
    )
