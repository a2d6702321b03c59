"""Presentation of forwards and outcomes: from query results to template contexts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework.releases.presenters import ground_facts, progress_words
from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.reports.base.forwards import answered, sender_waits
from vaern.node.reports.base.pages import possible
from vaern.node.reports.ending.presenters import still_up
from vaern.node.reports.forwarding import labels, queries
from vaern.node.reports.forwarding.outcomes import history_of
from vaern.node.reports.rules.states import Event
from vaern.node.web.components import Clock, Definitions, Empty, Handling, Link, Timeline, When
from vaern.node.web.components import Event as Moment
from vaern.node.web.records import Offer, Rank
from vaern.node.web.tables import Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Forward, Report, Told
    from vaern.node.web.paging import Page


def sheet_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return the part of a report's page on its origin and its forwards; None where nothing came or went."""
    if report.organisation_id != viewer.organisation.id:
        return None
    came, gone = queries.arrived_by(viewer, report), queries.forwards_of(viewer, report)
    return SheetPart(
        _("Forward and return"),
        "reports/forwarding/part.html",
        {
            "came": came_facts(came) if came else None,
            "waits": came is not None and came.release.recalled_at is None and not answered(came),
            "recalled": came is not None
            and came.release.recalled_at is not None
            and came.release.acknowledged_at is None,
            "told": told_timeline(history_of(came, report)),
            "forwards": forwards_table(gone, may_recall=viewer.may(Permission.REPORT_FORWARD), of_one=True)
            if gone
            else None,
            "raises": queries.raises(report),
        },
    )


def offers(viewer: Viewer, report: Report) -> Iterable[Offer]:
    """Yield what passes a report on, returns it or ends it, for its own organisation."""
    if report.organisation_id != viewer.organisation.id:
        return
    assesses, address = viewer.may(Permission.REPORT_ASSESS), [report.pk]
    waits = sender_waits(report)
    if assesses and queries.sender_of(report):
        rank = Rank.NEXT if waits and not possible(report, Event.FINISH) else Rank.WORK
        yield Offer(_("Return the outcome"), reverse("reports:outcome", args=address), rank)
    if assesses and possible(report, Event.FINISH):
        yield _closing(report, waits=waits)
    if viewer.may(Permission.REPORT_FORWARD) and possible(report, Event.FORWARD):
        yield Offer(_("Forward"), reverse("reports:forward", args=address))
    if assesses and possible(report, Event.REOPEN):
        yield Offer(_("Open again"), reverse("reports:reopen", args=address))
    if viewer.may(Permission.REPORT_EXPORT):
        yield Offer(_("Download as a document"), reverse("reports:export", args=address), in_place=False)
    if assesses:
        yield Offer(_("Keep longer"), reverse("reports:keep", args=address))
    if viewer.may(Permission.REPORT_ERASE):
        yield Offer(_("Erase"), reverse("reports:erase", args=address), Rank.ENDING, "danger")


def _closing(report: Report, *, waits: bool) -> Offer:
    """Return the offer to close a report, or what has to be done before."""
    up, close = still_up(report), reverse("reports:finish", args=[report.pk])
    if up:
        words, to = up[0]
        obstacle = _("It can be closed when each location is offline, blocked or no longer pursued.")
        return Offer(_("Close"), close, Rank.NEXT, obstacle=obstacle, step=(words, to))
    if waits:
        step = (_("Return the outcome"), reverse("reports:outcome", args=[report.pk]))
        return Offer(_("Close"), close, Rank.NEXT, obstacle=_("Its sender waits for an outcome."), step=step)
    return Offer(_("Close"), close, Rank.NEXT)


def came_facts(forward: Forward) -> Definitions:
    """Return the sender of a report, its handling, and the awaited outcome."""
    release = forward.release
    return Definitions(
        [
            (_("Forwarded by"), forward.organisation.name),
            (_("Handling"), Handling(release.handling, release.europol)),
            (_("Until"), When(release.expires_at)),
            *ground_facts(release),
            (_("Outcome"), labels.of_forward(forward)),
            (_("Outcome awaited"), _clock(forward)),
        ]
    )


