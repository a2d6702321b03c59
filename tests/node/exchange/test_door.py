"""The door at which nodes call: who is let in, and what of whom is read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from tests.node.exchange import nodes

from vaern.node.exchange.base import keys
from vaern.node.exchange.calls.calling import HEADER, PATH, TYPE, header_line, line_header
from vaern.node.exchange.calls.composing import compose
from vaern.node.exchange.calls.receiving import keys_of
from vaern.node.exchange.peers import actions
from vaern.node.exchange.peers.cards import own_card
from vaern.node.exchange.rules.envelopes import LARGEST_ENVELOPE, fresh_call, open_sealed, read_line
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Node

REASON = Reason(Why.ADMINISTRATION, "agreed by telephone")


class Counted(io.BytesIO):
    """A body that knows how much of it was read."""

    read_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        found = super().read(size)
        self.read_bytes += len(found)
        return found


def knock(node: Node, line: bytes | None, sealed: bytes) -> tuple[int, bytes, str, int]:
    """Call at a node's door; return status, content and line of the answer, and how much of the body was read."""
    body = Counted(sealed)
    headers = {f"HTTP_{HEADER.upper().replace('-', '_')}": line_header(line)} if line is not None else {}
    with node.on():
        request = {"wsgi.input": body, "CONTENT_LENGTH": str(len(sealed)), "CONTENT_TYPE": TYPE, **headers}
        response = Client().generic("POST", PATH, secure=False, HTTP_HOST="localhost", **request)
    return response.status_code, response.content, response.headers.get(HEADER, ""), body.read_bytes


def envelope(node: Node, to: Node) -> tuple[str, bytes, bytes]:
    call = fresh_call()
    with node.on():
        return call, *compose(node.peer(to).pk, call)


def test_a_peer_gets_an_answer_that_it_can_open(pair: tuple[Node, Node]) -> None:
    north, south = pair
    call, line, sealed = envelope(north, south)
    status, answer, answer_line, read = knock(south, line, sealed)
    assert (status, read) == (200, len(sealed))
    with north.on():
        direction = read_line(
            header_line(answer_line), keys_of(north.peer(south)), south.name, north.name, answers=call
        )
        assert open_sealed(direction, answer, keys.opening_keys()).messages


def test_nothing_is_read_of_whom_nobody_confirmed(strangers: tuple[Node, Node], pair: tuple[Node, Node]) -> None:
    north, south = pair
    _call, line, sealed = envelope(north, south)
    with south.on():
        actions.suspend(south.administrator, REASON, south.peer(north))
    assert knock(south, line, sealed)[0::3] == (403, 0)
    with south.on():
        actions.end(south.administrator, REASON, south.peer(north))
    assert knock(south, line, sealed)[0::3] == (403, 0)
    with north.on():
        card = own_card()
    with south.on():
        actions.meet(south.administrator, REASON, card)
    assert knock(south, line, sealed)[0::3] == (403, 0)


@pytest.mark.parametrize("line", [None, b"", b"{}", b'{"payload": "e30="}', b"\xff" * 3_000, b"[" * 3_000])
def test_what_is_no_envelope_is_refused_unread(pair: tuple[Node, Node], line: bytes | None) -> None:
    assert knock(pair[1], line, b"x" * 10_000)[0::3] == (401, 0)


def test_an_envelope_that_is_too_large_is_refused_unread(pair: tuple[Node, Node]) -> None:
    north, south = pair
    _call, line, _sealed = envelope(north, south)
    status, _answer, _line, read = knock(south, line, b"x" * (LARGEST_ENVELOPE + 1))
    assert (status, read) == (413, 0)


def test_other_bytes_than_were_signed_change_nothing(pair: tuple[Node, Node]) -> None:
    north, south = pair
    _call, line, sealed = envelope(north, south)
    assert knock(south, line, sealed[:-1] + b"!")[0] == 422
    assert not nodes.taken_of(south, north)
    assert knock(south, line, sealed)[0] == 200
    assert nodes.taken_of(south, north)
