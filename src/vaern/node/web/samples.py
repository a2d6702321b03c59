"""Made-up values for the page that shows every component once (`/components/`, in a synthetic node only)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.web.charts import Bars, Heat, Lines
from vaern.node.web.components import (
    Chip,
    Clock,
    Code,
    Definitions,
    Empty,
    Event,
    Part,
    Progress,
    Recipient,
    Score,
    Tab,
    Timeline,
    When,
)
from vaern.node.web.day import Day
from vaern.node.web.paging import Page
from vaern.node.web.reasons import ReasonForm
from vaern.node.web.tables import Bulk, Column, Filter, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

DRIVES = (
    ("Nordhavn 2026-114, drive 1", "Nordhavn", 48_211, 12, "open", 21),
    ("Nordhavn 2026-114, drive 2", "Nordhavn", 9_873, 0, "done", 21),
    ("Marin 2026-031, phone", "Marin", 17_402, 3, "open", -2),
    ("Marin 2026-029, laptop", "Marin", 301_554, 118, "released", 60),
    ("Vestland 2026-007, camera card", "Vestland", 2_048, 0, "done", 5),
    ("Osterholm 2025-988, cloud export", "Osterholm", 88_120, 41, "released", 200),
)


class SampleForm(forms.Form):
    """A field of each kind, and a problem."""

    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As it is written in the directory."))
    email = forms.EmailField(label=gettext_lazy("Mail address"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("hotline", gettext_lazy("Hotline")), ("police", gettext_lazy("Police"))]
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), required=False
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField(label=gettext_lazy("I have read who will receive it"))

    def clean_email(self) -> str:
        """Refuse one address, so that the page shows how that looks."""
        if self.cleaned_data["email"].endswith("@nowhere.example"):
            raise ValidationError(_("This address is in use already."))
        return str(self.cleaned_data["email"])


NEW_DRIVES = 2
"""How many of the rows are marked as new."""


def table(parameters: Mapping[str, Any]) -> Table:
    """Return a table of scans that nobody made."""
    now, state, text = timezone.now(), parameters.get("state", ""), parameters.get("q", "")
    states = {"open": (_("Open"), "info"), "done": (_("Done"), "good"), "released": (_("Released"), "neutral")}
    rows = [
        Row(
            [
                name,
                owner,
                Chip(*states[code]),
                files,
                found,
                Score([Part(_("Known"), min(found, 60)), Part(_("Age"), 12)], compact=True) if found else "–",
                Clock(now + timedelta(days=days), soon=timedelta(days=7)),
                When(now - timedelta(days=3, hours=days)),
            ],
            url="#" + name.replace(" ", "-").replace(",", ""),
            id=name.replace(" ", "-").replace(",", ""),
            tone="bad" if days < 0 else "",
        )
        for name, owner, files, found, code, days in DRIVES
        if state in {"", code} and text.lower() in name.lower()
    ]
    columns = [
        Column(_("Scan"), sort="name"),
        Column(_("Member")),
        Column(_("State")),
        Column(_("Files"), "files", numeric=True),
        Column(_("Known"), "known", numeric=True),
        Column(_("Priority")),
        Column(_("Review")),
        Column(_("Brought in")),
    ]
    filters = [Filter("state", _("State"), [(code, label) for code, (label, _tone) in states.items()], state)]
    return Table(
        _("Scans of the alliance"),
        columns,
        rows,
        filters,
        search=text,
        search_label=_("Name"),
        page=Page(
            [],
            next="sample",
            sort=parameters.get("sort", "-known"),
            sorts=frozenset({"name", "files", "known"}),
            since=now - timedelta(hours=14),
            news=[n < NEW_DRIVES for n in range(len(rows))],
        ),
        total=len(DRIVES),
        id="scans",
        bulk=Bulk("sample-bulk", "scan", [("keep", _("Keep longer")), ("close", _("Close"))]),
        download=reverse("components"),
    )


def whole() -> Table:
    """Return a table that holds all its rows, so that the browser sorts it."""
    return Table(
        _("Parts of a record, sorted in the browser"),
        [Column(_("Scan")), Column(_("State")), Column(_("Files"), numeric=True), Column(_("Review"))],
        [
            Row([name, code, files, Day(timezone.localdate() + timedelta(days=days))])
            for name, _owner, files, _found, code, days in DRIVES
        ],
        id="whole",
        show_caption=True,
    )


def progress(parameters: Mapping[str, Any]) -> Progress:
    """Return a job that is a little further each time."""
    text = str(parameters.get("done", "0"))
    done = min(int(text), 1000) + 125 if text.isascii() and text.isdecimal() and len(text) < 6 else 125
    url = f"{reverse('components-progress')}?done={done}"
    return Progress(
        url, _("Erasing what is past its date"), min(done, 1000), 1000, "done" if done >= 1000 else "running"
    )


def context(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page of components shows.

    Args:
        parameters: of the request, for the table's filters.
    """
    return {"table": table(parameters), "whole": whole(), **_states(), **_told(), **_asked(), **_charts()}


