"""Pages for taking scans and reports into series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import WorkForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.models import Report
from vaern.node.scans.models import Scan
from vaern.node.victims.grouping import presenters, queries, takes
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.ledger.rules import Reason
    from vaern.node.victims.models import Take


@requires(Permission.SERIES_WORK)
def take_scan(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the unknown findings of a scan into series."""
    viewer = viewer_of(request)
    scan = own_or_404(Scan, id)
    return _take(
        request,
        scan.reference,
        (_("Scans"), reverse("scans:scans")),
        reverse("scans:scan", args=[id]),
        lambda reason: takes.take_scan(viewer, reason, scan),
    )


@requires(Permission.SERIES_WORK)
def take_report(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the unknown files of a report into series."""
    viewer = viewer_of(request)
    report = own_or_404(Report, id)
    return _take(
        request,
        report.code,
        (_("Work list"), reverse("reports:worklist")),
        reverse("reports:report", args=[id]),
        lambda reason: takes.take_report(viewer, reason, report),
    )


def _take(
    request: HttpRequest, name: str, above: tuple[str, str], back: str, do: Callable[[Reason], Take]
) -> HttpResponse:
    text = _(
        "Files that no list has join the series that they are linked to, or open one. Files that a list has are "
        "put aside: nobody needs to look at those again."
    )
    return decide(
        request,
        title=_("Take the files of %(name)s into series") % {"name": name},
        subject=name,
        crumbs=[above, (name, back)],
        back=back,
        submit=_("Take into series"),
        text=text,
        form=WorkForm,
        do=lambda form: do(form.reason),
        then=lambda take: reverse("victims:take", args=[take.pk]),
        done=_(
            "The files of %(name)s go into series now. This page says which joined which, and what opened a new one."
        )
        % {"name": name},
    )


def _found_or_404(request: HttpRequest, id: UUID) -> Take:
    return or_404(queries.find_take(viewer_of(request), id))


@requires(Permission.SERIES_WORK)
def take(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what came of taking a scan or a report into series."""
    found = _found_or_404(request, id)
    context = {
        "take": found,
        "facts": presenters.take_facts(found),
        "progress": presenters.take_progress(found),
    }
    return render(request, "victims/grouping/take.html", context)


@requires(Permission.SERIES_WORK)
def progress(request: HttpRequest, id: UUID) -> HttpResponse:
    """Return the progress of a take, which its page polls."""
    return HttpResponse(str(presenters.take_progress(_found_or_404(request, id))))
