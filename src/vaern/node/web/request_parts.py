"""The parts of a request: which of them the guard refuses, and how the sender is told."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_to_bytes

from django.conf import settings
from django.utils.translation import gettext as _

from vaern.node.web.guard.kinds import BINARY, NESTED, NOT_UTF8, PACKED, SHORT, as_text
from vaern.node.web.guard.media import Allowance, media_in
from vaern.node.web.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from django.http import HttpRequest

    Look = Callable[[bytes], str]

STORED_HEADERS = ("Vaern-Reason", "Idempotency-Key", "User-Agent", "Accept")
"""Headers whose text goes into the database: the last two beside a session and a wrong password."""

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"

_TRANSFER = re.compile(
    rb"^content-transfer-encoding[ \t]*:(?![ \t]*\"?(?:7bit|8bit|binary)\"?[ \t]*\r?$)", re.IGNORECASE | re.MULTILINE
)
"""A part of a form that is encoded for mail: no browser sends one (RFC 7578, 4.7), and Django would undo it."""

_PLAIN_NAME = re.compile(r"[A-Za-z][\w-]{0,39}\Z", re.ASCII)


def look_through(
    request: HttpRequest, *, packed: Callable[[bytes], str] | None = None, pasted: Collection[str] = ()
) -> dict[str, str]:
    """Return each refused field and the kind of its content; field "" is the body itself.

    Args:
        request: the request; its body was read.
        packed: inspects a zip file, where such files are accepted.
        pasted: fields of a form that it inspects too.

    Raises:
        Problem: the form cannot be parsed, or a part of it is encoded.
    """
    found: dict[str, str] = {}
    look_at = partial(media_in, allowance=Allowance())  # one for the request, however many fields it has
    into_files = packed or look_at
    for name, value, look in _pieces(request, look_at, into_files):
        look_at_it = into_files if name in pasted else look
        if name not in found and (kind := look_at_it(value)):
            found[name] = kind
        if "" in found:
            break
    if not found and request.content_type == PARTS and packed is None and (kind := _no_text(request.body)):
        return {"": kind}
    return found


def _pieces(request: HttpRequest, look: Look, into_files: Look) -> Iterator[tuple[str, bytes, Look]]:
    """Yield each piece of a request: its field, its content and the function that inspects it."""
    if query := request.META.get("QUERY_STRING", ""):
        yield "", unquote_to_bytes(query.replace("+", " ")), look
    for name in STORED_HEADERS:
        if value := request.headers.get(name):
            yield "", value.encode("latin-1", "replace"), look  # WSGI hands bytes over as Latin-1
    if not (body := request.body):
        return
    if request.content_type == FORM:
        for key, content in _fields(body):
            yield "", key, look
            yield key.decode("utf-8"), content, look
    elif request.content_type == PARTS:
        if _TRANSFER.search(body):
            raise Problem("unsupported-media-type", _("Send the content as it is, without Content-Transfer-Encoding."))
        yield from _parts(request, look, into_files)
    else:
        yield "", body, into_files


def _fields(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Split a URL-encoded form as Django does, but as bytes, so that nothing is replaced before inspection."""
    try:
        pairs = parse_qsl(
            body.decode("latin-1"),
            keep_blank_values=True,
            encoding="latin-1",
            max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        )
    except ValueError:
        raise Problem("malformed", _("The form has more fields than the node takes.")) from None
    for name, value in pairs:
        yield name.encode("latin-1"), value.encode("latin-1")


def _parts(request: HttpRequest, look: Look, into_files: Look) -> Iterator[tuple[str, bytes, Look]]:
    for name, values in request.POST.lists():
        yield "", str(name).encode("utf-8", "replace"), look
        for text in values:
            yield str(name), str(text).encode("utf-8", "replace"), look
    for name, uploads in request.FILES.lists():
        yield "", str(name).encode("utf-8", "replace"), look
        for upload in uploads:
            yield str(name), str(upload.name).encode("utf-8", "replace"), look
            yield str(name), upload.read(), into_files
            upload.seek(0)


def _no_text(body: bytes) -> str:
    """Find bytes that are not text outside the inspected pieces: Django replaced them with a character."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return BINARY
    return ""


def problem(found: dict[str, str], place: tuple[int, int] = (0, 0)) -> Problem:
    """Return the refusal of a request: what was found, where, and what to do.

    Args:
        found: kind by field name; "" is the body itself.
        place: line of the body and column of a table, counted from 1; 0 if unknown.
    """
    name, kind = next(iter(found.items()))
    line, column = place
    if _PLAIN_NAME.match(name):
        where = _("In the field “%(field)s”:") % {"field": name}
    elif column:
        where = _("In line %(line)s, column %(column)s:") % {"line": line, "column": column}
    else:
        where = _("In line %(line)s:") % {"line": line} if line else ""
    code = "unsupported-media-type" if kind == NOT_UTF8 else "media-refused"
    return Problem(code, f"{where} {said(kind)}".strip())


def line_of(body: bytes) -> int:
    """Return the first line of a body with a finding, so that the sender can remove it; 0 if no line has one."""
    lines, allowance = body.split(b"\n"), Allowance()
    if len(lines) < 2 or as_text(body) is None:
        return 0
    return next((number for number, line in enumerate(lines, 1) if len(line) > SHORT and media_in(line, allowance)), 0)


def said(kind: str) -> str:
    """Return what was found and what to do, in the reader's language."""
    known = {
        BINARY: _("This holds binary data. The node takes text and hashes only."),
        NOT_UTF8: _("This is text in another encoding than UTF-8. Save it as UTF-8, and send it again."),
        PACKED: _("This holds packed data. The node takes text and hashes only."),
        NESTED: _("This holds data that is encoded many times over. The node takes text and hashes only."),
    }
    media = _("This holds media or a document (%(kind)s). Media stays where it lies: send its hashes.")
    do = _("Take it out, and send the rest again. Nothing of it was kept.")
    if kind == NOT_UTF8:
        do = _("Nothing of it was kept.")
    return f"{known.get(kind) or media % {'kind': kind}} {do}"
