"""Turn merges, proposals, links and takes into what pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.casework.sheets import SheetPart
from vaern.node.organisations.rules import Permission
from vaern.node.victims.base.labels import RULES
from vaern.node.victims.grouping import queries
from vaern.node.victims.grouping.labels import SUGGESTING
from vaern.node.web.components import Empty, Progress, When
from vaern.node.web.records import Offer, RowActs
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report
    from vaern.node.scans.models import Scan
    from vaern.node.victims.grouping.queries import Suggestion
    from vaern.node.victims.models import Link, Merge, MergeProposal, Separation, Series, Take
    from vaern.node.web.paging import Page


def by_what(rule: str, distance: int | None) -> str:
    """Return a link in words."""
    said = str(RULES.get(rule) or SUGGESTING.get(rule, rule))
    return said if distance is None else _("%(rule)s, %(bits)s bits apart") % {"rule": said, "bits": distance}


def sheet_part(viewer: Viewer, series: Series, reason: Reason) -> SheetPart | None:
    """Return how a series relates to others: a part of its page, for its owner."""
    found = queries.standing(viewer, series)
    if found is None:
        return None
    works = viewer.may(Permission.SERIES_WORK) and series.absorbed_into_id is None
    return SheetPart(
        _("What belongs together"),
        "victims/grouping/part.html",
        {
            "series": series,
            "proposals": proposals_table(found.proposals, works=works) if found.proposals else None,
            "merges": _merges(found.merges, works=works) if found.merges else None,
            "separations": _separations(series, found.separations, works=works) if found.separations else None,
            "links": _links(series, found.links) if found.links else None,
            "suggested": _suggested(series, found.suggested, works=works) if found.suggested else None,
        },
    )


def _link(series: Series) -> object:
    return format_html('<a href="{}">{}</a>', reverse("victims:series", args=[series.pk]), series.code)


def _button(name: str, id: object, label: str, query: str = "") -> object:
    return format_html('<a href="{}{}" data-act>{}</a>', reverse(f"victims:{name}", args=[id]), query, label)


def proposals_table(found: Iterable[MergeProposal], *, works: bool, page: Page[MergeProposal] | None = None) -> Table:
    """Return proposals as a table, with what a person can answer."""
    return Table(
        caption=_("Merges that wait for a person"),
        columns=[
            Column(_("Series"), sort="series"),
            Column(_("Linked by"), sort="rule"),
            Column(_("Files"), sort="files"),
            Column(_("Since"), sort="since"),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    format_html("{} · {}", _link(one.one), _link(one.other)),
                    by_what(one.rule, one.distance),
                    f"{one.one.members_total} · {one.other.members_total}",
                    When(one.raised_at),
                    RowActs(
                        f"{one.one.code} · {one.other.code}",
                        [
                            (_("Merge"), f"{reverse('victims:merge-series', args=[one.one_id])}?with={one.other.code}"),
                            (_("Keep apart"), reverse("victims:refuse-merge", args=[one.pk])),
                        ],
                    )
                    if works
                    else "",
                ]
            )
            for one in found
        ],
        page=page,
        empty=Empty(_("Nothing waits"), _("When files link two series that people work on, it is asked here.")),
        id="proposals",
    )


def _merges(found: Iterable[Merge], *, works: bool) -> Table:
    return Table(
        caption=_("Merged into this series"),
        columns=[
            Column(_("Series")),
            Column(_("Linked by")),
            Column(_("Files"), numeric=True),
            Column(_("Decided by")),
            Column(_("When")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    _link(one.absorbed),
                    by_what(one.rule, one.distance),
                    len(one.moved),
                    one.merged_by.name if one.merged_by else _("the node"),
                    When(one.merged_at),
                    _button("undo-merge", one.pk, _("Undo")) if works else "",
                ]
            )
            for one in found
        ],
        id="merges",
    )


def _separations(series: Series, found: Iterable[Separation], *, works: bool) -> Table:
    return Table(
        caption=_("Kept apart from"),
        columns=[
            Column(_("Series")),
            Column(_("Decided by")),
            Column(_("Since")),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    _link(one.other if one.one_id == series.pk else one.one),
                    one.separated_by.name,
                    When(one.separated_at),
                    _button("lift-separation", one.pk, _("Take back")) if works else "",
                ]
            )
            for one in found
        ],
        id="separations",
    )


def _links(series: Series, found: Iterable[Link]) -> Table:
    rows = []
    for one in found:
        mine, theirs = (one.member, one.other) if one.member.series_id == series.pk else (one.other, one.member)
        if mine.series_id != theirs.series_id:
            rows.append(Row([f"#{mine.pk}", f"#{theirs.pk}", _link(theirs.series), by_what(one.rule, one.distance)]))
    return Table(
        caption=_("Files that are linked to another series, too"),
        columns=[Column(_("File")), Column(_("Linked to")), Column(_("In series")), Column(_("Linked by"))],
        rows=rows,
        empty=Empty(_("None any more"), ""),
        id="links",
    )


def _suggested(series: Series, found: Iterable[Suggestion], *, works: bool) -> Table:
    return Table(
        caption=_("Worth a look: what they share is not enough to join them"),
        columns=[
            Column(_("Series")),
            Column(_("Shares")),
            Column(_("Files"), numeric=True),
            Column(_("Actions"), hidden_label=True),
        ],
        rows=[
            Row(
                [
                    _link(one.series),
                    ", ".join(by_what(trait, None) for trait in one.traits),
                    one.files,
                    _button("merge-series", series.pk, _("Merge"), f"?with={one.series.code}") if works else "",
                ]
            )
            for one in found
        ],
        id="suggested",
    )


def report_part(viewer: Viewer, report: Report, reason: Reason) -> SheetPart | None:
    """Return whether a report was taken into series: a part of its page, for whoever works on series."""
    if report.organisation_id != viewer.organisation.id or not viewer.may(Permission.SERIES_WORK):
        return None
    return SheetPart(
        _("Series"),
        "victims/grouping/report_part.html",
        {"report": report, "take": queries.take_of(viewer, report=report)},
    )


def series_offers(viewer: Viewer, series: Series) -> Iterable[Offer]:
    """Yield what its owner can do about what belongs together."""
    own = series.organisation_id == viewer.organisation.id and series.absorbed_into_id is None
    if not own or not viewer.may(Permission.SERIES_WORK):
        return
    if series.confirmed:
        yield Offer(_("Take the confirmation back"), reverse("victims:unconfirm-series", args=[series.pk]))
    else:
        yield Offer(_("Confirm"), reverse("victims:confirm-series", args=[series.pk]))
    for label, name in (
        (_("Merge with another"), "merge-series"),
        (_("Keep apart from another"), "keep-apart"),
        (_("Split files off"), "split-series"),
        (_("Add a file by its hashes"), "add-file"),
    ):
        yield Offer(label, reverse(f"victims:{name}", args=[series.pk]))


def scan_offers(viewer: Viewer, scan: Scan) -> Iterable[Offer]:
    """Yield what those who work on series can do to a scan of their own organisation."""
    if scan.organisation_id == viewer.organisation.id and viewer.may(Permission.SERIES_WORK):
        yield Offer(_("Take into series"), reverse("victims:take-scan", args=[scan.pk]))


def take_facts(take: Take) -> list[tuple[object, object]]:
    """Return the outcome of a take."""
    return [
        (_("Unknown files"), take.total),
        (_("Looked at so far"), take.done),
        (_("Put aside: a list has them"), take.known),
        (_("Joined a series"), take.joined),
        (_("Opened a series"), take.opened),
        (_("Series merged"), take.merged),
        (_("Merges that wait for a person"), take.proposed),
    ]


def take_progress(take: Take) -> Progress:
    """Return how far a take is."""
    url = reverse("victims:take-progress", args=[take.pk])
    state = "done" if take.ended_at is not None else "running"
    return Progress(url, _("Taking files into series"), take.done, take.total, state)
