"""What holds the rules for every page: idle time-out, second factor, permission, step-up, and the viewer's scope."""

from __future__ import annotations

from contextlib import ExitStack
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_scopes import scopes_disabled

from vaern.node.base.scope import viewing
from vaern.node.organisations import labels, second_factor, sessions
from vaern.node.organisations.access import THIRD_PARTY, Declaration, declared, of_the_api, page_of
from vaern.node.organisations.queries import viewer_of
from vaern.node.web.intake import LetIn, let_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


class Session:
    """Ends a session that was idle for too long, is too old, or was ended elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, as a stranger's if the session has ended."""
        if request.user.is_authenticated and (ended := sessions.why_ended(request)):
            sessions.end_this(request, ended)
            messages.warning(request, ended.why)
        return self.get_response(request)


class Access:
    """Enforces what the route declares, inside the scope of the viewer's organisation.

    Sets `request.viewer` (None for a stranger). A stranger is sent to sign in; a permission that is missing is said
    clearly (403); a second factor that is missing, or was given too long ago, is asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the viewer known, and leave every scope that was entered for it."""
        request.viewer = viewer_of(request.user) if request.user.is_authenticated else None  # type: ignore[attr-defined]
        if request.viewer and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:  # type: ignore[attr-defined]
            translation.activate(request.user.language)  # type: ignore[union-attr]
            request.LANGUAGE_CODE = translation.get_language()
        with ExitStack() as scopes:
            request.scopes = scopes  # type: ignore[attr-defined]
            response = self.get_response(request)
        if getattr(request, "findable", False) and response.status_code == HTTPStatus.OK:
            response.setdefault("X-Robots-Tag", "all")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, ask for more, or enter the viewer's scope and let the view answer."""
        if of_the_api(view):
            let_in(request, LetIn.BY_OPERATION)
            return None  # the API has its own guard, which every operation must have too
        name = request.resolver_match.view_name if request.resolver_match else ""
        declaration = declared(view, name)
        if declaration is None or declaration.refused:
            raise Http404
        if declaration.by_key or declaration.by_signature:
            let_in(request, LetIn.BY_OPERATION)
            return None
        ours = request.viewer is not None and declaration.permission is not None  # type: ignore[attr-defined]
        request.findable = (  # type: ignore[attr-defined]
            declaration.findable and not ours and not settings.CONFIGURATION.synthetic
        )
        if declaration.permission is not None:
            if refusal := self._refusal(request, name, declaration):
                return refusal
            let_in(request, LetIn.WITH_PERMISSION)
        if name in THIRD_PARTY:
            request.scopes.enter_context(scopes_disabled())  # type: ignore[attr-defined]  # libraries know no scope
            return second_factor.refusal_of_library_view(request, name)
        if viewer := request.viewer:  # type: ignore[attr-defined]
            request.scopes.enter_context(viewing(viewer.organisation.id))  # type: ignore[attr-defined]
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for factors changed in two tabs."""
        return second_factor.answer_to(request, exception)

    @staticmethod
    def _refusal(request: HttpRequest, name: str, declaration: Declaration) -> HttpResponse | None:
        viewer = request.viewer  # type: ignore[attr-defined]
        if viewer is None and declaration.stranger and request.method in {"GET", "HEAD"}:
            return declaration.stranger(request)
        if viewer is None:
            return to(request, resolve_url(settings.LOGIN_URL))
        if name not in second_factor.GUESSED_AT:
            ask = second_factor.owed if declaration.before_second_factor else second_factor.missing
            if missing := ask(request):
                return to(request, missing)
        if not viewer.may(declaration.permission):
            return forbidden(request, declaration)
        if declaration.steps_up and (stale := second_factor.stale(request)):
            messages.info(request, _("Confirm that it is you: this step asks for your second factor again."))
            return to(request, stale)
        return None


def to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser elsewhere first, and from there back to the page that it shows or asks for."""
    request.turned_away = True  # type: ignore[attr-defined]  # `drafts` keeps what was typed
    back = page_of(request)
    query = urlencode({REDIRECT_FIELD_NAME: back}) if back and back != "/" else ""
    whole = f"{address}?{query}" if query else address
    return HttpResponseClientRedirect(whole) if request.headers.get("HX-Request") else HttpResponseRedirect(whole)


def forbidden(request: HttpRequest, declaration: Declaration) -> HttpResponse:
    """Say what the person may not do, and who could change that."""
    label = labels.PERMISSIONS[declaration.permission] if declaration.permission else ""
    context = {"permission": label, "permissions_page": reverse("organisations:permissions")}
    return render(request, "organisations/forbidden.html", context, status=403)
