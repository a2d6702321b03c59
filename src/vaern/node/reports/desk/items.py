"""What the front page says of reports: which wait for the viewer, and which for nobody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.labels import called
from vaern.node.reports.base.pages import at
from vaern.node.reports.desk import queries
from vaern.node.web.items import FEW, MINE, NOBODY, Button, Item, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report

RUNS_OUT = timedelta(minutes=30)
"""So long before its end the page says that a claim runs out."""


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return what waits for a viewer who may see reports."""
    if not viewer.may(Permission.REPORT_VIEW):
        return []
    found, items = queries.waiting(viewer), []
    says = {"urgent": _urgent, "raised": _raised, "mine": _mine, "free": _free}
    titles = {
        "urgent": _("Urgent reports that nobody works on"),
        "raised": _("Reports that nobody has worked on"),
        "mine": _("Reports that you work on"),
        "free": _("Reports that nobody works on"),
    }
    for name, rows in found.items():
        url = f"{reverse('reports:worklist')}?{queries.WAITS[name].query}"
        if name == "free" and rows.count <= FEW:  # what is urgent stands above already
            rows = rows_of([report for report in rows.first if not report.urgent])  # noqa: PLW2901
        next_one = Button(_("Give me the next"), reverse("reports:next"), post=True)
        button = next_one if name == "free" and viewer.may(Permission.REPORT_ASSESS) else None
        items += items_of(rows, partial(says[name], viewer), titles[name], url, button=button)
    return items


def _item(viewer: Viewer, report: Report, what: object, tone: str, **more: Any) -> Item:
    free = more.pop("free", False)
    claim = Button(_("Claim"), reverse("reports:claim", args=[report.pk]), post=True)
    button = claim if free and viewer.may(Permission.REPORT_ASSESS) else Button(pgettext("button", "Open"), at(report))
    return Item(
        name=called(report),
        what=what,
        button=button,
        about=f"report/{report.pk}",
        tone=tone,
        due_at=more.pop("due_at", report.still_due),
        since=report.created_at,
        urgent=more.pop("urgent", False),
        url=at(report),
        **more,
    )


def _urgent(viewer: Viewer, report: Report) -> Item:
    what = _("A child may be in danger now, and nobody works on it.")
    return _item(viewer, report, what, "bad", urgent=True, whose=NOBODY, free=True)


def _raised(viewer: Viewer, report: Report) -> Item:
    whose = _whose(viewer, report)
    what = _("Nobody has worked on it for two working days.")
    return _item(viewer, report, what, "warning", whose=whose, free=whose is NOBODY, urgent=report.urgent)


def _mine(viewer: Viewer, report: Report) -> Item:
    until = report.claimed_until
    assert until is not None  # what somebody has claimed
    if until - timezone.now() > RUNS_OUT:
        return _item(viewer, report, _("You work on it."), "info", whose=MINE, urgent=report.urgent)
    what = _("Your claim runs out at %(time)s.") % {"time": date_format(timezone.localtime(until), "TIME_FORMAT")}
    due = min(until, report.still_due) if report.still_due else until
    return _item(viewer, report, what, "warning", whose=MINE, urgent=report.urgent, due_at=due)


def _free(viewer: Viewer, report: Report) -> Item:
    return _item(viewer, report, _("Nobody works on it."), "neutral", whose=NOBODY, free=True)


def _whose(viewer: Viewer, report: Report) -> object:
    if report.claimed_by is None or report.claimed_until is None or report.claimed_until <= timezone.now():
        return NOBODY
    return MINE if viewer.person and report.claimed_by_id == viewer.person.pk else report.claimed_by.name
