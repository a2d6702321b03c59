"""Every route declares what it asks for; a route that does not, stops the start; one place enforces it.

    @requires(Permission.SCAN_VIEW)
    def scan(request, id): ...

    @requires(Permission.KEYS_MANAGE, step_up=True)
    def make_key(request): ...

    @public("the page that says the node is alive")
    def health(request): ...

`declared(view)` reads the declaration, `middleware.Access` enforces it for pages, the API for its operations.
Views that we did not write are declared by their names in `THIRD_PARTY`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from vaern.node.organisations.rules import STEP_UP, Permission
from vaern.node.web.returns import is_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound="Callable[..., Any]")


@dataclass(frozen=True)
class Declaration:
    """What a route asks for: a permission, or nothing, and then why.

    Attributes:
        permission: what the viewer must be allowed to do; None where everybody may come.
        because: why everybody may come, or why nobody may.
        refused: nobody may come: a route of a library that we do not use.
        step_up: the second factor must have been given within the last minutes.
        before_second_factor: somebody who has yet to set up or to give the second factor may come.
        findable: search engines may show it: it is meant for everybody, and names nobody.
        by_key: programs come there with a key, which the view itself asks for before it reads anything.
        by_signature: what is sent there proves itself by a signature, which the view itself looks for; it reads no more
            than is read of anybody, and keeps nothing that is not signed.
        stranger: what whoever is not signed in sees there instead of being sent to sign in.
    """

    permission: Permission | None
    because: str = ""
    refused: bool = False
    step_up: bool = False
    before_second_factor: bool = False
    findable: bool = False
    by_key: bool = False
    by_signature: bool = False
    stranger: Callable[[HttpRequest], HttpResponse] | None = None

    @property
    def steps_up(self) -> bool:
        """Whether the second factor is asked for again."""
        return self.step_up or self.permission in STEP_UP


def requires(
    permission: Permission,
    *,
    step_up: bool = False,
    before_second_factor: bool = False,
    stranger: Callable[[HttpRequest], HttpResponse] | None = None,
) -> Callable[[View], View]:
    """Declare that a route is for people who have this permission.

    Whoever is not signed in is sent to sign in, or sees a page of their own there, which search engines may show.
    """

    def declare(view: View) -> View:
        view.declaration = Declaration(  # type: ignore[attr-defined]
            permission,
            step_up=step_up,
            before_second_factor=before_second_factor,
            findable=stranger is not None,
            stranger=stranger,
        )
        return view

    return declare


def public(because: str, *, findable: bool = False) -> Callable[[View], View]:
    """Declare that a route is for everybody, signed in or not, and why that is right."""

    def declare(view: View) -> View:
        view.declaration = Declaration(None, because, findable=findable)  # type: ignore[attr-defined]
        return view

    return declare


def by_key(because: str) -> Callable[[View], View]:
    """Declare that a route is for programs: its view asks for their key, and has the guard look at what they send."""

    def declare(view: View) -> View:
        view.declaration = Declaration(None, because, by_key=True)  # type: ignore[attr-defined]
        return view

    return declare


def by_signature(because: str) -> Callable[[View], View]:
    """Declare that a route takes what is signed: its view bounds it, verifies it, and keeps only what it verified."""

    def declare(view: View) -> View:
        view.declaration = Declaration(None, because, by_signature=True)  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., Any], name: str = "") -> Declaration | None:
    """Return what a view declares, itself, in what it wraps, or under its name in `THIRD_PARTY`; None for nothing."""
    found = getattr(view, "declaration", None) or getattr(getattr(view, "view_class", None), "declaration", None)
    while found is None and hasattr(view, "__wrapped__"):
        view = view.__wrapped__
        found = getattr(view, "declaration", None)
    return found or THIRD_PARTY.get(name)


def of_the_api(view: Callable[..., Any]) -> bool:
    """Whether a view answers for the operations of the API, which declare and enforce their permissions themselves."""
    return getattr(view, "__module__", "") == "ninja.operation"


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that the browser shows or asks for: to lead back to after signing in.

    A form is sent to an address that may show no page at all, so what counts for it is the page that it stands on, as
    the browser names it (`Referer`, which our own pages always get; RFC 9110, 10.1.3).
    """
    if request.headers.get("HX-Request"):
        return str(request.headers.get("HX-Current-URL", ""))
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    page = request.headers.get("Referer", "")
    ours = is_ours(request, page)
    found = urlsplit(page)._replace(scheme="", netloc="", fragment="").geturl() if ours else ""
    return found or request.get_full_path()


