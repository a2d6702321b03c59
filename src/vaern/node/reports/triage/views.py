"""The page that explains how reports are sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.rules.weights import weights_on
from vaern.node.reports.triage.presenters import scores
from vaern.node.reports.triage.queries import looking_saved

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires(Permission.REPORT_VIEW)
def weights(request: HttpRequest) -> HttpResponse:
    """Show the weights in force, and how much viewing was saved."""
    found = weights_on(timezone.localdate())
    saved = looking_saved(viewer_of(request))
    return render(request, "reports/triage/weights.html", {"weights": found, "scores": scores(found), "saved": saved})
