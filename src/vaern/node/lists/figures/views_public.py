"""The public pages of error rates: the same for everybody, without a session, a cookie or a form.

A list that publishes none and one that is not there get the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from vaern.node.lists.figures import files, presenters, queries
from vaern.node.organisations.access import public
from vaern.node.web import bare
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from django.http import HttpRequest


@public("how often a list is wrong is for everybody, where its curator published it", findable=True)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show the error rates of all lists that publish them."""
    with translation.override(bare.language_of(request)):
        lists = [presenters.public_list(one, queries.months(one)) for one in queries.published()]
        context = {"lists": lists, "languages": bare.language_links()}
        response = render(request, "lists/public_figures.html", context)
    response["Cache-Control"] = bare.CACHED
    return response


@public("how often a list is wrong is for everybody to work out again, where its curator published it")
@require_safe
def file(request: HttpRequest, name: str, what: str) -> HttpResponse:
    """Give out the months of a list, or the entries that they are made of, as CSV."""
    found = or_404(queries.find(name))
    if what == "months":
        content = files.months(queries.months(found))
    elif what == "entries":
        content = files.entries(queries.entries(found))
    else:
        raise Http404
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.name}-{what}.csv"'
    return bare.open_to_all(response)
