"""What belongs to no app: the language, the theme, and the files that a browser or a finder asks for by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from vaern.node.web.context import THEME_COOKIE, THEMES

if TYPE_CHECKING:
    from django.http import HttpRequest

YEAR = 365 * 24 * 3600


def back(request: HttpRequest) -> str:
    """Return where a form wants to go on, if that is on this node; else the front page."""
    wanted = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else "/"


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen, in a cookie."""
    answer = HttpResponseRedirect(back(request))
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
    """Keep the theme that was chosen, in a cookie; empty is what the device says."""
    answer = HttpResponseRedirect(back(request))
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
    """Answer browsers that ask for the old name of the icon: pages name the SVG."""
    return HttpResponse(status=204)
