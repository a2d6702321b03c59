"""Presentation of the yearly report: the table, the drift, and the deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from vaern.node.reports.flagging import actions, documents, labels, queries
from vaern.node.reports.rules.flagger_counts import Action
from vaern.node.reports.takedown.labels import OFFENCES
from vaern.node.web.components import Chip, Code, Definitions, Empty, Link, Tab, When
from vaern.node.web.tables import Column, Row, Table

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.flagging.queries import Seen
    from vaern.node.reports.models import FlaggerReport
    from vaern.node.reports.rules.flagger_counts import Yearly


def context(viewer: Viewer, seen: Seen, year: int) -> dict[str, Any]:
    """Return the context of a year's page: as closed, or as counted now."""
    closed = seen.closed[0] if seen.closed else None
    content = queries.content_of(closed) if closed else seen.now
    return {
        "year": year,
        "closed": closed,
        "closed_at": When(closed.closed_at) if closed else "",
        "tabs": [Tab(str(one), reverse("reports:flagger", args=[one]), one == year) for one in queries.years(viewer)],
        "state": Chip(_("Closed"), "good") if closed else Chip(_("Not closed"), "neutral"),
        "lead": documents.lead(),
        "facts": Definitions(documents.facts(content)),
        "table": numbers(content),
        "drift": drift(seen) if seen.drift else "",
        "deliveries": deliveries(seen),
        "versions": versions(seen) if len(seen.closed) > 1 else "",
        "explained": [(labels.ACTIONS[one], labels.EXPLAINED[one]) for one in Action],
        "independence": content.independence,
        "explanation": queries.explanation(viewer.organisation),
        "obstacle": actions.obstacle(viewer, year),
        "files": [
            (_("CSV"), _file(year, "csv")),
            (_("JSON"), _file(year, "json")),
            (_("PDF, in English"), f"{_file(year, 'pdf')}?lang=en"),
            (_("PDF, in Danish"), f"{_file(year, 'pdf')}?lang=da"),
        ],
    }


def _file(year: int, form: str) -> str:
    return reverse("reports:flagger-file", args=[year, form])


def numbers(content: Yearly) -> Table:
    """Return the notices of a year: a row for each provider and type, with totals."""
    found = documents.cross(content)
    rows = [*found["rows"], *found["kinds"], found["total"]] if found["rows"] else []
    return Table(
        caption=_("Notices by provider, type of content and action"),
        columns=[Column(head, numeric=at > 1) for at, head in enumerate(found["head"])],
        rows=[Row(row) for row in rows],
        show_caption=True,
        empty=Empty(_("No notice"), _("No notice was sent under article 16 while the status was in force.")),
        id="notices",
    )


def drift(seen: Seen) -> Table:
    """Return the lines whose number differs today from the closed year."""
    return Table(
        caption=_("Other numbers today than in the closed year"),
        columns=[
            Column(_("Provider")),
            Column(_("Type of content")),
            Column(_("Action")),
            Column(_("Closed"), numeric=True),
            Column(_("Today"), numeric=True),
        ],
        rows=[
            Row(
                [
                    labels.provider(one.line.provider),
                    OFFENCES[one.line.type],
                    labels.ACTIONS[Action(one.line.action)],
                    one.then,
                    one.now,
                ]
            )
            for one in seen.drift
        ],
        show_caption=True,
        id="drift",
    )


def deliveries(seen: Seen) -> Table:
    """Return the deliveries: which version was sent or published, and when."""
    return Table(
        caption=_("Sent and published"),
        columns=[
            Column(_("What was done")),
            Column(_("Day")),
            Column(_("To whom, or where")),
            Column(_("Version"), numeric=True),
            Column(_("Noted by")),
        ],
        rows=[
            Row(
                [
                    labels.DELIVERIES[one.what],
                    date_format(one.day, "SHORT_DATE_FORMAT"),
                    one.place,
                    one.report.version,
                    one.noted_by,
                ]
            )
            for one in seen.deliveries
        ],
        empty=Empty(_("Not sent yet"), _("It goes to the coordinator that awarded the status, and is published.")),
        show_caption=True,
        id="deliveries",
    )


def published(found: list[FlaggerReport]) -> Table:
    """Return the published reports, with their files."""
    rows = []
    for one in found:
        content = queries.content_of(one)
        files = [
            (name, reverse("reports:published-flagger-file", args=[one.organisation_id, one.year, form]) + more)
            for name, form, more in (
                ("PDF (en)", "pdf", "?language=en"),
                ("PDF (da)", "pdf", "?language=da"),
                ("CSV", "csv", ""),
                ("JSON", "json", ""),
            )
        ]
        rows.append(
            Row(
                [
                    content.organisation,
                    one.year,
                    content.total,
                    f"{content.coordinator} ({content.country})",
                    format_html_join(" · ", "{}", ((Link(name, url),) for name, url in files)),
                    Code(one.digest, 12),
                ]
            )
        )
    return Table(
        caption=_("Reports"),
        columns=[
            Column(_("Organisation")),
            Column(_("Year"), numeric=True),
            Column(_("Notices"), numeric=True),
            Column(_("Coordinator")),
            Column(_("As a file")),
            Column(_("SHA-256")),
        ],
        rows=rows,
        empty=Empty(_("No report"), _("No organisation of this node has published one.")),
        id="reports",
    )


def versions(seen: Seen) -> Table:
    """Return the closed versions of the year."""
    return Table(
        caption=_("Versions"),
        columns=[Column(_("Version"), numeric=True), Column(_("Closed")), Column(_("By")), Column(_("SHA-256"))],
        rows=[
            Row(
                [one.version, When(one.closed_at), one.closed_by, one.digest],
                url=f"{_file(one.year, 'json')}?version={one.version}",
            )
            for one in seen.closed
        ],
        show_caption=True,
        id="versions",
    )
