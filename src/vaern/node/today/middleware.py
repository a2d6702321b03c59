"""Notes in a person's session when they last did something: what waits for them is counted anew then (`kept`)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

ACTED = "acted"
LOOKS = frozenset({"GET", "HEAD", "OPTIONS"})


class Acted:
    """Stamps the session after every request that may change something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        if request.method not in LOOKS and request.user.is_authenticated:
            request.session[ACTED] = time.time()
        return response
