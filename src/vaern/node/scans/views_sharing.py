"""Pages about who else has a scan: release, recall and its acknowledgement, export, erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.casework.releases.preview import proof, show
from vaern.node.organisations.access import requires
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, exporting, presenting, queries
from vaern.node.scans.forms import ExportForm
from vaern.node.scans.models import Scan
from vaern.node.scans.rules import Event, State, after
from vaern.node.scans.views import at, found_or_404, own_or_404
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@requires(Permission.SCAN_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask who shall receive, show who will receive, and release when exactly that was confirmed."""
    viewer, scan = viewer_of(request), own_or_404(request, id)
    if not presenting.possible(scan, Event.RELEASE):
        messages.warning(request, _("The state of the scan does not allow it."))
        return HttpResponseRedirect(at(scan))
    form = ReleaseForm(request.POST or None, record=scan, prospects=releases.recipients_preview(viewer, scan))
    context: dict[str, Any] = {"form": form, "scan": scan, "back": at(scan)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "scans/release.html", context, status=422 if form.errors else 200)
    if request.POST.get("shown") != proof(scan, form):
        return show(
            request, scan, form, [(_("Scans"), reverse("scans:scans")), (scan.reference, at(scan))], _("Release")
        )
    try:
        actions.release(viewer, form.reason, scan, [prospect.organisation.id for prospect in form.chosen], form.terms)
    except Refusal as error:
        form.add_error(None, str(error))
        return render(request, "scans/release.html", context, status=422)
    messages.success(request, _("Released, and recorded."))
    return HttpResponseRedirect(at(scan))


@requires(Permission.SCAN_RELEASE)
def recall(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End the sight of one recipient."""
    scan, organisation = own_or_404(request, id), get_object_or_404(Organisation, pk=recipient)
    return decide(
        request,
        **presenting.about(scan),
        title=_("Recall from %(name)s") % {"name": organisation.name},
        submit=_("Recall"),
        danger=True,
        text=_("Its sight ends at once. It has to acknowledge within 7 days that copies are destroyed."),
        form=PlainReasonForm,
        do=lambda form: actions.recall(viewer_of(request), form.reason, scan, organisation.id),
    )


@requires(Permission.SCAN_VIEW)
def recalls(request: HttpRequest) -> HttpResponse:
    """Show the recalls that wait for the viewer's organisation."""
    found = queries.recalls(viewer_of(request))
    late = timezone.now() - releases.ACKNOWLEDGED_WITHIN
    return render(request, "scans/recalls.html", {"releases": found, "late": late, "form": PlainReasonForm()})


@requires(Permission.SCAN_VIEW)
def acknowledge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Acknowledge a recall."""
    viewer = viewer_of(request)
    waiting = releases.to_acknowledge(viewer, Scan.KIND).filter(pk=id).first()
    if waiting is None:
        raise Http404
    text = _("You say for your organisation that what was recalled is no longer used and that copies were destroyed.")
    return decide(
        request,
        title=_("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        subject=None,
        crumbs=[(_("Scans"), reverse("scans:scans")), (_("Recalls"), reverse("scans:recalls"))],
        back=reverse("scans:recalls"),
        submit=_("Acknowledge"),
        text=text,
        form=PlainReasonForm,
        do=lambda form: releases.acknowledge(viewer, id, Scan.KIND, form.reason),
    )


@requires(Permission.SCAN_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let findings leave the node as a file that carries its handling."""
    viewer, scan = viewer_of(request), found_or_404(request, id)

    def do(form: Any) -> HttpResponse:
        given = form.cleaned_data
        sight, found = queries.export(viewer, scan, form.reason, given["verdicts"], given["to_whom"])
        return exporting.answer(scan, sight, found, given["form"], viewer.organisation.name)

    text = _("What is exported leaves the node and cannot be recalled by it. The export is recorded as a disclosure.")
    return decide(
        request,
        **presenting.about(scan),
        title=_("Export findings of %(reference)s") % {"reference": scan.reference},
        submit=_("Export"),
        text=text,
        check=lambda: after(State(scan.state), Event.EXPORT),
        form=ExportForm,
        do=do,
    )


@requires(Permission.SCAN_ERASE)
def erase(request: HttpRequest, id: UUID) -> HttpResponse:
    """Erase a scan."""
    scan = own_or_404(request, id)
    return decide(
        request,
        **presenting.about(scan),
        title=_("Erase this scan"),
        submit=_("Erase"),
        danger=True,
        text=_(
            "The scan and its findings are erased and cannot be brought back. The ledger keeps that they were "
            "there, the statistics keep their numbers, and every recipient has to acknowledge."
        ),
        check=lambda: after(State(scan.state), Event.ERASE),
        form=PlainReasonForm,
        do=lambda form: actions.erase(viewer_of(request), form.reason, scan),
        then=reverse("scans:scans"),
    )
