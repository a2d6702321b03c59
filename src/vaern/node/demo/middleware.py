"""Lets the forms of the tour's strip be sent from whatever page it stands on, while somebody is on the tour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.demo.tour import COOKIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class Strip:
    """Lets a page that tells nobody where it was tell this node alone: without that its forms have no origin (CSRF)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if COOKIE in request.COOKIES and response.headers.get("Referrer-Policy") == "no-referrer":
            response["Referrer-Policy"] = "same-origin"
        return response
