"""From the work list's rows to what its template shows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.external.labels import FILTER
from vaern.node.external.presenters import chips
from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk import labels, queries
from vaern.node.reports.desk.search import CHOICES, PUBLIC, Search
from vaern.node.reports.models import Report
from vaern.node.reports.rules.claims import Claim, claim_of
from vaern.node.reports.rules.states import OPEN, State
from vaern.node.reports.triage.labels import LABELS
from vaern.node.web.addresses import addresses
from vaern.node.web.components import Chip, Clock, Empty, machine_readable, rounded
from vaern.node.web.tables import Bulk, Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.desk.queries import WorkList
    from vaern.node.web.addresses import Addresses

NOW = timedelta(0)
FIRST = ("state", "whose", "hand", "due")
"""The filters that always stand above the list; the others are one click away."""

FORM = "work-form"
"""The form of the page that sends what is chosen and claimed."""

BULK = [
    ("claim", gettext_lazy("Claim")),
    ("conclude", gettext_lazy("Conclude together")),
    ("duplicate", gettext_lazy("Mark as duplicates")),
    ("prolong", gettext_lazy("Keep longer")),
    ("package", gettext_lazy("Package for a viewing station")),
]
"""What can be done to chosen reports."""


def score_lines(lines: Iterable[Mapping[str, Any]], *, all_of_them: bool = False) -> list[tuple[str, int, int]]:
    """Return the lines of a score in the viewer's language; those that gave nothing only if all are wanted."""
    return [
        (_(LABELS.get(line["code"], line["label"])), line["points"], line["of"])
        for line in lines
        if all_of_them or line["points"]
    ]


def table(viewer: Viewer, search: Search, found: WorkList) -> Table:
    """Return a page of the work list."""
    numbers = chips(viewer, Report.KIND, [report.pk for report in found.page.rows])
    may_work = viewer.may(Permission.REPORT_ASSESS)
    to, claims = addresses("reports:report"), addresses("reports:claim")
    return Table(
        caption=_("Reports, the urgent first, then by rescue priority"),
        columns=[
            Column(_("Report"), sort="code"),
            Column(_("What, and from whom"), sort="what", style="what"),
            Column(_("Priority"), sort="priority", numeric=True),
            Column(_("Complete"), sort="complete", numeric=True),
            Column(_("New"), sort="new", numeric=True),
            Column(_("Known"), sort="known", numeric=True, style="quiet"),
            Column(_("Seen"), sort="seen", numeric=True, style="quiet"),
            Column(_("Age"), sort="age", style="age"),
            Column(_("Due"), sort="due"),
            Column(_("Who"), sort="who", style="who"),
        ],
        rows=[_row(viewer, report, found, numbers.get(report.pk, []), to, claims) for report in found.page.rows],
        filters=filters(search, queries.senders(viewer)),
        search=search.text,
        search_label=_("Code"),
        page=found.page,
        marks=_("State"),
        empty=Empty(
            _("No open reports"),
            _("What the public reports, what platforms send and what others forward stands here, the urgent first."),
        ),
        id="work",
        bulk=Bulk(FORM, "report", BULK) if may_work else None,
        style="work",
    )


def _row(viewer: Viewer, report: Report, found: WorkList, numbers: list[Chip], to: Addresses, claims: Addresses) -> Row:
    is_open, raised = State(report.state) in OPEN, report.needs_attention  # type: ignore[attr-defined]
    marks = [Chip(_("Urgent"), "bad")] if report.urgent else []
    marks += [Chip(_("Needs attention"), "warning")] if raised else []
    marks += [labels.state(report.state)] if report.state != State.ARRIVED.value else []
    same = labels.same(*found.same[report.pk]) if report.pk in found.same else []
    source = report.sender.name if report.sender else labels.DOCUMENTS[report.document]
    chips_of = format_html_join("", " {}", ((one,) for one in (*same, *numbers)))
    return Row(
        [
            report.code,
            format_html('{} <span class="quiet">{}</span>{}', labels.OFFENCES[report.offence], source, chips_of),
            _priority(report),
            report.completeness,
            max(0, report.items_total - report.items_known - report.items_seen),
            report.items_known,
            report.items_seen,
            age(report.created_at),
            Clock(report.still_due) if report.still_due else "",
            _who(viewer, report, claims) if is_open else "",
        ],
        url=to(report.pk),
        tone="bad" if report.urgent else "warning" if raised else "",
        marks=marks,
        id=str(report.pk),
    )


