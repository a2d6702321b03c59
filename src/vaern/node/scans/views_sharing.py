"""Pages about who else has a scan: release, recall and its acknowledgement, export, erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.actions import ReleaseError
from vaern.node.casework.releases.forms import ReleaseForm
from vaern.node.casework.releases.preview import proof, show
from vaern.node.organisations.access import requires
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, exporting, presenting, queries
from vaern.node.scans.forms import ExportForm
from vaern.node.scans.models import Scan
from vaern.node.scans.rules import Event
from vaern.node.scans.views import act, at, found_or_404, own_or_404

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
    except (actions.ScanError, ReleaseError) as error:
        form.add_error(None, str(error))
        return render(request, "scans/release.html", context, status=422)
    messages.success(request, _("Released, and recorded."))
    return HttpResponseRedirect(at(scan))


@requires(Permission.SCAN_RELEASE)
def recall(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End the sight of one recipient."""
    own_or_404(request, id)
    organisation = get_object_or_404(Organisation, pk=recipient)
    return act(
        request,
        id,
        None,
        PlainReasonForm,
        lambda viewer, scan, form: actions.recall(viewer, form.reason, scan, organisation.id),
        title=_("Recall from %(name)s") % {"name": organisation.name},
        submit=_("Recall"),
        danger=True,
        text=_("Its sight ends at once. It has to acknowledge within 7 days that copies are destroyed."),
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
    form = PlainReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            releases.acknowledge(viewer, id, Scan.KIND, form.reason)
        except ReleaseError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
        return HttpResponseRedirect(reverse("scans:recalls"))
    context = {
        "title": _("Acknowledge the recall by %(name)s") % {"name": waiting.owner.name},
        "text": _(
            "You say for your organisation that what was recalled is no longer used and that copies were destroyed."
        ),
        "form": form,
        "submit": _("Acknowledge"),
        "back": reverse("scans:recalls"),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@requires(Permission.SCAN_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let findings leave the node as a file that carries its handling."""
    scan = found_or_404(request, id)
    if not presenting.possible(scan, Event.EXPORT):
        messages.warning(request, _("The state of the scan does not allow it."))
        return HttpResponseRedirect(at(scan))
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        sight, found = queries.export(viewer_of(request), scan, form.reason, given["verdicts"], given["to_whom"])
        return exporting.answer(scan, sight, found, given["form"], viewer_of(request).organisation.name)
    context = {
        "title": _("Export findings of %(reference)s") % {"reference": scan.reference},
        "text": _(
            "What is exported leaves the node and cannot be recalled by it. The export is recorded as a disclosure."
        ),
        "form": form,
        "submit": _("Export"),
        "back": at(scan),
        "subject": presenting.subject(scan),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@requires(Permission.SCAN_ERASE)
def erase(request: HttpRequest, id: UUID) -> HttpResponse:
    """Erase a scan."""
    return act(
        request,
        id,
        Event.ERASE,
        PlainReasonForm,
        lambda viewer, scan, form: actions.erase(viewer, form.reason, scan),
        title=_("Erase this scan"),
        submit=_("Erase"),
        danger=True,
        to=reverse("scans:scans"),
        text=_(
            "The scan and its findings are erased and cannot be brought back. The ledger keeps that they were there, "
            "the statistics keep their numbers, and every recipient has to acknowledge."
        ),
    )
