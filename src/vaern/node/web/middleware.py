"""Middleware for every request: the log line, and headers that no app may omit."""

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
    """Return the name of the route: `organisations:people`; never the path, which contains ids and words."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name or "unnamed"


class RequestLog:
    """Logs one line per request: method, route, status, time; never a path, address or name."""

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
    """Adds headers for which Django has no setting, and forbids caching of pages of signed-in people."""

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
    """Refuses methods that no route has: Django's views would treat `OPTIONS` and `TRACE` as `GET`."""

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
    """Decodes every query string as UTF-8: Django uses the body's declared charset, which may be no text encoding."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        request.encoding = "utf-8"
        return self.get_response(request)


class Cookies:
    """Drops cookies with non-printable characters: none of ours has any, and PostgreSQL rejects NUL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        for name in [name for name, value in request.COOKIES.items() if not value.isprintable()]:
            del request.COOKIES[name]
        return self.get_response(request)
