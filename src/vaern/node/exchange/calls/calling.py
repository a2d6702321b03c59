"""Call a peer: send an envelope, and take its answer."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec
from django.conf import settings
from django.utils import timezone

from vaern.client.http import ClientError, Http, Limits
from vaern.node.exchange.base import keys
from vaern.node.exchange.calls.composing import Closed, compose
from vaern.node.exchange.calls.receiving import keys_of, receive
from vaern.node.exchange.models import Peer
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.envelopes import LARGEST_ENVELOPE, LARGEST_LINE, fresh_call, read_line

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "/exchange/call"
HEADER = "vaern-envelope"
TYPE = "application/vnd.vaern.sealed"


PATIENCE = Limits(connect=10.0, read=60.0, whole=120.0, bytes=LARGEST_ENVELOPE, tries=1)
"""With a peer: whoever accepts a call and never answers it holds up nobody but itself."""


def over_http(address: str, line: bytes, sealed: bytes) -> tuple[bytes, bytes]:
    """Send an envelope over HTTPS and return the answer's.

    Raises:
        ClientError: there is no answer, or a refusal; the message says what to do.
    """
    limits = msgspec.structs.replace(PATIENCE, here=settings.CONFIGURATION.synthetic)
    http = Http(address, headers={"Accept-Encoding": "identity"}, limits=limits)
    try:
        answer = http.send("POST", PATH, sealed, headers={HEADER: line_header(line), "Content-Type": TYPE}, again=False)
    finally:
        http.close()
    return header_line(answer.headers.get(HEADER, "")), answer.body


def line_header(line: bytes) -> str:
    """Return the line of an envelope as it stands in a header."""
    return base64.b64encode(line).decode("ascii")


def header_line(header: str) -> bytes:
    """Return the line in a header.

    Raises:
        Malformed: there is none.
    """
    if not header or len(header) > LARGEST_LINE * 4 // 3 + 4:
        raise Malformed("there is no envelope")
    try:
        return base64.b64decode(header, validate=True)
    except ValueError:
        raise Malformed("there is no envelope") from None


def call(peer: Peer, send: Callable[[str, bytes, bytes], tuple[bytes, bytes]] = over_http) -> bool:
    """Call a peer once; return whether more waits on either side.

    What fails is noted with the peer, and the next call brings what this one did not.
    """
    name = fresh_call()
    Peer.objects.filter(pk=peer.pk).update(tried_at=timezone.now())
    try:
        line, sealed = compose(peer.pk, name)
        answer_line, answer = send(peer.address, line, sealed)
        direction = read_line(answer_line, keys_of(peer), peer.name, keys.name(), answers=name)
        contents = receive(peer.pk, direction, answer)
    except (ClientError, Malformed, Closed) as error:
        _note(peer, str(error) or "nothing passes with this peer now")
        return False
    asked = any(one.missing for one in contents.wants)
    return contents.more or asked or len(contents.messages) + len(contents.pieces) > 0


def _note(peer: Peer, problem: str) -> None:
    """Keep why a call failed, for administrators."""
    failing = Peer.objects.filter(pk=peer.pk)
    failing.filter(failing_since=None).update(failing_since=timezone.now())
    failing.update(problem=problem[:400])
