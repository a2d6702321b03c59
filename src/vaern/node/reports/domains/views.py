"""Pages about domains: who asked, who seconded, which second country confirmed; the list for access providers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.assessment.grounds import GroundMissing
from vaern.node.reports.domains import actions, exporting, presenting, queries, zone
from vaern.node.reports.domains.forms import AnswerForm, AskForm, ExportForm, PutForm
from vaern.node.reports.takedown import labels
from vaern.node.reports.takedown.block_list import Groundless
from vaern.node.reports.takedown.forms import DecideForm, PlainForm
from vaern.node.reports.takedown.locking import TakedownError
from vaern.node.reports.takedown.views import act, found_or_404

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import DomainBlock, Location


@requires(Permission.REPORT_TAKEDOWN)
def domains(request: HttpRequest) -> HttpResponse:
    """Show the domains that the organisation asked for, or is asked to confirm."""
    viewer, waits = viewer_of(request), request.GET.get("waits", "")
    waits = waits if waits in queries.WAITS else ""
    page = queries.blocks(viewer, request.GET, waits=waits)
    return render(request, "reports/domains/domains.html", {"table": presenting.table(viewer, page, waits)})


@requires(Permission.REPORT_TAKEDOWN)
def domain(request: HttpRequest, block: UUID) -> HttpResponse:
    """Show one domain: to the other country nothing of the report."""
    viewer, found = viewer_of(request), _found(request, block)
    appeals = queries.read(viewer, found, reason_for(request, found.location.report.subject))
    return render(request, "reports/domains/domain.html", presenting.context(viewer, found, appeals))


@requires(Permission.REPORT_TAKEDOWN)
def ask(request: HttpRequest, id: UUID, location: UUID) -> HttpResponse:
    """Ask that a domain be stopped."""

    def do(viewer: Viewer, found: Location, form: Any) -> object:
        given = form.cleaned_data
        return actions.ask(
            viewer, form.reason, found, given["domain"], given["because"], given["dedicated"], given["review_date"]
        )

    return act(
        request,
        found_or_404(request, id, location),
        AskForm,
        do,
        danger=True,
        title=_("Ask that its domain be blocked"),
        submit=_("Ask for it"),
        text=_(
            "All of the domain is blocked for everybody at an access provider. Somebody else here seconds it, and an "
            "organisation of a second country confirms it or asks for the same."
        ),
    )


@requires(Permission.REPORT_TAKEDOWN)
def second(request: HttpRequest, block: UUID) -> HttpResponse:
    """Second it."""
    return _act(
        request,
        block,
        PlainForm,
        lambda viewer, found, form: actions.second(viewer, form.reason, found),
        own=True,
        title=_("Second it"),
        submit=_("Second"),
        text=_("You have looked into it yourself. Whoever answers for the domain is told why, and how to appeal."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def put(request: HttpRequest, block: UUID) -> HttpResponse:
    """Put it to an organisation of another country."""
    others = queries.others(viewer_of(request))
    return _act(
        request,
        block,
        lambda data: PutForm(data, others=others),
        lambda viewer, found, form: actions.put(viewer, form.reason, found, form.cleaned_data["to"]),
        own=True,
        title=_("Ask another country to confirm it"),
        submit=_("Ask them"),
        text=_("They see the domain, why it is given over to abuse, and since when removal failed; no report."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def answer(request: HttpRequest, block: UUID) -> HttpResponse:
    """Answer for a second country."""

    def do(viewer: Viewer, found: DomainBlock, form: Any) -> object:
        given = form.cleaned_data
        return actions.answer(viewer, form.reason, found, given["because"], confirmed=given["confirmed"])

    return _act(
        request,
        block,
        AnswerForm,
        do,
        own=False,
        title=_("Answer whether the domain is to be stopped"),
        submit=_("Answer"),
        text=_("Look into it yourselves, with the tools that you are licensed for."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def lift(request: HttpRequest, block: UUID) -> HttpResponse:
    """Lift it."""
    return _act(
        request,
        block,
        PlainForm,
        lambda viewer, found, form: actions.lift(viewer, form.reason, found),
        own=True,
        title=_("Lift the block"),
        submit=_("Lift"),
        text=_("Providers go on until they load the next list: hand it out."),
    )


@requires(Permission.REPORT_TAKEDOWN)
def decide(request: HttpRequest, block: UUID) -> HttpResponse:
    """Decide the appeals that wait."""

    def do(viewer: Viewer, found: DomainBlock, form: Any) -> object:
        return actions.decide(viewer, form.reason, found, upheld=form.cleaned_data["upheld"])

    return _act(
        request,
        block,
        DecideForm,
        do,
        own=True,
        title=_("Decide on the appeal"),
        submit=_("Decide"),
        text=_("Somebody else than those who asked for it and seconded it decides, of all that wait at once."),
    )


@requires(Permission.REPORT_TAKEDOWN, step_up=True)
def export(request: HttpRequest) -> HttpResponse:
    """Hand the list of domains to an access provider, as a response policy zone."""
    form = ExportForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            found = exporting.export(
                viewer_of(request), form.reason, given["to_whom"], given["stop"], without=given["without"]
            )
        except Groundless as missing:
            form.add_error(None, labels.groundless(missing.count, missing.others, str(missing)))
        except zone.Unusable:
            form.add_error("stop", _("That host lies on a domain that is stopped."))
        else:
            answer = HttpResponse(found, content_type="text/dns; charset=utf-8")
            answer["Content-Disposition"] = f'attachment; filename="domains-{timezone.localdate():%Y-%m-%d}.rpz"'
            return answer
    context = {
        "title": _("Export the list of domains"),
        "form": form,
        "submit": _("Export"),
        "back": reverse("reports:domains"),
        "crumbs": [(_("Domains"), reverse("reports:domains"))],
        "text": _("A response policy zone in clear: whoever has it can read the domains. The export is recorded."),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _found(request: HttpRequest, id: UUID, *, own: bool | None = None) -> DomainBlock:
    viewer = viewer_of(request)
    found = queries.find(viewer, id)
    if found is None or (own is not None and own != (found.organisation_id == viewer.organisation.pk)):
        raise Http404
    return found


def _act(
    request: HttpRequest,
    id: UUID,
    form_class: Callable[[Any], Any],
    do: Callable[[Viewer, DomainBlock, Any], object],
    *,
    own: bool,
    title: str,
    submit: str,
    text: str,
) -> HttpResponse:
    found, form = _found(request, id, own=own), form_class(request.POST or None)
    back = reverse("reports:domain", args=[found.pk])
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
        "crumbs": [(_("Domains"), reverse("reports:domains")), (_("A domain"), back)],
        "subject": presenting.about(viewer_of(request), found),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
