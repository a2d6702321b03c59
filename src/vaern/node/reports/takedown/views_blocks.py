"""Pages of the blocking list: its entries, reasons and review dates, and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.takedown import block_list, blocks, corrections, presenters, queries, results
from vaern.node.reports.takedown.forms import BlockForm, DecideForm, ExportForm, PlainForm, RenewForm
from vaern.node.reports.takedown.views import found_or_404
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page, one_of
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.reports.models import Block


@requires(Permission.REPORT_TAKEDOWN)
def overview(request: HttpRequest) -> HttpResponse:
    """Show the blocking list."""
    viewer = viewer_of(request)
    appeal = one_of(request.GET, "appeal", ["waits"])
    conclusion = one_of(request.GET, "conclusion", ["wrong"])
    page = queries.blocks(viewer, request.GET, appealed=bool(appeal), wrong=bool(conclusion))
    table = presenters.blocks_table(viewer, page, appeal, conclusion)
    return list_page(
        request,
        title=_("Blocking list"),
        lead=_("Addresses, for those who see them: platforms, search engines, proxies. Access providers get domains."),
        buttons=[Button(_("Export"), reverse("reports:export-blocks"))],
        table=table,
    )


@requires(Permission.REPORT_TAKEDOWN)
def block(request: HttpRequest, block: UUID) -> HttpResponse:
    """Show one block, with its appeal."""
    viewer, found = viewer_of(request), _found(request, block)
    queries.block_read(viewer, found, reason_for(request, found.location.report))
    context = {
        "entry": found,
        "known": presenters.known_by(viewer, found),
        "place": presenters.place(viewer, found.location),
        "because": blocks.reason_of(found),
        "appeal": blocks.appeal_of(found),
        "appeal_chip": presenters.appeal_chip(found),
        "location_url": presenters.at(found.location),
        "wrong": found.lifted_at is None and corrections.is_wrong(found.location),
    }
    return render(request, "reports/takedown/block.html", context)


@requires(Permission.REPORT_TAKEDOWN)
def make(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Put a location on the blocking list."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)

    def do(form: Any) -> object:
        return blocks.block(viewer, form.reason, found, form.cleaned_data["because"], form.cleaned_data["review_date"])

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Put it on the blocking list"),
        submit=_("Block"),
        danger=True,
        text=_("Only where notices did not help. Whoever answers for the place is told why, and how to appeal."),
        form=BlockForm,
        do=do,
        done=results.blocked,
    )


@requires(Permission.REPORT_TAKEDOWN)
def renew(request: HttpRequest, block: UUID) -> HttpResponse:
    """Renew a block."""
    viewer, found = viewer_of(request), _found(request, block)
    return decide(
        request,
        **presenters.about_block(viewer, found),
        title=_("Renew the block"),
        submit=_("Renew"),
        text=_("Say until when it is still needed, and why."),
        form=RenewForm,
        do=lambda form: blocks.renew(viewer, form.reason, found, form.cleaned_data["review_date"]),
        done=results.renewed,
    )


@requires(Permission.REPORT_TAKEDOWN)
def lift(request: HttpRequest, block: UUID) -> HttpResponse:
    """Lift a block."""
    viewer, found = viewer_of(request), _found(request, block)
    return decide(
        request,
        **presenters.about_block(viewer, found),
        title=_("Lift the block"),
        submit=_("Lift"),
        text=_("The location is to be worked on again."),
        form=PlainForm,
        do=lambda form: blocks.lift(viewer, form.reason, found),
        done=results.lifted,
    )


@requires(Permission.REPORT_TAKEDOWN)
def decide_appeal(request: HttpRequest, block: UUID) -> HttpResponse:
    """Decide an appeal."""
    viewer, found = viewer_of(request), _found(request, block)

    def do(form: Any) -> object:
        return blocks.decide(viewer, form.reason, found, upheld=form.cleaned_data["upheld"])

    return decide(
        request,
        **presenters.about_block(viewer, found),
        title=_("Decide on the appeal"),
        submit=_("Decide"),
        text=_("Somebody else than the person who made the entry decides."),
        form=DecideForm,
        do=do,
        done=results.appeal_decided,
    )


@requires(Permission.REPORT_TAKEDOWN, step_up=True)
def export(request: HttpRequest) -> HttpResponse:
    """Export the list for a recipient that sees addresses, as a file unreadable without the key."""

    def do(form: Any) -> HttpResponse:
        given = form.cleaned_data
        found = block_list.export(
            viewer_of(request), form.reason, given["to_whom"], given["key"], without=given["without"]
        )
        answer = JsonResponse(found, json_dumps_params={"indent": 1})
        answer["Content-Disposition"] = f'attachment; filename="blocking-list-{timezone.localdate():%Y-%m-%d}.json"'
        return answer

    return decide(
        request,
        title=_("Export the blocking list"),
        subject=None,
        crumbs=[(_("Blocking list"), reverse("reports:blocks"))],
        back=reverse("reports:blocks"),
        submit=_("Export"),
        text=_("Each entry is a keyed hash of one address, never of a whole host. The export is recorded."),
        form=ExportForm,
        do=do,
        done=None,
    )


def _found(request: HttpRequest, id: UUID) -> Block:
    return or_404(queries.find_block(viewer_of(request), id))