def _told() -> dict[str, Any]:
    now = timezone.now()
    parts = [
        Part(_("On the alliance's list"), 40, _("The SHA-256 is on release 2026-W47, entered by two members.")),
        Part(_("Near a known picture"), 21, _("PDQ distance 18 of 256 to one entry.")),
        Part(_("New on this drive"), 11.5, _("First seen three days ago.")),
    ]
    return {
        "score": Score(parts, label=_("Priority")),
        "timeline": Timeline(
            [
                Event(now - timedelta(minutes=4), _("opened the scan."), "Anna Holm", _("Investigation"), "info"),
                Event(
                    now - timedelta(hours=3),
                    _("released it to Marin Hotline until 24 December."),
                    "Jonas Berg",
                    "",
                    "good",
                ),
                Event(now - timedelta(days=2), _("The review date passed without a decision."), "", "", "bad"),
            ]
        ),
    }


def _asked() -> dict[str, Any]:
    now = timezone.now()
    url, wrong = reverse("components-progress"), {"email": "anna@nowhere.example", "kind": "police"}
    return {
        "secret": "vaern_synthetic_7Qm2-Lk0Vt-9sXa",
        "progress": Progress(f"{url}?done=125", _("Erasing what is past its date"), 125, 1000),
        "failed": Progress(
            "", _("Reading findings"), 80, 320, "failed", _("Line 81 is not JSON. Nothing of the file was kept.")
        ),
        "form": SampleForm(wrong),
        "reason_form": ReasonForm(prefix="dialog"),
        "recipients": [
            Recipient(
                "Marin Hotline", _("Hotline, Marin"), "amber", now + timedelta(days=30), _("Removal at the source")
            ),
            Recipient("Vestland Police", _("Police, Vestland"), "red", now + timedelta(days=7), _("Investigation")),
        ],
    }


def _states() -> dict[str, Any]:
    now = timezone.now()
    return {
        "chips": [
            Chip(_("Open"), "info"),
            Chip(_("Waiting")),
            Chip(_("Done"), "good"),
            Chip(_("Due soon"), "warning"),
            Chip(_("Overdue"), "bad"),
        ],
        "clocks": [
            Clock(now + timedelta(days=20)),
            Clock(now + timedelta(hours=5, minutes=1), soon=timedelta(days=1)),
            Clock(now - timedelta(days=2)),
            Clock(now, now - timedelta(hours=3)),
        ],
        "definitions": Definitions(
            [
                (_("Owner"), "Nordhavn Police"),
                (_("Identifier"), Code("3f9a1c77b20de45a90f1c2d3e4f5a6b7", 6)),
                (_("Brought in"), When(now)),
            ]
        ),
        "empty": Empty(
            _("No scans yet"),
            _("Scans that you bring in, or that others release to you, stand here."),
            "#",
            _("Bring in a scan"),
        ),
        "tabs": [
            Tab(_("Findings"), "#", current=True, count=1284),
            Tab(_("Releases"), "#", count=2),
            Tab(_("History"), "#"),
        ],
    }


def _charts() -> dict[str, Any]:
    day, week = date(2026, 8, 3), _("week")
    amounts = [820, 790, 1010, 980, 1320, 1180, 1490, 1460, 1710, 1630, 1880, 2040]
    return {
        "bars": Bars(
            _("Reads by verb"),
            [(_("Consultation"), 4810), (_("Disclosure"), 312), (_("Collection"), 1204), (_("Erasure"), 77)],
            _("last 30 days"),
        ),
        "lines": Lines(
            _("Entries a week"),
            [(f"{week} {34 + n}", value * 1000) for n, value in enumerate(amounts)],
        ),
        "heat": Heat(
            _("Reads a day"), [((day + timedelta(days=n)).isoformat(), (n * 37 % 23) * (n % 7 < 5)) for n in range(112)]
        ),
    }
