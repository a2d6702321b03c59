"""What comes in: media is refused by content, in every encoding that is taken, and nothing of it is kept.

The whole request is looked at before any view, form or parser sees it: body, query and the headers that are stored.
What is found is never logged or named beyond its kind. `contents.py` knows what media looks like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.shortcuts import render
from django.utils.translation import gettext as _

from vaern.node.web.contents import BINARY, NESTED, PACKED, media_in
from vaern.node.web.problems import API, Problem, response

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound="Callable[..., Any]")

STORED_HEADERS = ("Vaern-Reason", "Idempotency-Key", "User-Agent", "Accept")
"""Headers whose text goes into the database: the last two beside a session and a wrong password."""

_TRANSFER = re.compile(
    rb"^content-transfer-encoding[ \t]*:(?![ \t]*\"?(?:7bit|8bit|binary)\"?[ \t]*\r?$)", re.IGNORECASE | re.MULTILINE
)
"""A part of a form that is encoded for mail: no browser sends one (RFC 7578, 4.7), and Django would undo it later."""

LONGEST_QUERY = 8_000


def takes_up_to(size: int) -> Callable[[View], View]:
    """Declare that a view takes a larger body than the usual: so many bytes."""

    def declare(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return declare


def looks_into(media_in_file: Callable[[bytes], str]) -> Callable[[View], View]:
    """Declare that a view takes packed files of a kind into which the node looks, in memory (`packed.py`)."""

    def declare(view: View) -> View:
        view.looks_into = media_in_file  # type: ignore[attr-defined]
        return view

    return declare


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


class ContentGuard:
    """Refuses a request that carries media, packed or binary data, before anything else reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Refuse, or let the next one look."""
        try:
            check(request, _largest_body(view), look=_declared(view, "looks_into", otherwise=None))
        except Problem as problem:
            return refuse(request, problem)
        return None


def check(request: HttpRequest, largest: int, *, look: Callable[[bytes], str] | None = None) -> None:
    """Look at all that a request carries; where packed files may come, into each of them.

    Raises:
        Problem: it is too large, or not text, or media.
    """
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() not in {"", "identity"}:
        raise Problem("unsupported-media-type", _("Send the content as it is, without Content-Encoding."))
    if request.content_params and request.content_params.get("charset", "utf-8").strip('" ').lower() not in _UTF8:
        raise Problem("unsupported-media-type", _("Send text as UTF-8."))
    query = request.META.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY:
        raise Problem("too-large", _("The query is longer than the node takes."))
    if query:
        _refuse_media(media_in(unquote_to_bytes(query.replace("+", " "))))
    for name in STORED_HEADERS:
        if value := request.headers.get(name):
            _refuse_media(media_in(value.encode("latin-1", "replace")))  # WSGI hands bytes over as Latin-1
    body = _body(request, largest)
    if body and look and request.content_type == "multipart/form-data":
        _check_parts(request, look)
    elif body:
        _check_body(request, body)


def _check_body(request: HttpRequest, body: bytes) -> None:
    _refuse_media(media_in(body))
    if (request.content_type or "").startswith("multipart/") and _TRANSFER.search(body):
        raise Problem("unsupported-media-type", _("Send the content as it is, without Content-Transfer-Encoding."))
    if request.content_type == "application/x-www-form-urlencoded":
        _refuse_media(media_in(unquote_to_bytes(body.replace(b"+", b" "))))


def _check_parts(request: HttpRequest, look: Callable[[bytes], str]) -> None:
    """Look at each part of a form that may hold a packed file. What could not be read as a form has no parts."""
    for name, values in request.POST.lists():
        for text in (name, *values):
            _refuse_media(media_in(str(text).encode("utf-8", "replace")))
    for uploads in dict(request.FILES.lists()).values():
        for upload in uploads:
            _refuse_media(media_in(str(upload.name).encode("utf-8", "replace")))
            _refuse_media(look(upload.read()))
            upload.seek(0)


def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the refusal: a problem document for programs, a page for people."""
    if request.path_info.startswith(API):
        return response(problem)
    return render(request, "web/refused.html", {"why": problem.detail}, status=problem.status)


_UTF8 = {"utf-8", "utf8", "us-ascii"}


def _body(request: HttpRequest, largest: int) -> bytes:
    """Read the body whole, but no more of it than may be, and leave it where Django looks for it."""
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        announced = -1
    if announced < 0:
        raise Problem("malformed", _("The content did not arrive whole."))
    if announced > largest:
        raise _too_large(largest)
    if not announced:
        return b""
    if not hasattr(request, "_body"):
        try:
            request._body = request.read(largest + 1)  # type: ignore[attr-defined]  # noqa: SLF001
        except (OSError, RequestDataTooBig):
            raise Problem("malformed", _("The content did not arrive whole.")) from None
    found: bytes = request.body
    return found


def _too_large(largest: int) -> Problem:
    detail = _("At most %(size)s MB are taken at once here.") % {"size": f"{largest / 1e6:g}"}
    return Problem("too-large", detail, headers={"Connection": "close"})


def _refuse_media(found: str) -> None:
    if not found:
        return
    if found in {BINARY, PACKED, NESTED}:
        what = {
            BINARY: _("The request holds binary data."),
            PACKED: _("The request holds packed data."),
            NESTED: _("The request holds data that is encoded many times over."),
        }[found]
        raise Problem("media-refused", what + " " + _("The node takes text and hashes only. Nothing of it was kept."))
    raise Problem(
        "media-refused",
        _("The request holds media or a document (%(kind)s).") % {"kind": found}
        + " "
        + _("Media stays where it lies: send its hashes. Nothing of it was kept."),
    )


def _largest_body(view: Callable[..., Any]) -> int:
    return int(_declared(view, "largest_body", otherwise=settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0))


def _declared(view: Callable[..., Any], name: str, *, otherwise: Any) -> Any:
    """What a view declares, also under the decorators around it."""
    while True:
        if found := getattr(view, name, None):
            return found
        if not hasattr(view, "__wrapped__"):
            return otherwise
        view = view.__wrapped__
