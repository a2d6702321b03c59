"""What comes in: who may send is decided first, then how much, then the content is looked at, and media is refused.

Three turns, each before the next costs anything:

1. `organisations.middleware.Access`, or the key of an operation, decides who is let in, and says so (`let_in`).
2. `Admission` reads the body, no more of it than may be: little where anybody may send.
3. `ContentGuard` looks at all that the request carries before a view sees it. `guard/` knows what media looks like.

An operation of the API takes turns 2 and 3 itself, once its key was found good (`organisations/routers.py`). What is
found is never logged or named beyond its kind and its field.
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
    """Who a request was let in as."""

    ANYBODY = "the route is for everybody"
    WITH_PERMISSION = "somebody who is signed in and has the permission that the route asks for"
    BY_OPERATION = "nobody yet: an operation of the API finds out itself"


def let_in(request: HttpRequest, who: LetIn) -> None:
    """Note who was let in. Until somebody says otherwise a request is anybody's."""
    request.let_in = who  # type: ignore[attr-defined]


def takes_up_to(size: int) -> Callable[[View], View]:
    """Declare that a view takes a body of another size than the usual: so many bytes."""

    def declare(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return declare


def looks_into(media_in_file: Callable[[bytes], str]) -> Callable[[View], View]:
    """Declare that a view takes packed files of a kind into which the node looks, in memory (`guard/packed.py`).

    It is for people with a permission: what a stranger sends is never unpacked.
    """

    def declare(view: View) -> View:
        view.looks_into = media_in_file  # type: ignore[attr-defined]
        return view

    return declare


def hands_back(view: View) -> View:
    """Declare that a view shows its form again, filled in, where the guard refused a field: it uses `bound`."""
    view.hands_back = True  # type: ignore[attr-defined]
    return view


def bound(form: type[Form], request: HttpRequest) -> Form:
    """Return a form as it was sent. What the guard refused stands in it as it was typed, each with its error.

    Such a form is never valid; nothing else of the request holds what was refused.
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
    """An upload stays in memory: never a temporary file. What is too large was refused before."""

    def handle_raw_input(self, *_args: Any, **_kwargs: Any) -> None:
        """Take every upload into memory."""
        self.activated = True

    def file_complete(self, file_size: int) -> Any:
        """Return the file; refuse one that is somehow larger than the body may be."""
        if file_size > LARGEST_OF_ALL:
            raise StopUpload(connection_reset=True)
        return super().file_complete(file_size)


LARGEST_OF_ALL = 32_000_000
"""No view takes more than this."""


class Admission:
    """Reads the body of a request that was let in, so far as it may be; stands before CSRF, which asks for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, or let the next one ask."""
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
    """Refuses a request that carries media, packed or binary data, before a view sees it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, or let the view answer; a view that hands its form back is told which fields are to be mended."""
        who = _who(request)
        if who is LetIn.BY_OPERATION:
            return None
        packed = declared(view, "looks_into", otherwise=None) if who is LetIn.WITH_PERMISSION else None
        try:
            found = request_parts.look_through(request, packed=packed)
        except Problem as problem:
            return refuse(request, problem)
        if not found:
            return None
        if declared(view, "hands_back", otherwise=False) and set(found) <= set(request.POST):
            _take_out(request, found)
            return None
        return refuse(request, request_parts.problem(found))


def look(request: HttpRequest, largest: int, into: Callable[[bytes], str] | None = None) -> None:
    """Read and look at a request to an operation of the API, whose key is good.

    Args:
        request: what came.
        largest: bytes that its body may have.
        into: what looks at the body, where the operation takes more than text (`looks_into`).

    Raises:
        Problem: it is too large, or not text, or media.
    """
    admit(request, largest, encoded=into is not None)
    if found := request_parts.look_through(request, packed=into):
        raise request_parts.problem(found, (request_parts.line_of(request.body), 0))


def charset_of(request: HttpRequest) -> str:
    """Return the encoding that a request says its content has, in lower case; "" if it says none."""
    return str((request.content_params or {}).get("charset", "")).strip('" ').lower()


def admit(request: HttpRequest, largest: int, *, encoded: bool = False) -> None:
    """Read the body whole, but no more of it than may be, and leave it where Django looks for it.

    Args:
        request: what came.
        largest: bytes that its body may have.
        encoded: documents are taken whose encoding is another than UTF-8 and is read (`formats.declared`).

    Raises:
        Problem: it is too large, of unknown length, cut off, or said to be packed or of an encoding that is not taken.
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
    """Count a large body of a stranger; what is too large is refused unread, and costs nothing.

    Raises:
        Problem: too many came from there within the hour.
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
    """Leave nothing that was refused among what the view reads, and keep it aside for the form that goes back."""
    left = request.POST.copy()
    request.refused = {name: (left.getlist(name), request_parts.said(kind)) for name, kind in found.items()}  # type: ignore[attr-defined]
    for name in found:
        left.pop(name, None)
    request.POST = left  # type: ignore[assignment]


def _who(request: HttpRequest) -> LetIn:
    return getattr(request, "let_in", LetIn.ANYBODY)


def declared(view: Callable[..., Any], name: str, *, otherwise: Any) -> Any:
    """Return what a view declares, also under the decorators around it."""
    while True:
        if found := getattr(view, name, None):
            return found
        if not hasattr(view, "__wrapped__"):
            return otherwise
        view = view.__wrapped__
