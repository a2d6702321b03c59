"""Pages about scans: the list, one scan, and what its own organisation does with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.casework.forms import KeepForm, PlainReasonForm
from vaern.node.casework.reasons import reason_for, remember
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, presenting, queries
from vaern.node.scans.forms import BringInForm, ReviewForm
from vaern.node.scans.rules import COUNTED, Event, ReviewOutcome, State
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan
    from vaern.node.web.reasons import ReasonForm

LARGEST_RESULTS = 16_000_000
"""Bytes of a results file that the page takes at once: some 20,000 findings. Larger ones come in by the API."""


def found_or_404(request: HttpRequest, id: UUID) -> Scan:
    """Return a scan that the viewer may see.

    Raises:
        Http404: there is none, or the viewer may not know of it; both look alike.
    """
    scan = queries.find(viewer_of(request), id)
    if scan is None:
        raise Http404
    return scan


def own_or_404(request: HttpRequest, id: UUID) -> Scan:
    """Return a scan of the viewer's own organisation, for what only its owner does.

    Raises:
        Http404: it is another's, or there is none.
    """
    scan = found_or_404(request, id)
    if scan.organisation_id != viewer_of(request).organisation.id:
        raise Http404
    return scan


def at(scan: Scan) -> str:
    """Return the address of a scan's page."""
    return reverse("scans:scan", args=[scan.pk])


@requires(Permission.SCAN_VIEW)
def scans(request: HttpRequest) -> HttpResponse:
    """Show the scans that the viewer may see, and let them search."""
    state, whose = request.GET.get("state", ""), request.GET.get("whose", "")
    search = queries.Search(
        text=request.GET.get("q", "").strip()[:100],
        state=state if state in set(State) else "",
        whose=whose if whose in {"own", "released"} else "",
    )
    page = queries.scans(viewer_of(request), search, request.GET)
    table = presenting.scans_table(viewer_of(request), page, search, request.GET.get("sort", ""))
    return render(request, "scans/scans.html", {"table": table, "may_add": viewer_of(request).may(Permission.SCAN_ADD)})


@requires(Permission.SCAN_VIEW)
def scan(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one scan; asks for the reason once in a session."""
    viewer = viewer_of(request)
    found = found_or_404(request, id)
    reason = reason_for(request, found.subject)
    verdict = request.GET.get("verdict", "")
    verdict = verdict if verdict in COUNTED else ""
    page = queries.findings(viewer, found, reason, verdict, request.GET)
    sheet = queries.sheet(viewer, found, reason)
    return render(request, "scans/scan.html", presenting.sheet_context(viewer, sheet, page, verdict, reason))


@takes_up_to(LARGEST_RESULTS)
@requires(Permission.SCAN_ADD)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Take in a results file."""
    form = BringInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, _fresh = actions.receive(
                viewer_of(request), form.reason, form.cleaned_data["reference"], form.header, form.rows, finished=True
            )
        except actions.ScanError as error:
            form.add_error("reference", str(error))
        else:
            remember(request, made.subject, form.reason)
            messages.success(request, _("The scan was brought in. The names of files stayed behind."))
            return HttpResponseRedirect(at(made))
    return render(request, "scans/bring_in.html", {"form": form}, status=422 if form.errors else 200)


@requires(Permission.SCAN_ADD)
def finish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that all findings are there."""
    return act(
        request,
        id,
        Event.FINISH,
        PlainReasonForm,
        lambda viewer, found, form: actions.finish(viewer, form.reason, found),
        title=_("Are all findings there?"),
        submit=_("All findings are there"),
        text=_("After this no findings can be added, and the scan can be reviewed and released."),
    )


@requires(Permission.SCAN_ADD)
def review(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down what a person concluded."""

    def do(viewer: Viewer, found: Scan, form: Any) -> object:
        return actions.review(viewer, form.reason, found, ReviewOutcome(form.cleaned_data["outcome"]))

    form_class = partial(ReviewForm, known=own_or_404(request, id).known_or_same)
    return act(
        request,
        id,
        Event.REVIEW,
        form_class,
        do,
        title=_("Decide on this scan"),
        submit=_("Decide"),
        text=_("A match sorts work. What it means, you decide, and the ledger records that it was you."),
        shown=presenting.said_table,
    )


@requires(Permission.SCAN_ADD)
@require_POST
def same(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Take what a person says of a near finding: the same, or another."""
    found = own_or_404(request, id)
    reason = reason_for(request, found.subject)
    try:
        actions.say_same(viewer_of(request), reason, found, number, same=request.POST.get("same") == "yes")
    except (actions.ScanError, ReleaseError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Done, and recorded."))
    return HttpResponseRedirect(f"{at(found)}#near")


@requires(Permission.SCAN_ADD)
def reopen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the conclusion back."""
    return act(
        request,
        id,
        Event.REOPEN,
        PlainReasonForm,
        lambda viewer, found, form: actions.reopen(viewer, form.reason, found),
        title=_("Open the decision again"),
        submit=_("Open again"),
        text=_("The scan will be to be reviewed again."),
    )


@requires(Permission.SCAN_ADD)
def prolong(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide that the scan is still needed."""

    def do(viewer: Viewer, found: Scan, form: Any) -> object:
        return actions.prolong(viewer, form.reason, found, form.cleaned_data["until"])

    return act(
        request,
        id,
        None,
        KeepForm,
        do,
        title=_("Keep this scan longer"),
        submit=_("Keep until that day"),
        text=_("Every scan has an end date. Say until when this one is still needed, and why."),
    )


def act(
    request: HttpRequest,
    id: UUID,
    event: Event | None,
    form_class: Callable[..., ReasonForm],
    do: Callable[[Viewer, Scan, Any], object],
    *,
    title: str,
    submit: str,
    text: str,
    danger: bool = False,
    to: str = "",
    shown: Callable[[Viewer, Scan], object] | None = None,
) -> HttpResponse:
    """Show a form that asks why, and do it when it was filled in."""
    found = own_or_404(request, id)
    if event is not None and not presenting.possible(found, event):
        messages.warning(request, _("The state of the scan does not allow it."))
        return HttpResponseRedirect(at(found))
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            do(viewer_of(request), found, form)
        except (actions.ScanError, ReleaseError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(to or at(found))
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": at(found),
        "subject": presenting.subject(found),
        "shown": shown(viewer_of(request), found) if shown else None,
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
