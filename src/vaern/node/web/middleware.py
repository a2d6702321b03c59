"""What happens to every request and answer: the log line, and the headers that no app may forget."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import structlog

from vaern.node.runtime import measures
from vaern.node.web import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

HEADERS = {
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "browsing-topics",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "hid",
            "idle-detection",
            "local-fonts",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "screen-wake-lock",
            "serial",
            "usb",
            "xr-spatial-tracking",
        )
    )
    + ", publickey-credentials-get=(self), publickey-credentials-create=(self)",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "X-Robots-Tag": "noindex, nofollow",
}
"""What Django has no setting for; it and django-csp add the others (OWASP Secure Headers Project)."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

UNLOGGED = frozenset({"operations:health", "operations:metrics", "reports:live"})
"""Machines, and open work lists, ask for these every few seconds; they are counted, not logged. What a work list then
shows is in the ledger, and an error is logged where it happens."""


def route_of(request: HttpRequest) -> str:
    """Return the name of the route: `organisations:people`; never the path, which holds ids and words."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name or "unnamed"


class RequestLog:
    """Writes one line a request: method, route, status, time. Never a path, an address or a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        begun = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request=secrets.token_hex(8)):
            response = self.get_response(request)
            seconds = time.perf_counter() - begun
            route = route_of(request)
            if route not in UNLOGGED:
                ms = round(seconds * 1000, 1)
                structlog.get_logger().info(
                    "request", method=request.method, route=route, status=response.status_code, ms=ms
                )
        measures.count_request(route, response.status_code, seconds)
        return response


class Headers:
    """Adds the headers that Django has no setting for, and lets nothing of a signed-in person be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.setdefault(name, value)
        # WhiteNoise answers for styles and scripts before us; whatever else there is may name somebody.
        response.setdefault("Cache-Control", "no-store")
        return response


class Methods:
    """Refuses a method that no route has: of `OPTIONS` and `TRACE` Django's views would make a `GET`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.method in METHODS:
            return self.get_response(request)
        refused = errors.answer(request, 405, *errors.TEXTS[400])
        refused["Allow"] = ", ".join(METHODS)
        return refused


class Query:
    """Reads every query as UTF-8: Django takes the encoding that the content is said to have, and some are no text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        request.encoding = "utf-8"
        return self.get_response(request)


class Cookies:
    """Drop cookies with characters that cannot be printed: none of ours has any, and PostgreSQL refuses NUL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        for name in [name for name, value in request.COOKIES.items() if not value.isprintable()]:
            del request.COOKIES[name]
        return self.get_response(request)
