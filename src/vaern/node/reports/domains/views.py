"""Pages of domain blocks: request, second, confirmation by another country; the list for access providers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.domains import actions, presenters, queries, zones
from vaern.node.reports.domains.forms import AnswerForm, AskForm, ExportForm, PutForm
from vaern.node.reports.takedown.forms import DecideForm, PlainForm
from vaern.node.reports.takedown.presenters import about as about_location
from vaern.node.reports.takedown.views import found_or_404
from vaern.node.web import items
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page, one_of
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.reports.models import DomainBlock


@requires(Permission.REPORT_TAKEDOWN)
def domains(request: HttpRequest) -> HttpResponse:
    """Show the blocks that the organisation requested, or is asked to confirm."""
    viewer, waits = viewer_of(request), one_of(request.GET, "waits", queries.WAITS)
    page = queries.blocks(viewer, request.GET, waits=waits)
    return list_page(
        request,
        title=_("Domains"),
        lead=_(
            "Access providers see domains and no addresses. A domain is on their list while two people of one country "
            "and an organisation of a second country say that it is given over to abuse."
        ),
        buttons=[Button(_("Export"), reverse("reports:export-domains"))],
        table=presenters.table(viewer, page, waits),
    )


@requires(Permission.REPORT_TAKEDOWN)
def domain(request: HttpRequest, block: UUID) -> HttpResponse:
    """Show one block; to the other country nothing of the report."""
    viewer, found = viewer_of(request), _found(request, block)
    appeals = queries.read(viewer, found, reason_for(request, found.location.report))
    return render(request, "reports/domains/domain.html", presenters.context(viewer, found, appeals))


@requires(Permission.REPORT_TAKEDOWN)
def ask(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Request a domain block."""
    viewer, found = viewer_of(request), found_or_404(request, id, location)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return actions.ask(
            viewer, form.reason, found, given["domain"], given["because"], given["dedicated"], given["review_date"]
        )

    return decide(
        request,
        **about_location(viewer, found),
        title=_("Ask that its domain be blocked"),
        submit=_("Ask for it"),
        danger=True,
        text=_(
            "All of the domain is blocked for everybody at an access provider. Somebody else here seconds it, and "
            "an "
            "organisation of a second country confirms it or asks for the same."
        ),
        form=AskForm,
        do=do,
        done=lambda made: Result(
            _("The block of the domain is requested. Somebody else of your organisation seconds it now."),
            Undo(reverse("reports:lift-domain", args=[made.pk])),
            items.Button(_("Go to the request"), reverse("reports:domain", args=[made.pk])),
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def second(request: HttpRequest, block: UUID) -> HttpResponse:
    """Second a request."""
    viewer, found = viewer_of(request), _found(request, block, own=True)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Second it"),
        submit=_("Second"),
        text=_("You have looked into it yourself. Whoever answers for the domain is told why, and how to appeal."),
        form=PlainForm,
        do=lambda form: actions.second(viewer, form.reason, found),
        done=Result(
            _(
                "Seconded. Whoever answers for the domain was told why, and how to appeal. A second country "
                "confirms it next."
            ),
            then=items.Button(_("Ask another country"), reverse("reports:put-domain", args=[block])),
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def put(request: HttpRequest, block: UUID) -> HttpResponse:
    """Put a request to an organisation of another country."""
    viewer, found = viewer_of(request), _found(request, block, own=True)
    others = queries.others(viewer_of(request))
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Ask another country to confirm it"),
        submit=_("Ask them"),
        text=_("They see the domain, why it is given over to abuse, and since when removal failed; no report."),
        form=partial(PutForm, others=others),
        do=lambda form: actions.put(viewer, form.reason, found, form.cleaned_data["to"]),
        done=lambda made: (
            _("%(name)s is asked to confirm it, and sees the domain and why; no report. Its answer stands here.")
            % {"name": made.put_to.name}
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def answer(request: HttpRequest, block: UUID) -> HttpResponse:
    """Answer for a second country."""
    viewer, found = viewer_of(request), _found(request, block, own=False)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return actions.answer(viewer, form.reason, found, given["because"], confirmed=given["confirmed"])

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Answer whether the domain is to be stopped"),
        submit=_("Answer"),
        text=_("Look into it yourselves, with the tools that you are licensed for."),
        form=AnswerForm,
        do=do,
        done=lambda made: (
            _("You confirmed it: the domain is on the list now. The organisation that asked sees your answer.")
            if made.confirmed
            else _("You did not confirm it: the domain is not on the list. The organisation that asked sees why.")
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def lift(request: HttpRequest, block: UUID) -> HttpResponse:
    """Lift a block."""
    viewer, found = viewer_of(request), _found(request, block, own=True)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Lift the block"),
        submit=_("Lift"),
        text=_("Providers go on until they load the next list: hand it out."),
        form=PlainForm,
        do=lambda form: actions.lift(viewer, form.reason, found),
        done=Result(
            _("The block is lifted. Providers go on until they load the next list: hand it out."),
            then=items.Button(_("Export the list"), reverse("reports:export-domains")),
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def decide_appeal(request: HttpRequest, block: UUID) -> HttpResponse:
    """Decide the pending appeals."""
    viewer, found = viewer_of(request), _found(request, block, own=True)

    def do(form: Any) -> object:
        return actions.decide(viewer, form.reason, found, upheld=form.cleaned_data["upheld"])

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Decide on the appeal"),
        submit=_("Decide"),
        text=_("Somebody else than those who asked for it and seconded it decides, of all that wait at once."),
        form=DecideForm,
        do=do,
        done=lambda made: (
            _("The appeals are upheld, and the block has ended. Hand out the next list.")
            if made.ended_at
            else _("The appeals are rejected, and the block stands until its review date.")
        ),
    )


@requires(Permission.REPORT_TAKEDOWN, step_up=True)
def export(request: HttpRequest) -> HttpResponse:
    """Export the list of domains for an access provider, as a response policy zone."""

    def do(form: Any) -> HttpResponse:
        given = form.cleaned_data
        found = zones.export(viewer_of(request), form.reason, given["to_whom"], given["stop"], without=given["without"])
        answer = HttpResponse(found, content_type="text/dns; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="domains-{timezone.localdate():%Y-%m-%d}.rpz"'
        return answer

    return decide(
        request,
        title=_("Export the list of domains"),
        subject=None,
        crumbs=[(_("Domains"), reverse("reports:domains"))],
        back=reverse("reports:domains"),
        submit=_("Export"),
        text=_("A response policy zone in clear: whoever has it can read the domains. The export is recorded."),
        form=ExportForm,
        do=do,
        done=None,
    )


def _found(request: HttpRequest, id: UUID, *, own: bool | None = None) -> DomainBlock:
    viewer = viewer_of(request)
    found = queries.find(viewer, id)
    if found is None or (own is not None and own != (found.organisation_id == viewer.organisation.pk)):
        raise Http404
    return found
