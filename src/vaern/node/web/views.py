"""Views of no particular app: language, theme, and well-known files of browsers and search engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from vaern.node.web.context import THEME_COOKIE, THEMES
from vaern.node.web.returns import way_back

if TYPE_CHECKING:
    from django.http import HttpRequest

YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Store the chosen language in a cookie."""
    answer = HttpResponseRedirect(way_back(request, "/", "next"))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store the chosen theme in a cookie; "" follows the device."""
    answer = HttpResponseRedirect(way_back(request, "/", "next"))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        answer.set_cookie(
            THEME_COOKIE, chosen, max_age=YEAR, secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax"
        )
    else:
        answer.delete_cookie(THEME_COOKIE, samesite="Lax")
    return answer


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Serve the legacy icon address; pages link to the SVG."""
    return HttpResponse(status=204)
