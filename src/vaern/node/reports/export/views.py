"""The page that exports a report: a preview of the document, and then the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.formats.report_write import FORMS
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.faults import stored, worded
from vaern.node.reports.base.pages import about
from vaern.node.reports.export import labels, queries
from vaern.node.reports.export.forms import ExportForm
from vaern.node.reports.models import Report
from vaern.node.web.components import Definitions
from vaern.node.web.decisions import decide
from vaern.node.web.lists import number

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.arrivals import Fault
    from vaern.formats.report_write import Form

MOST_PLACES = 50
"""Addresses that the page offers to choose from; the API takes any."""

LAST_PLACE = 99_999
"""The highest number of an address that is asked for."""


@requires(Permission.REPORT_EXPORT)
def export(request: HttpRequest, id: UUID) -> HttpResponse:
    """Preview the document of a report, and give it out once recipient and reason are stated."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    form = cast("Form", request.GET.get("form", FORMS[0]))
    place = number(request.GET.get("place", "1"), most=LAST_PLACE)
    if form not in FORMS or not place:
        raise Http404
    reason = reason_for(request, report)
    try:
        shown = queries.preview(viewer, report, reason, form, place)
    except queries.DocumentError as refusal:
        return render(request, "reports/export/export.html", {"refused": str(refusal), **about(report)}, status=409)

    def do(given: Any) -> HttpResponse:
        to_whom = given.cleaned_data["to_whom"]
        return _download(queries.take_out(viewer, report, given.reason, form, to_whom, place))

    return decide(
        request,
        **about(report),
        title=_("Download %(code)s as a document") % {"code": report.code},
        submit=_("Download"),
        form=ExportForm,
        do=do,
        done=None,
        template="reports/export/export.html",
        more={
            "kind": labels.FORMS[form],
            "faults": _worded(shown.faults),
            "forms": [(f"?form={code}", label, code == form) for code, (label, _for) in labels.FORMS.items()],
            "places": _places(form, place, shown.places),
            "left_out": _list(shown.left_out),
            "changed": _list(shown.changed),
            "personal": _list({k: n for k, n in shown.kept.items() if labels.field_of(k) in labels.PERSONAL}),
            "code": report.code,
        },
    )


def _places(form: Form, chosen: int, places: int) -> list[tuple[str, int, bool]]:
    """Return the addresses to choose from, with theirs; none where there is no choice."""
    offered = range(1, min(places, MOST_PLACES) + 1) if places > 1 else ()
    return [(f"?form={form}&place={n}", n, n == chosen) for n in offered]


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
