"""Acts in place: a page says that it opened another beside it, and is told where to go instead of being sent there.

`acts.js` names its own page in the header `Vaern-In-Place`. Where a view would redirect, the answer is a 204 with the
address in `Vaern-Then`, and `Vaern-Same` where it is the same kind of page: the script then draws that page without a
load, or goes there. No message is drawn by an answer that nobody sees: it stands on the page that follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

HEADER, THEN, SAME = "Vaern-In-Place", "Vaern-Then", "Vaern-Same"


class InPlace:
    """Says where a redirect leads, to a page that asked to be told."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        here = request.headers.get(HEADER)
        if here is None or "Location" not in response:
            return response
        to = response["Location"]
        del response["Location"]
        response.status_code, response.content = 204, b""
        response[THEN] = to
        if _view(here) and _view(here) == _view(urlsplit(to).path):
            response[SAME] = "1"
        return response


def _view(path: str) -> str:
    """Return the name of the view of a path, or "" for one that leads nowhere."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
