"""Shared by pages about one report: its URL, what its state allows, and the subject of decision pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.reports.rules.states import TRANSITIONS, Event, State
from vaern.node.web.components import Definitions, Link, When
from vaern.node.web.items import Button

if TYPE_CHECKING:
    from vaern.node.reports.models import Report


def about(report: Report) -> dict[str, Any]:
    """Return the arguments of `decide` that name a report and link to it."""
    here = reverse("reports:report", args=[report.pk])
    return {
        "subject": Definitions([(_("Report"), Link(report.code, here)), (_("Arrived"), When(report.created_at))]),
        "crumbs": [(_("Work list"), reverse("reports:worklist")), (report.code, here)],
        "back": here,
    }


def next_report() -> Button:
    """Return what comes next for whoever is done with a report: the next one, claimed and open."""
    return Button(_("Next report"), reverse("reports:next"), post=True)


def at(report: Report) -> str:
    """Return the URL of a report's page."""
    return reverse("reports:report", args=[report.pk])


def possible(report: Report, event: Event) -> bool:
    """Whether the report's state allows an event."""
    return (State(report.state), event) in TRANSITIONS