def _priority(report: Report) -> object:
    """Return the priority of a report, with the lines that it comes from one click away."""
    found = score_lines(report.priority_lines)
    if not found:
        return report.priority
    lines = format_html_join("", "<li><span>{}</span> <strong>{}</strong></li>", ((line[0], line[1]) for line in found))
    return format_html(
        '<details class="lines"><summary>{}<span class="visually-hidden"> {}</span></summary><ul>{}</ul></details>',
        report.priority,
        _("of 100. Why"),
        lines,
    )


def _who(viewer: Viewer, report: Report, claims: Addresses) -> object:
    """Return who works on an open report, and the button by which the viewer does."""
    person = viewer.person.id if viewer.person else None
    claim = claim_of(report.claimed_by_id, report.claimed_until, person, timezone.now())
    if claim is Claim.MINE:
        return Chip(_("You"), "info")
    name = report.claimed_by.name if report.claimed_by else ""
    if claim is Claim.ANOTHERS:
        return name
    ended = claim is Claim.ENDED
    before = format_html('<span class="quiet">{}</span> ', _("%(name)s, ended") % {"name": name}) if ended else ""
    if not viewer.may(Permission.REPORT_ASSESS):
        return before
    label = _("Take over") if ended else _("Claim")
    return format_html(
        '{}<button form="{}" name="do" value="" formaction="{}" data-claim aria-label="{} {}">{}</button>',
        before,
        FORM,
        claims(report.pk),
        label,
        report.code,
        label,
    )


def age(at: datetime) -> Any:
    """Return how long ago something was, in words; the moment itself stands in its title."""
    title = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', machine_readable(at), title, rounded(max(timezone.now() - at, NOW))
    )


def filters(search: Search, senders: Sequence[Any]) -> list[Filter]:
    """Return the choices above the list."""
    words: dict[str, tuple[Any, list[tuple[str, Any]]]] = {
        "state": (_("State"), [(code.value, label) for code, (label, _tone) in labels.STATES.items()]),
        "urgent": (_("Urgent"), [("yes", _("Urgent only"))]),
        "whose": (
            _("Claim"),
            [("mine", _("Mine")), ("unclaimed", _("Unclaimed")), ("nobody", _("Nobody works on it"))],
        ),
        "hand": (_("Attention"), [("raised", _("Needs attention"))]),
        "due": (_("Due"), [("overdue", _("Overdue")), ("today", _("Until tonight"))]),
        "same": (_("Same person"), [("yes", _("Same as an earlier report"))]),
        "number": (_("External identifier"), list(FILTER.items())),
        "offence": (_("What"), list(labels.OFFENCES.items())),
        "document": (_("Document"), list(labels.DOCUMENTS.items())),
    }
    found = [
        Filter(
            name,
            label,
            choices,
            getattr(search, name),
            unset=_("Open") if name == "state" else "",
            more=name not in FIRST,
        )
        for name, (label, choices) in words.items()
    ]
    assert {choice.name for choice in found} == set(CHOICES)
    from_whom = [(PUBLIC, _("The public")), *((str(sender.pk), sender.name) for sender in senders)]
    return [*found, Filter("sender", _("Sender"), from_whom, search.sender, more=True)]


def live_context(viewer: Viewer, found: WorkList) -> dict[str, Any]:
    """Return what the line above the list shows: the urgent reports on which nobody works."""
    return {"pulse": found.pulse, "free": queries.urgent_and_free(viewer), "more": queries.WAITS["urgent"].query}


def page_context(viewer: Viewer, search: Search, found: WorkList, shown: Table) -> dict[str, Any]:
    """Return all that the page of the work list shows, with its table."""
    here = reverse("reports:worklist")
    return {
        **live_context(viewer, found),
        "table": shown,
        "may_work": viewer.may(Permission.REPORT_ASSESS),
        "search": search,
        "form": FORM,
        "views": [(view, f"{here}?{view.query}", view.query == search.query) for view in queries.saved_views(viewer)],
        "preference": queries.preference(viewer),
    }
