"""Public pages of published trusted flagger reports: a list and the files, the same for everybody.

No session, no cookie, no form. Unpublished and missing reports get the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from vaern.node.organisations.access import public
from vaern.node.reports.flagging import documents, presenters, queries
from vaern.node.reports.flagging import public as reading
from vaern.node.web import bare

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@public("the reports of trusted flaggers are public by law", findable=True)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """List the published reports."""
    with translation.override(bare.language_of(request)):
        context = {"table": presenters.published(reading.published()), "languages": bare.language_links()}
        response = render(request, "reports/flagging/public.html", context)
    response["Cache-Control"] = bare.CACHED
    return response


@public("the reports of trusted flaggers are public by law, also as files")
@require_safe
def file(request: HttpRequest, id: UUID, year: int, form: str) -> HttpResponse:
    """Download a published report."""
    found = reading.find(id, year) if form in documents.TYPES and year in range(1, 10_000) else None
    if found is None:
        raise Http404
    response = HttpResponse(
        documents.as_file(queries.content_of(found), found, form, bare.language_of(request)),
        content_type=documents.TYPES[form],
    )
    response["Content-Disposition"] = f'inline; filename="trusted-flagger-{year}.{form}"'
    return bare.open_to_all(response)