OPERATION_SOURCES: list[Callable[[], Iterable[tuple[str, Declaration | None]]]] = []
"""What returns the operations of the API, each as a name to show and its declaration; `node/api.py` adds itself."""

_SIGNING_IN = Declaration(None, "a step of signing in; shows nothing but its own form")
_OWN = Declaration(Permission.ACCOUNT)
_OWN_SET_UP = Declaration(Permission.ACCOUNT, before_second_factor=True)
_NO_SIGN_UP = Declaration(None, "nobody signs up: people are invited", refused=True)
_NO_ADDRESSES = Declaration(None, "an address is changed by whoever invited, not by its owner", refused=True)
_NO_CODES = Declaration(None, "nobody signs in with a mailed code", refused=True)

THIRD_PARTY: dict[str, Declaration] = {
    "account_login": _SIGNING_IN,
    "account_logout": Declaration(None, "ends the visitor's own session, if there is one"),
    "account_inactive": Declaration(None, "says that an account is closed; shows no data"),
    "account_reset_password": _SIGNING_IN,
    "account_reset_password_done": _SIGNING_IN,
    "account_reset_password_from_key": _SIGNING_IN,
    "account_reset_password_from_key_done": _SIGNING_IN,
    "account_reauthenticate": _OWN_SET_UP,
    "account_change_password": _OWN,
    "account_signup": _NO_SIGN_UP,
    "account_signup_by_passkey": _NO_SIGN_UP,
    "account_set_password": Declaration(None, "everybody set one when they accepted their invitation", refused=True),
    "account_email": _NO_ADDRESSES,
    "account_confirm_email": _NO_ADDRESSES,
    "account_email_verification_sent": _NO_ADDRESSES,
    "account_confirm_login_code": _NO_CODES,
    "account_request_login_code": _NO_CODES,
    "account_request_reauthentication_code": _NO_CODES,
    "account_confirm_reauthentication_code": _NO_CODES,
    "mfa_authenticate": _SIGNING_IN,
    "mfa_login_webauthn": _SIGNING_IN,
    "mfa_reauthenticate": _OWN_SET_UP,
    "mfa_reauthenticate_webauthn": _OWN_SET_UP,
    "mfa_index": _OWN_SET_UP,
    "mfa_activate_totp": _OWN_SET_UP,
    "mfa_add_webauthn": _OWN_SET_UP,
    "mfa_deactivate_totp": _OWN,
    "mfa_list_webauthn": _OWN,
    "mfa_edit_webauthn": _OWN,
    "mfa_remove_webauthn": _OWN,
    "mfa_signup_webauthn": _NO_SIGN_UP,
    "mfa_trust": Declaration(None, "no browser is trusted to leave out the second factor", refused=True),
    "mfa_view_recovery_codes": _OWN_SET_UP,
    "mfa_generate_recovery_codes": _OWN,
    "mfa_download_recovery_codes": _OWN_SET_UP,
    "usersessions_list": _OWN,
}
"""The routes of libraries by name: allauth's. A route of theirs that a later version adds is not here, and so stops the
start until somebody has decided."""

TRIED = {"allauth": ("django-allauth", "65.22.1")}
"""By the package of such a library: what it is installed as, and the version whose routes were gone through last."""
