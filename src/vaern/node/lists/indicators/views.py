"""The pages of the indicators of lists: of one's own, with their file, and of all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render

from vaern.node.lists.indicators import presenters, presenters_alliance, queries
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest


@requires(Permission.HASHLIST_WORK)
def indicators(request: HttpRequest) -> HttpResponse:
    """Show what is counted of the lists of the viewer's organisation."""
    return render(request, "lists/indicators.html", presenters.context(queries.opened(viewer_of(request))))


@requires(Permission.HASHLIST_WORK)
def file(request: HttpRequest) -> HttpResponse:
    """Give the numbers out as CSV."""
    return _csv(presenters.as_csv(queries.taken_out(viewer_of(request))), "hash-list-indicators.csv")


@requires(Permission.ALLIANCE_MANAGE)
def of_alliance(request: HttpRequest) -> HttpResponse:
    """Show what is counted of all lists that are released, together: for the secretariat."""
    found = queries.of_alliance(viewer_of(request))
    return render(request, "lists/indicators_alliance.html", presenters_alliance.context(found))


@requires(Permission.ALLIANCE_MANAGE)
def alliance_file(request: HttpRequest) -> HttpResponse:
    """Give the numbers of all lists together out as CSV."""
    found = queries.of_alliance_taken_out(viewer_of(request))
    return _csv(presenters_alliance.as_csv(found), "hash-lists-of-the-alliance.csv")


def _csv(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
