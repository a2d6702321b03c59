"""The page by which a report leaves the node as a document: what would be in it and what not, and then the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from vaern.formats.report_write import FORMS
from vaern.node.base.refusals import Refusal
from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk.subjects import about
from vaern.node.reports.export import labels, queries
from vaern.node.reports.export.forms import ExportForm
from vaern.node.reports.intake.faults import stored, worded
from vaern.node.web.components import Definitions

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.arrivals import Fault
    from vaern.formats.report_write import Form

MOST_PLACES = 50
"""Addresses that the page offers to choose from; the API takes any."""

_NUMBER = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)


@requires(Permission.REPORT_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what a document of a report would hold and leave out; give it when somebody said to whom and why."""
    viewer = viewer_of(request)
    report = queries.find(viewer, id)
    if report is None:
        raise Http404
    form, place = cast("Form", request.GET.get("form", FORMS[0])), request.GET.get("place", "1")
    if form not in FORMS or not _NUMBER.fullmatch(place):
        raise Http404
    reason = reason_for(request, report.subject)
    try:
        shown = queries.preview(viewer, report, reason, form, int(place))
    except queries.DocumentError as error:
        return render(request, "reports/export/export.html", {"refused": str(error), **about(report)}, status=409)
    filled = ExportForm(request.POST or None)
    if request.method == "POST" and filled.is_valid():
        try:
            given = filled.cleaned_data
            document = queries.take_out(viewer, report, filled.reason, form, given["to_whom"], int(place))
        except Refusal as error:
            faults = error.faults if isinstance(error, queries.DocumentError) else ()
            filled.add_error(None, " ".join([str(error), *(f"{where}: {what}." for where, what in _worded(faults))]))
        else:
            return _download(document)
    back = reverse("reports:report", args=[report.pk])
    context: dict[str, Any] = {
        "form": filled,
        "back": back,
        "kind": labels.FORMS[form],
        "faults": _worded(shown.faults),
        "forms": [(f"?form={code}", label, code == form) for code, (label, _for) in labels.FORMS.items()],
        "places": [
            (f"?form={form}&place={n}", n, str(n) == place) for n in range(1, min(shown.places, MOST_PLACES) + 1)
        ]
        if shown.places > 1
        else [],
        "left_out": _list(shown.left_out),
        "changed": _list(shown.changed),
        "personal": _list({kind: n for kind, n in shown.kept.items() if labels.field_of(kind) in labels.PERSONAL}),
        "code": report.code,
        **about(report),
    }
    return render(request, "reports/export/export.html", context, status=422 if filled.errors else 200)


def _download(document: queries.Document) -> HttpResponse:
    answer = HttpResponse(document.written.document, content_type=document.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{document.name}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _worded(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    return [worded(stored(fault)) for fault in faults]


def _list(kinds: dict[str, int]) -> Definitions | None:
    """Kinds of parts with how many there are of each; None without any."""
    return Definitions([(labels.words_of(kind), n) for kind, n in kinds.items()]) if kinds else None
