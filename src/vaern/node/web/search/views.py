"""The page of the search; the palette asks for its results alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from vaern.node.web.lists import Filters, Words
from vaern.node.web.search import queries
from vaern.node.web.search.looks import LONGEST

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SearchFilters(Filters):
    """What is looked for."""

    q = Words(longest=LONGEST)


@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Show what a text leads to: the records, people and pages that the viewer may open.

    It is sent by POST and never read out of the address: a keyword, a name or an address would stand in the browser's
    history, and the results of a search that nobody made would be one click away.
    """
    text = SearchFilters(request.POST).values["text"]
    found = queries.search(request.viewer, text) if text else None  # type: ignore[attr-defined]
    template = "web/search/results.html" if request.headers.get("Vaern-Palette") else "web/search/page.html"
    return render(request, template, {"search": text, "found": found})
