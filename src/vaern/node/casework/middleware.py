"""Shows the reason dialogue for every casework view that needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.reasons import ReasonNeeded, ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class Reasons:
    """Answers `ReasonNeeded` with the reason dialogue. Runs inside the scope that `organisations` sets."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Ask for the reason."""
        return ask(request, exception) if isinstance(exception, ReasonNeeded) else None
