"""Notes when a person last did something: what waits for them is counted anew then (`kept`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.today import kept

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})


class Acted:
    """Notes every request of a person that may change something; for all processes, and beside the session.

    Not in the session, because what is saved while one types answers late: it would bring back a cookie that is gone,
    and write over what another request has put there meanwhile.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        viewer = getattr(request, "viewer", None)
        if request.method not in LOOKS and viewer and viewer.person and not _types(request):
            kept.acted(viewer.person)
        return response


def _types(request: HttpRequest) -> bool:
    """Whether the request only keeps what is being typed, which it does every few seconds: nothing waits less by it."""
    match = request.resolver_match
    return match is not None and match.app_name == "drafts"
