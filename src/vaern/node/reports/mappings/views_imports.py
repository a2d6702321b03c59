"""The page for importing documents of other systems."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.conf import settings
from django.shortcuts import render

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.intake import door
from vaern.node.reports.intake.documents import LARGEST
from vaern.node.reports.intake.queries import takes_reports
from vaern.node.reports.mappings import presenters, queries
from vaern.node.reports.mappings.forms import BringInForm
from vaern.node.reports.mappings.imports import Upload
from vaern.node.reports.mappings.imports import bring_in as take
from vaern.node.web.intake import looks_into, takes_up_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@takes_up_to(LARGEST)
@looks_into(door.first_look)
@requires(Permission.REPORT_SEND)
def bring_in(request: HttpRequest) -> HttpResponse:
    """Import documents by a mapping, and show the result for each report."""
    viewer = viewer_of(request)
    versions = queries.readable(viewer)
    form = BringInForm(request.POST or None, request.FILES or None, versions=versions)
    context = {"form": form, "versions": versions, "takes": takes_reports(viewer.organisation)}
    status = HTTPStatus.OK
    if request.method == "POST" and context["takes"]:
        if form.is_valid():
            uploads = [Upload(str(one.name), one.read()) for one in form.cleaned_data["documents"]]
            found = take(viewer, form.reason, form.version, uploads, synthetic=settings.CONFIGURATION.synthetic)
            context["brought"] = presenters.brought_table(found)
            if not any(one.report for one in found):
                status = HTTPStatus.UNPROCESSABLE_ENTITY
        else:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
    return render(request, "reports/mappings/bring_in.html", context, status=status)
