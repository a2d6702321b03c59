"""Presentation of the work list: from rows to template contexts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vaern.node.external.labels import FILTER
from vaern.node.external.presenters import chips
from vaern.node.organisations.rules import Permission
from vaern.node.reports.desk import labels, queries
from vaern.node.reports.desk.search import CHOICES, PUBLIC, Search
from vaern.node.reports.models import Report
from vaern.node.reports.rules.claims import Claim, claim_of
from vaern.node.reports.rules.states import OPEN, State
from vaern.node.reports.triage.labels import LABELS
from vaern.node.web.components import Chip, Clock, machine_readable, rounded
from vaern.node.web.tables import Filter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.desk.queries import WorkList

NOW = timedelta(0)
FIRST = ("state", "whose", "hand", "due")
"""The filters that always stand above the list; the others are one click away."""


@dataclass(frozen=True)
class Shown:
    """One row of the work list.

    Attributes:
        new: items that are on no list and were in no earlier report.
        claim: `free`, `mine`, `anothers` or `ended`.
        lines: why the priority is what it is: words, points, the most there are.
        same: the kinds of identifiers shared with an earlier report, and other records with the same external
            identifier.
    """

    report: Report
    url: str
    state: Any
    offence: Any
    source: Any
    lines: list[tuple[str, int, int]]
    new: int
    age: Any
    clock: Clock | None
    claim: str
    raised: bool
    open: bool
    same: list[Chip]


def score_lines(lines: Iterable[Mapping[str, Any]], *, all_of_them: bool = False) -> list[tuple[str, int, int]]:
    """Return the lines of a score in the viewer's language; lines without points only if all are wanted."""
    return [
        (_(LABELS.get(line["code"], line["label"])), line["points"], line["of"])
        for line in lines
        if all_of_them or line["points"]
    ]


def shown(viewer: Viewer, found: WorkList) -> list[Shown]:
    """Return the rows of a page."""
    numbers = chips(viewer, Report.KIND, [report.pk for report in found.page.rows])
    return [_line(viewer, report, found, numbers.get(report.pk, [])) for report in found.page.rows]


def _line(viewer: Viewer, report: Report, found: WorkList, numbers: list[Chip]) -> Shown:
    person = viewer.person.id if viewer.person else None
    claim = claim_of(report.claimed_by_id, report.claimed_until, person, timezone.now())
    is_open = State(report.state) in OPEN
    return Shown(
        report=report,
        url=reverse("reports:report", args=[report.pk]),
        state=labels.state(report.state) if report.state != State.ARRIVED.value else "",
        offence=labels.OFFENCES[report.offence],
        source=report.sender.name if report.sender else labels.DOCUMENTS[report.document],
        lines=score_lines(report.priority_lines),
        new=max(0, report.items_total - report.items_known - report.items_seen),
        age=age(report.created_at),
        clock=Clock(report.due_at) if report.due_at and is_open else None,
        claim=claim.value if is_open else Claim.FREE.value,
        raised=queries.is_raised(report, found.raised_before),
        open=is_open,
        same=[*(labels.same(*found.same[report.pk]) if report.pk in found.same else []), *numbers],
    )


def age(at: datetime) -> Any:
    """Return how long ago a moment was, in words; the exact moment is the element's title."""
    title = date_format(timezone.localtime(at), "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', machine_readable(at), title, rounded(max(timezone.now() - at, NOW))
    )


def filters(search: Search, senders: Sequence[Any]) -> list[Filter]:
    """Return the filters above the list."""
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
    found = [Filter(name, label, choices, getattr(search, name)) for name, (label, choices) in words.items()]
    assert {choice.name for choice in found} == set(CHOICES)
    from_whom = [(PUBLIC, _("The public")), *((str(sender.pk), sender.name) for sender in senders)]
    return [*found, Filter("sender", _("Sender"), from_whom, search.sender)]


def list_context(viewer: Viewer, search: Search, found: WorkList) -> dict[str, Any]:
    """Return the context of the list itself: the part of the page refreshed when an urgent report arrives."""
    return {
        "lines": shown(viewer, found),
        "may_work": viewer.may(Permission.REPORT_ASSESS),
        "next_url": _page(search, "after", found.page.next),
        "previous_url": _page(search, "before", found.page.previous),
        "filtered": bool(search.parameters),
        "query": search.query,
    }


def live_context(viewer: Viewer, found: WorkList) -> dict[str, Any]:
    """Return the context of the line above the list: the urgent reports that nobody has claimed."""
    return {"pulse": found.pulse, "free": queries.urgent_and_free(viewer), "more": queries.WAITS["urgent"].query}


def page_context(viewer: Viewer, search: Search, found: WorkList) -> dict[str, Any]:
    """Return the context of the whole work list page."""
    here, choices = reverse("reports:worklist"), filters(search, queries.senders(viewer))
    return {
        **list_context(viewer, search, found),
        **live_context(viewer, found),
        "search": search,
        "filters": [choice for choice in choices if choice.name in FIRST],
        "more_filters": [choice for choice in choices if choice.name not in FIRST],
        "more_open": any(choice.value for choice in choices if choice.name not in FIRST),
        "views": [(view, f"{here}?{view.query}", view.query == search.query) for view in queries.saved_views(viewer)],
        "preference": queries.preference(viewer),
        "bulk": bulk_choices(),
        "keys": keys(),
    }


def bulk_choices() -> list[tuple[str, Any]]:
    """Return the bulk actions for the selected reports."""
    return [("claim", _("Claim")), ("duplicate", _("Mark as duplicates")), ("prolong", _("Keep longer"))]


def keys() -> list[tuple[tuple[str, ...], Any]]:
    """Return the keyboard shortcuts of the list, for the help dialogue."""
    return [
        (("j", "k"), _("next and previous report; the arrows do the same inside the list")),
        (("Enter",), _("open the report")),
        (("c",), _("claim the report")),
        (("x",), _("select the report, or no longer")),
        (("g",), _("back to the first page, as it is now")),
        (("/",), _("to the search")),
        (("?",), _("this help")),
    ]


def _page(search: Search, name: str, cursor: str) -> str:
    from urllib.parse import urlencode

    return "?" + urlencode({**search.parameters, name: cursor}) if cursor else ""
