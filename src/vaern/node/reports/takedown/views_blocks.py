"""Pages about the blocking list: what is on it, why, until when; its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.assessment.grounds import GroundMissing
from vaern.node.reports.takedown import block_list, blocking, correcting, labels, presenting, queries
from vaern.node.reports.takedown.forms import BlockForm, DecideForm, ExportForm, PlainForm, RenewForm
from vaern.node.reports.takedown.locking import TakedownError
from vaern.node.reports.takedown.views import act, found_or_404

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Block, Location


@requires(Permission.REPORT_TAKEDOWN)
def blocks(request: HttpRequest) -> HttpResponse:
    """Show the blocking list."""
    viewer = viewer_of(request)
    appeal = "waits" if request.GET.get("appeal") == "waits" else ""
    conclusion = "wrong" if request.GET.get("conclusion") == "wrong" else ""
    page = queries.blocks(viewer, request.GET, appealed=bool(appeal), wrong=bool(conclusion))
    table = presenting.blocks_table(viewer, page, appeal, conclusion)
    return render(request, "reports/takedown/blocks.html", {"table": table})


@requires(Permission.REPORT_TAKEDOWN)
def block(request: HttpRequest, block: UUID) -> HttpResponse:
    """Show one block, with its appeal."""
    viewer, found = viewer_of(request), _found(request, block)
    queries.block_read(viewer, found, reason_for(request, found.location.report.subject))
    context = {
        "entry": found,
        "place": presenting.place(viewer, found.location),
        "because": blocking.reason_of(found),
        "appeal": blocking.appeal_of(found),
        "appeal_chip": presenting.appeal_chip(found),
        "location_url": presenting.at(found.location),
        "wrong": found.lifted_at is None and correcting.is_wrong(found.location),
    }
    return render(request, "reports/takedown/block.html", context)


@requires(Permission.REPORT_TAKEDOWN)
def make(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Put a location on the list."""

    def do(viewer: Viewer, found: Location, form: Any) -> object:
        return blocking.block(
            viewer, form.reason, found, form.cleaned_data["because"], form.cleaned_data["review_date"]
        )

    return act(
        request,
        found_or_404(request, id, location),
        BlockForm,
        do,
        danger=True,
        title=_("Put it on the blocking list"),
        submit=_("Block"),
        text=_("Only where notices did not help. Whoever answers for the place is told why, and how to appeal."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def renew(request: HttpRequest, block: UUID) -> HttpResponse:
    """Decide that a block is still needed."""
    return _act(
        request,
        block,
        RenewForm,
        lambda viewer, found, form: blocking.renew(viewer, form.reason, found, form.cleaned_data["review_date"]),
        title=_("Renew the block"),
        submit=_("Renew"),
        text=_("Say until when it is still needed, and why."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def lift(request: HttpRequest, block: UUID) -> HttpResponse:
    """Lift a block."""
    return _act(
        request,
        block,
        PlainForm,
        lambda viewer, found, form: blocking.lift(viewer, form.reason, found),
        title=_("Lift the block"),
        submit=_("Lift"),
        text=_("The location is to be worked on again."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def decide(request: HttpRequest, block: UUID) -> HttpResponse:
    """Decide an appeal."""

    def do(viewer: Viewer, found: Block, form: Any) -> object:
        return blocking.decide(viewer, form.reason, found, upheld=form.cleaned_data["upheld"])

    return _act(
        request,
        block,
        DecideForm,
        do,
        title=_("Decide on the appeal"),
        submit=_("Decide"),
        text=_("Somebody else than the person who made the entry decides."),
    )


@requires(Permission.REPORT_TAKEDOWN, step_up=True)
def export(request: HttpRequest) -> HttpResponse:
    """Hand the list to one who sees addresses, as a file that nobody can read without the key."""
    form = ExportForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            found = block_list.export(
                viewer_of(request), form.reason, given["to_whom"], given["key"], without=given["without"]
            )
        except block_list.Groundless as missing:
            form.add_error(None, labels.groundless(missing.count, missing.others, str(missing)))
        else:
            answer = JsonResponse(found, json_dumps_params={"indent": 1})
            answer["Content-Disposition"] = f'attachment; filename="blocking-list-{timezone.localdate():%Y-%m-%d}.json"'
            return answer
    context = {
        "title": _("Export the blocking list"),
        "form": form,
        "submit": _("Export"),
        "back": reverse("reports:blocks"),
        "text": _("Each entry is a keyed hash of one address, never of a whole host. The export is recorded."),
        "crumbs": [(_("Blocking list"), reverse("reports:blocks"))],
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, id: UUID) -> Block:
    found = queries.find_block(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def _act(
    request: HttpRequest,
    id: UUID,
    form_class: Any,
    do: Callable[[Viewer, Block, Any], object],
    *,
    title: str,
    submit: str,
    text: str,
) -> HttpResponse:
    found, form = _found(request, id), form_class(request.POST or None)
    back = reverse("reports:block", args=[found.pk])
    if form.is_bound and form.is_valid():
        try:
            do(viewer_of(request), found, form)
        except (TakedownError, GroundMissing) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(back)
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "back": back,
        "subject": presenting.about(viewer_of(request), found.location)["subject"],
        "crumbs": [(_("Blocking list"), reverse("reports:blocks")), (found.location.report.code, back)],
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