def told_timeline(told: Iterable[Told]) -> Timeline | None:
    """Return the outcomes told to a sender, the latest first; None without any."""
    found = [
        Moment(one.at, labels.outcome(one.outcome), note=_("Carried on from elsewhere") if one.carried else "")
        for one in told
    ]
    return Timeline(found[::-1], _("Told to its sender")) if found else None


def _clock(forward: Forward) -> Clock:
    return Clock(forward.due_at, forward.outcome_at if answered(forward) else None)


def _report(forward: Forward) -> object:
    if forward.report is None:
        return _("Erased")
    return Link(forward.report.code, reverse("reports:report", args=[forward.report_id]))


def forwards_table(
    forwards: Iterable[Forward],
    *,
    may_recall: bool,
    of_one: bool = False,
    page: Page[Forward] | None = None,
    which: str = "",
) -> Table:
    """Return the table of forwards with their outcomes."""

    def button(forward: Forward) -> object:
        if not may_recall or forward.release.recalled_at or forward.report_id is None:
            return ""
        url = reverse("reports:recall-forward", args=[forward.pk])
        return format_html('<a href="{}" data-act>{}</a>', url, _("Recall"))

    first = [] if of_one else [Column(_("Report"), sort="report")]
    terms = (
        [] if of_one else [Column(_("Sent"), sort="sent"), Column(_("Handling"), sort="handling")]
    )  # the page of a report is narrow
    return Table(
        caption=_("Forwarded to"),
        columns=[
            *first,
            Column(_("Organisation"), sort="organisation"),
            Column(_("Outcome"), sort="outcome"),
            Column(_("Awaited"), sort="due"),
            *terms,
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    *([] if of_one else [_report(one)]),
                    one.recipient.name,
                    format_html("{} {}", labels.forward_state(one), progress_words(one.progress)),
                    _clock(one),
                    *([] if of_one else [When(one.sent_at), Handling(one.release.handling, one.release.europol)]),
                    button(one),
                ]
            )
            for one in forwards
        ],
        filters=()
        if of_one
        else [
            Filter(
                "which",
                _("Outcome"),
                [
                    ("waiting", _("Awaited")),
                    ("overdue", _("Overdue")),
                    ("home", _("Came home")),
                ],
                which,
            )
        ],
        page=page,
        empty=Empty(_("Nothing was forwarded"), _("What your organisation forwards is listed here with its outcome.")),
        id="forwards",
    )


def to_return_table(page: Page[Forward]) -> Table:
    """Return the table of reports whose sender waits for an outcome."""
    return Table(
        caption=_("Outcomes that others wait for"),
        columns=[Column(_("Report")), Column(_("Forwarded by")), Column(_("Outcome")), Column(_("Awaited"))],
        rows=[
            Row(
                [
                    one.arrived.code,
                    one.organisation.name,
                    labels.of_forward(one),
                    Clock(one.due_at),
                ],
                url=reverse("reports:report", args=[one.arrived_id]),
            )
            for one in page.rows
            if one.arrived is not None
        ],
        empty=Empty(
            _("No outcomes requested"), _("When another organisation forwards a report to yours, it is listed here.")
        ),
        page=page,
        named=queries.TO_RETURN,
        id="to-return",
    )


def share_facts(found: queries.ShareHome) -> Definitions:
    """Return the share of forwards with an outcome, with its definition."""
    share = found.share
    hidden = _("too few to show")
    return Definitions(
        [
            (_("Forwarded"), share.sent if share.sent is not None else hidden),
            (_("Came home"), share.home if share.home is not None else hidden),
            (_("Share"), f"{share.per_cent} %" if share.per_cent is not None else "–"),
            (_("From"), date_format(found.first, "DATE_FORMAT")),
            (_("To"), date_format(found.last, "DATE_FORMAT")),
        ]
    )


def _own(own: tuple[UUID, str]) -> Link:
    id, code = own
    return Link(code, reverse("reports:report", args=[id]))
