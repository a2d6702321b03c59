"""What the pages show of what a case is linked with, meets, and went to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.cases.base import labels
from vaern.node.cases.rules.handovers import DropReason
from vaern.node.casework.kinds import url_for
from vaern.node.casework.releases.presenters import ground_facts, progress_words
from vaern.node.crosscheck.base.labels import kinds as key_kinds
from vaern.node.exchange.inbox.labels import because
from vaern.node.organisations.rules import Permission
from vaern.node.reports.forwarding.labels import chips
from vaern.node.web.components import Chip, Definitions, Empty, Handling, Link, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.cases.models import Case, Handover
    from vaern.node.cases.models import Link as CaseLink
    from vaern.node.exchange.pieces.queries import Passing
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.paging import Page


def link_line(link: CaseLink, case: Case, *, edits: bool) -> dict[str, Any]:
    """Return one thing that the case is linked with."""
    end = reverse("cases:unlink", args=[case.pk, link.pk]) if edits and link.case_id == case.pk else ""
    if link.series is not None:
        to = Link(link.series.code, reverse("victims:series", args=[link.series_id]))
        return {"what": _("A series"), "to": to, "end": end, "note": ""}
    if link.other is not None:
        to = Link(link.other.code, reverse("cases:case", args=[link.other_id]))
        return {"what": _("Case"), "to": to, "end": end, "note": ""}
    if link.report is None:
        note = _("Its sender is still told.") if link.forward_id else ""
        return {"what": _("Report"), "to": _("Erased"), "end": end, "note": note}
    to = Link(link.report.code, reverse("reports:report", args=[link.report_id]))
    note = "" if link.first_told_at else _("Its sender was not told.")
    return {"what": _("Report"), "to": to, "end": end, "note": note}


def meeting(viewer: Viewer, met: Any) -> dict[str, Any]:
    """Return one meeting, with a record of others or with another case of the desk: then a merge is proposed."""
    inside = met.inside and met.other is not None
    return {
        "kinds": key_kinds(met.kinds),
        "at": met.at,
        "new": met.new,
        "inside": inside,
        "state": met.state.value,
        "url": url_for(viewer, met.other) if met.other else "",
        "merge": inside and met.other.kind == "case" and viewer.may(Permission.CASE_WORK),
        "other": met.other.id if inside else None,
    }


def came_facts(one: Handover) -> Definitions:
    """Return from whom a case came, how to handle it, and what was answered."""
    return Definitions(
        [
            (_("Handed over by"), one.organisation.name),
            (_("Handling"), Handling(one.release.handling, one.release.europol)),
            (_("Until"), When(one.release.expires_at)),
            *ground_facts(one.release),
            (_("Answer"), Chip(*labels.ANSWERS[one.answer])),
            *([(_("Answer awaited"), When(one.due_at))] if not one.answer else []),
            *([(_("Evidence bag"), bag_words(one.bag))] if one.bag else []),
        ]
    )


def bag_words(bag: Passing | None) -> object:
    """Return how far an evidence bag has come that goes in pieces; "" where none goes."""
    if bag is None:
        return ""
    if bag.stopped:
        words = _("Evidence bag, %(percent)s %%: %(why)s")
        return Chip(words % {"percent": bag.percent, "why": because(bag.stopped)}, "warning")
    if bag.done:
        return Chip(_("Evidence bag has arrived"), "good")
    return Chip(_("Evidence bag, %(percent)s %% has come") % {"percent": bag.percent}, "info")


def handovers_table(found: Iterable[Handover], *, of_one: bool = False, page: Page[Handover] | None = None) -> Table:
    """Return to whom cases were handed over, what was answered, and what came of it."""
    first = [] if of_one else [Column(_("Case"), sort="case")]
    return Table(
        caption=_("Handed over to"),
        columns=[
            *first,
            Column(_("Organisation"), sort="organisation"),
            Column(_("Answer"), sort="answer"),
            Column(_("Outcome"), sort="outcome"),
            Column(_("Sent"), sort="sent"),
            Column(_("Answer awaited"), sort="due"),
        ],
        rows=[
            Row(
                [
                    *([] if of_one else [_case_link(one)]),
                    one.recipient.name,
                    answer(one),
                    chips(one.outcome, safeguarded=one.safeguarded) if one.outcome else "–",
                    When(one.sent_at),
                    When(one.due_at) if not one.answer else "–",
                ]
            )
            for one in found
        ],
        page=page,
        empty=Empty(_("Nothing was handed over"), _("What your organisation hands over is listed here.")),
        id="handovers",
    )


def _case_link(one: Handover) -> object:
    return Link(one.case.code, reverse("cases:case", args=[one.case_id])) if one.case else _("Erased")


def answer(one: Handover) -> Any:
    """Return what the receiver answered; of a drop, why; of one on another node, how far it has come."""
    chip = Chip(*labels.ANSWERS[one.answer])
    if not one.dropped_for:
        return format_html("{} {} {}", chip, "" if one.answer else progress_words(one.progress), bag_words(one.bag))
    return format_html("{} {}", chip, labels.DROP_REASONS[DropReason(one.dropped_for)])
