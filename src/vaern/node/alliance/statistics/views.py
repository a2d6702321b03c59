"""Pages of statistics: a country and a year, and its file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.files import statistics as files
from vaern.node.alliance.statistics import presenters, queries
from vaern.node.alliance.statistics.forms import ExportForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.components import Definitions
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.models import Member


def _of_or_404(request: HttpRequest, id: UUID | None, year: int | None) -> tuple[Member, int]:
    """Return the country and the year that the address names; the first and the latest if it names none.

    Raises:
        Http404: there is no such year, or the country is not one whose statistics this person may take out.
    """
    member, years = queries.country(viewer_of(request), id), queries.years()
    if member is None or not years or (year is not None and year not in years):
        raise Http404
    return member, years[0] if year is None else year


@requires(Permission.STATISTICS_EXPORT)
@require_safe
def statistics(request: HttpRequest, id: UUID | None = None, year: int | None = None) -> HttpResponse:
    """Show a country's year as it may be published, with the definition of each number."""
    viewer, years = viewer_of(request), queries.years()
    countries = queries.countries(viewer)
    if id is None and not (countries and years):
        return render(request, "alliance/statistics/statistics.html", presenters.nothing())
    member, chosen = _of_or_404(request, id, year)
    found = queries.sheet(viewer, member, chosen)
    context = presenters.context(found, member, countries, years, own=queries.may_have_all(viewer, member))
    return render(request, "alliance/statistics/statistics.html", context)


@requires(Permission.STATISTICS_EXPORT, step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, id: UUID, year: int) -> HttpResponse:
    """Export a country's year as a file."""
    (member, _year), viewer = _of_or_404(request, id, year), viewer_of(request)
    back = reverse("alliance:statistics-of", args=[id, year])

    def do(form: Any) -> HttpResponse:
        given = form.cleaned_data
        return _file(queries.taken_out(viewer, form.reason, member, year, given["form"]), given["file"])

    return decide(
        request,
        title=_("Download the statistics of %(country)s, %(year)s") % {"country": member, "year": year},
        subject=Definitions([(_("Country"), member), (_("Year"), str(year))]),
        crumbs=[(_("Statistics"), back)],
        back=back,
        submit=_("Download"),
        text=_("What is downloaded leaves the node and cannot be recalled by it. It is recorded as a disclosure."),
        form=partial(ExportForm, everything=queries.may_have_all(viewer, member)),
        do=do,
        done=None,
    )


def _file(found: files.Sheet, kind: str) -> HttpResponse:
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    answer = HttpResponse(files.WRITERS[kind](found), content_type=types[kind])
    name = f"statistics-{found.country.lower()}-{found.year}-{found.form}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
