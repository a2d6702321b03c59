"""Bare public pages: the same for everybody, without a session, a cookie or a script that they need.

Their template extends `web/bare.html`. The language stands in the address, because there is nowhere else to keep it; an
address that says none means the language of the browser, or another that the page knows to fit better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LANGUAGES = {"en": "English", "da": "Dansk"}
"""The languages of bare pages, each by its own name: it is read before anything is known of the reader."""

CACHED = "public, max-age=300"


def language_of(request: HttpRequest, usual: str | None = None) -> str:
    """Return the language that the address asks for; else the usual one of the page, or of the browser."""
    wanted = request.GET.get("language", "")
    found = translation.get_language_from_request(request) if usual is None else usual
    return wanted if wanted in LANGUAGES else found if found in LANGUAGES else "en"


def language_links() -> list[tuple[str, str, bool]]:
    """Return code, name, and whether it is the current one, of each language: `languages` of the template."""
    return [(code, name, code == translation.get_language()) for code, name in LANGUAGES.items()]


def open_to_all(response: HttpResponse) -> HttpResponse:
    """Let caches keep a public file for a while, and pages of other hosts read it."""
    response["Cache-Control"] = CACHED
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
