"""Pages of work packages: what would leave, the package with its file, its end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.viewing import packages, presenters, queries
from vaern.node.reports.viewing.forms import PackageForm, StationReasonForm
from vaern.node.web.components import Link
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from django.http import HttpRequest


@requires(Permission.REPORT_ASSESS)
def package_list(request: HttpRequest) -> HttpResponse:
    """Show the organisation's work packages."""
    viewer = viewer_of(request)
    page = queries.packages(viewer, request.GET)
    buttons = []
    if viewer.may(Permission.REPORT_EXPORT):
        buttons.append(Button(_("Package my claimed reports"), reverse("reports:new-package"), primary=True))
    if viewer.may(Permission.STATION_KEEP):
        buttons.append(Button(_("Viewing stations"), reverse("reports:stations")))
    return list_page(
        request,
        title=_("Work packages"),
        lead=_(
            "Exact addresses leave the node only here: encrypted for one licensed viewing station, for some days, with "
            "an entry of the ledger for each report."
        ),
        buttons=buttons,
        table=presenters.packages_table(page.rows, page),
    )


@requires(Permission.REPORT_EXPORT)
def new_package(request: HttpRequest) -> HttpResponse:
    """Show what would leave of the viewer's claimed reports, and make the package."""
    viewer, known = viewer_of(request), request.GET.get("known") == "1"
    codes = [code for code in request.GET.get("reports", "").upper().split(",") if code.isalnum()]
    reports, stations = queries.claimed(viewer, codes), queries.valid_stations()
    contents = queries.preview(viewer, reports, known=known) if request.method != "POST" else []

    def check() -> None:
        if not stations:
            raise Refusal(_("There is no confirmed viewing station with a valid licence: register one first."))
        if not reports:
            raise Refusal(_("You have claimed no report that waits for its assessment."))

    def do(form: Any) -> Any:
        station = or_404(queries.station(UUID(form.cleaned_data["station"])))
        days = form.cleaned_data["days"]
        return packages.make(viewer, form.reason, station, reports, days, known=known)

    back = reverse("reports:packages")
    return decide(
        request,
        title=_("Package for a viewing station"),
        subject=presenters.preview_facts(contents) if contents else None,
        crumbs=[(_("Work packages"), back)],
        back=back,
        submit=_("Make the package"),
        text=_lead(codes, known=known, missing=len(set(codes)) - len(reports) if codes else 0),
        shown=presenters.preview_table(contents) if contents else None,
        form=partial(PackageForm, stations=presenters.station_choices(stations)),
        check=check,
        do=do,
        then=lambda made: reverse("reports:package", args=[made.pk]),
        done=_("The package is made. Download it, and carry it to the station."),
        template="reports/viewing/new_package.html",
    )


def _lead(codes: list[str], *, known: bool, missing: int) -> object:
    """Return what follows from it, and the link that lets the known items go along, or stay."""
    kept = {"reports": ",".join(codes)} if codes else {}
    toggle = Link(
        _("Leave out what is known or was seen before")
        if known
        else _("Let what is known or was seen before go along too"),
        "?" + urlencode(kept if known else {**kept, "known": "1"}),
    )
    said = _(
        "The exact addresses of these reports leave the node, readable by this station alone. That cannot be recalled. "
        "One reason for all of them, and an entry of the ledger for each."
    )
    left = _("Chosen reports that you have not claimed, or that wait for no assessment, stay here.") if missing else ""
    return format_html("{} {} {}", said, left, toggle)


@requires(Permission.REPORT_ASSESS)
def package(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one package: when it ends, what is answered, and its file for who made it."""
    viewer, found = viewer_of(request), or_404(queries.package(id))
    lines = queries.read(viewer, found)
    return render(request, "reports/viewing/package.html", presenters.package_context(viewer, found, lines))


@requires(Permission.REPORT_EXPORT)
@never_cache
def package_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the file of a package to who made it."""
    viewer, found = viewer_of(request), or_404(queries.package(id))

    def do(_form: Any) -> HttpResponse:
        response = HttpResponse(packages.take(viewer, found), content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="vaern-package-{found.code}.json.age"'
        return response

    return decide(
        request,
        **presenters.package_about(found),
        title=_("Download this package"),
        submit=_("Download"),
        text=_("The file opens on the station alone. Carry it there; this node cannot read it any more either."),
        do=do,
        done=None,
    )


@requires(Permission.REPORT_ASSESS)
def end_package(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a package before its time."""
    viewer, found = viewer_of(request), or_404(queries.package(id))
    return decide(
        request,
        **presenters.package_about(found),
        title=_("End this package"),
        submit=_("End it"),
        danger=True,
        text=_(
            "Its file is erased here, and nothing is answered to it any more. What the station has already stays there."
        ),
        form=StationReasonForm,
        do=lambda form: packages.end(viewer, form.reason, found),
        done=_("Package %(code)s has ended: its file is erased here. What the station has already stays there.")
        % {"code": found.code},
    )
