"""Pages about who else has a scan: release, recall, export, erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.releases.pages import choose, end_sight
from vaern.node.casework.retention.views import erase_view
from vaern.node.casework.sheets import found_or_404, own_or_404
from vaern.node.casework.workstations.views import to_workstation
from vaern.node.organisations.access import requires
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.scans import actions, acts, exports, presenters, queries
from vaern.node.scans.forms import ExportForm
from vaern.node.scans.models import Scan
from vaern.node.scans.rules import Event, State, after
from vaern.node.scans.workstation import goods
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.SCAN_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask who shall receive, show who will receive, and release when exactly that was confirmed."""
    viewer, scan = viewer_of(request), own_or_404(Scan, id)
    return choose(
        request,
        scan,
        **presenters.about(scan),
        title=_("Release %(reference)s") % {"reference": scan.reference},
        submit=_("Release"),
        text=_("You decide who receives. Before anything is released you see the list of recipients."),
        check=lambda: after(State(scan.state), Event.RELEASE),
        do=lambda form: actions.release(viewer, form.reason, scan, form.receivers, form.terms),
        done=lambda made: (
            _("%(names)s can read it until %(day)s. You see here when they do, and can recall it.")
            % {"names": ", ".join(one.recipient.name for one in made), "day": date_format(made[0].expires_at)}
        ),
    )


@requires(Permission.SCAN_RELEASE)
def recall(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End the sight of one recipient."""
    scan, organisation = own_or_404(Scan, id), get_object_or_404(Organisation, pk=recipient)
    return end_sight(
        request,
        organisation,
        **presenters.about(scan),
        do=lambda reason: actions.recall(viewer_of(request), reason, scan, recipient),
    )


@requires(Permission.SCAN_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let findings leave the node as a file that carries its handling."""
    viewer, scan = viewer_of(request), found_or_404(Scan, id)

    def do(form: Any) -> HttpResponse:
        given = form.cleaned_data
        sight, found = queries.export(viewer, scan, form.reason, given["verdicts"], given["to_whom"])
        return exports.answer(scan, sight, found, given["form"], viewer.organisation.name)

    text = _("What is exported leaves the node and cannot be recalled by it. The export is recorded as a disclosure.")
    return decide(
        request,
        **presenters.about(scan),
        title=_("Export findings of %(reference)s") % {"reference": scan.reference},
        submit=_("Export"),
        text=text,
        check=lambda: after(State(scan.state), Event.EXPORT),
        form=ExportForm,
        do=do,
        done=None,
    )


@requires(Permission.SCAN_EXPORT)
def workstation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the findings of a scan to a workstation, as VICS."""
    scan = found_or_404(Scan, id)
    about = presenters.about(scan)
    return to_workstation(
        request, scan, goods(scan), acts.EXPORTED, about, check=lambda: after(State(scan.state), Event.EXPORT)
    )


erase = erase_view(
    Permission.SCAN_ERASE,
    Scan,
    presenters.about,
    title=gettext_lazy("Erase this scan"),
    text=gettext_lazy(
        "The scan and its findings are erased and cannot be brought back. The ledger keeps that they were "
        "there, the statistics keep their numbers, and every recipient has to acknowledge."
    ),
    then="scans:scans",
)
