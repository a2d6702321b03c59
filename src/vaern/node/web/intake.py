"""Request intake: first who may send, then how much, then the content is inspected and media refused.

Three steps, each before the next one costs anything:

1. `organisations.middleware.Access`, or the key of an operation, decides who is let in, and says so (`let_in`).
2. `Admission` reads the body up to its limit, which is low where anybody may send.
3. `ContentGuard` inspects the whole request before a view sees it. `guard/` recognises media.

API operations do steps 2 and 3 themselves, after checking the key (`organisations/routers.py`). Findings are never
logged or reported beyond their kind and field.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, TypeVar

from allauth.core.internal.httpkit import get_client_ip
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.formats.declared import is_read
from vaern.node.web import request_parts
from vaern.node.web.places import PLACES
from vaern.node.web.problems import API, Problem, response

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound="Callable[..., Any]")
Form = TypeVar("Form", bound="forms.Form")

LONGEST_QUERY = 8_000
LARGEST_OF_ANYBODY = 250_000
"""Bytes of a body where anybody may send, unless the view declares another number."""

LARGE, MOST_LARGE = "large body", 12
"""What a view takes of anybody beyond the usual costs time to look at: so many an hour may come from one place, and
this is asked before a byte is read."""

_UTF8 = {"utf-8", "utf8", "us-ascii"}


class LetIn(enum.Enum):
    """As whom a request was admitted."""

    ANYBODY = "the route is for everybody"
    WITH_PERMISSION = "somebody who is signed in and has the permission that the route asks for"
    BY_OPERATION = "nobody yet: an operation of the API finds out itself"


def let_in(request: HttpRequest, who: LetIn) -> None:
    """Note as whom a request was admitted; by default as anybody."""
    request.let_in = who  # type: ignore[attr-defined]


def takes_up_to(size: int) -> Callable[[View], View]:
    """Declare a view's own maximum body size in bytes."""

    def declare(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return declare


def looks_into(media_in_file: Callable[[bytes], str], *fields: str) -> Callable[[View], View]:
    """Declare that a view accepts a kind of zip file, which is inspected in memory (`guard/packed.py`).

    Only for views that require a permission: what strangers send is never unpacked.

    Args:
        media_in_file: returns what is refused in a file, "" for nothing.
        fields: those in which the same may be pasted, where it is text.
    """

    def declare(view: View) -> View:
        view.looks_into = media_in_file  # type: ignore[attr-defined]
        view.looks_into_fields = frozenset(fields)  # type: ignore[attr-defined]
        return view

    return declare


def hands_back(view: View) -> View:
    """Declare that a view shows its form again, filled in, if the guard refused a field; it must use `bound`."""
    view.hands_back = True  # type: ignore[attr-defined]
    return view


def bound(form: type[Form], request: HttpRequest) -> Form:
    """Return a form as submitted, with refused values as typed, each with its error.

    Such a form is never valid; nothing else in the request holds the refused values.
    """
    refused: dict[str, tuple[list[str], str]] = getattr(request, "refused", {})
    if not refused:
        return form(request.POST)
    typed = request.POST.copy()
    for name, (values, _said) in refused.items():
        typed.setlist(name, values)
    filled = form(typed)
    for name, (_values, said) in refused.items():
        if name in filled.errors:
            del filled.errors[name]
        filled.add_error(name if name in filled.fields else None, said)
    return filled


class InMemoryOnly(MemoryFileUploadHandler):
    """Keeps uploads in memory, never in a temporary file. Oversized ones were refused before."""

    def handle_raw_input(self, *_args: Any, **_kwargs: Any) -> None:
        """Handle every upload in memory."""
        self.activated = True

    def file_complete(self, file_size: int) -> Any:
        """Return the file; refuse one that exceeds the body's limit."""
        if file_size > LARGEST_OF_ALL:
            raise StopUpload(connection_reset=True)
        return super().file_complete(file_size)


LARGEST_OF_ALL = 32_000_000
"""No view takes more than this."""


class Admission:
    """Reads the body of an admitted request up to its limit; runs before the CSRF check, which reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, or pass the request on."""
        who = _who(request)
        usual = LARGEST_OF_ANYBODY if who is LetIn.ANYBODY else settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        if who is LetIn.BY_OPERATION:
            return None
        try:
            largest = int(declared(view, "largest_body", otherwise=usual))
            if who is LetIn.ANYBODY:
                _not_too_often(request, largest)
            admit(request, largest)
        except Problem as problem:
            return refuse(request, problem)
        return None


class ContentGuard:
    """Refuses requests with media, archives or binary data before a view sees them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, or pass the request on; a view that shows its form again is told which fields were refused."""
        who = _who(request)
        if who is LetIn.BY_OPERATION:
            return None
        packed = declared(view, "looks_into", otherwise=None) if who is LetIn.WITH_PERMISSION else None
        pasted = declared(view, "looks_into_fields", otherwise=frozenset()) if packed else frozenset()
        try:
            found = request_parts.look_through(request, packed=packed, pasted=pasted)
        except Problem as problem:
            return refuse(request, problem)
        if not found:
            return None
        if declared(view, "hands_back", otherwise=False) and set(found) <= set(request.POST):
            _take_out(request, found)
            return None
        return refuse(request, request_parts.problem(found))


def look(request: HttpRequest, largest: int, into: Callable[[bytes], str] | None = None) -> None:
    """Read and inspect a request to an API operation whose key was accepted.

    Args:
        request: the request.
        largest: maximum size of the body in bytes.
        into: inspects the body if the operation accepts more than text (`looks_into`).

    Raises:
        Problem: it is too large, not text, or media.
    """
    admit(request, largest, encoded=into is not None)
    if found := request_parts.look_through(request, packed=into):
        raise request_parts.problem(found, (request_parts.line_of(request.body), 0))


def charset_of(request: HttpRequest) -> str:
    """Return the declared charset of a request in lower case; "" if it declares none."""
    return str((request.content_params or {}).get("charset", "")).strip('" ').lower()


def admit(request: HttpRequest, largest: int, *, encoded: bool = False) -> None:
    """Read the whole body up to a limit, and store it where Django expects it.

    Args:
        request: the request.
        largest: maximum size of the body in bytes.
        encoded: accept documents in a declared encoding other than UTF-8 (`formats.declared`).

    Raises:
        Problem: it is too large, of unknown length, truncated, compressed, or in an unsupported encoding.
    """
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in {"", "identity"}:
        raise Problem("unsupported-media-type", _("Send the content as it is, without Content-Encoding."))
    charset = charset_of(request)
    if charset and charset not in _UTF8 and not (encoded and is_read(charset)):
        raise Problem("unsupported-media-type", _("Send text as UTF-8."))
    if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
        raise Problem("too-large", _("The query is longer than the node takes."))
    given = request.META.get("CONTENT_LENGTH")
    if request.META.get("HTTP_TRANSFER_ENCODING") and not given:
        detail = _("Say how long the content is (Content-Length); content in chunks of unknown length is not taken.")
        raise Problem("length-required", detail, headers={"Connection": "close"})
    try:
        announced = int(given or 0)
    except ValueError:
        announced = -1
    if announced < 0:
        raise _cut_off()
    if announced > largest:
        detail = _("At most %(size)s MB are taken at once here.") % {"size": f"{largest / 1e6:g}"}
        raise Problem("too-large", detail, headers={"Connection": "close"})
    if announced and not hasattr(request, "_body"):
        try:
            request._body = request.read(largest + 1)  # type: ignore[attr-defined]  # noqa: SLF001
        except (OSError, RequestDataTooBig):
            raise _cut_off() from None


def _not_too_often(request: HttpRequest, largest: int) -> None:
    """Count a stranger's large body; oversized ones are refused unread and not counted.

    Raises:
        Problem: too many from that network within the hour.
    """
    given = request.META.get("CONTENT_LENGTH") or ""
    large = given.isdigit() and LARGEST_OF_ANYBODY < int(given) <= largest
    if large and not PLACES.take(LARGE, get_client_ip(request), MOST_LARGE):
        detail = _("Much came from here within the hour. Go back, wait, then send it again.")
        raise Problem("too-many-requests", detail, headers={"Retry-After": "3600", "Connection": "close"})


def _cut_off() -> Problem:
    return Problem("malformed", _("The content did not arrive whole."))


def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the refusal: a problem document for programs, a page for people."""
    if request.path_info.startswith(API):
        return response(problem)
    return render(request, "web/refused.html", {"why": problem.detail}, status=problem.status)


def _take_out(request: HttpRequest, found: dict[str, str]) -> None:
    """Remove refused values from what the view reads, and keep them for the form that is shown again."""
    left = request.POST.copy()
    request.refused = {name: (left.getlist(name), request_parts.said(kind)) for name, kind in found.items()}  # type: ignore[attr-defined]
    for name in found:
        left.pop(name, None)
    request.POST = left  # type: ignore[assignment]


def _who(request: HttpRequest) -> LetIn:
    return getattr(request, "let_in", LetIn.ANYBODY)


def declared(view: Callable[..., Any], name: str, *, otherwise: Any) -> Any:
    """Return a view's declaration, looking through its decorators."""
    while True:
        if found := getattr(view, name, None):
            return found
        if not hasattr(view, "__wrapped__"):
            return otherwise
        view = view.__wrapped__
