"""Envelopes and receipts of a hostile peer, built with its real keys: nothing of what is wrong is kept or believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.attacker import Attacker
from tests.node.exchange.nodes import Line, Node, desk, sent_to, taken_of
from tests.node.exchange.notes import put_down, write

from vaern.node.exchange.calls import calling
from vaern.node.exchange.calls.composing import compose
from vaern.node.exchange.models import Outgoing, Peer, Receipted
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.rules import envelopes
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.envelopes import MOST_MESSAGES, Carried, fresh_call
from vaern.node.exchange.rules.identity import OpeningKey
from vaern.node.exchange.rules.messages import Receipt, Result
from vaern.node.ledger.models import Entry
from vaern.proofs.checkpoints import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def attacker(pair: tuple[Node, Node], line: Line) -> Attacker:
    """North, which is hostile to south."""
    mine, theirs = (desk(node) for node in pair)
    for node in pair:
        with node.on():
            send_changed_directories()
    line.settle(pair)
    return Attacker(*pair, mine, theirs)


def state(attacker: Attacker) -> object:
    """All that an envelope could change of south."""
    with attacker.victim.on():
        peer = Peer.objects.filter(name=attacker.own.name).values().get()
        sent = [
            (row.result, row.settled_at, row.received_at, row.receipt_id) for row in Outgoing.objects.order_by("id")
        ]
        rows = [(row.sequence, row.state, row.because) for row in taken_of(attacker.victim, attacker.own)]
        return peer, sent, rows, Entry.objects.count(), Receipted.objects.count()


def note(attacker: Attacker) -> Carried:
    message = attacker.message()
    return Carried(message.sequence, attacker.document(message))


def encoded(attacker: Attacker, **changed: Any) -> bytes:
    return msgspec.json.encode(attacker.contents(**changed))


WRONG: dict[str, Callable[[Attacker], tuple[bytes, bytes]]] = {
    "sealed for nobody here": lambda a: envelopes.seal(
        a.contents(), a.own.name, a.victim.name, OpeningKey.fresh().sealing, a.sign, fresh_call()
    ),
    "signed by nobody": lambda a: envelopes.seal(
        a.contents(), a.own.name, a.victim.name, a.seals_with, SigningKey.fresh(a.own.name), fresh_call()
    ),
    "for another node": lambda a: a.sealed(encoded(a), to_node="east.example"),
    "of another node": lambda a: a.sealed(encoded(a), from_node=a.victim.name),
    "an answer to nothing": lambda a: a.sealed(encoded(a), answers=True),
    "of another call": lambda a: a.sealed(encoded(a), call=fresh_call()),
    "with another digest": lambda a: a.sealed(encoded(a), sealed="0" * 64),
    "not padded": lambda a: a.sealed(encoded(a), pad=False),
    "padded to much": lambda a: a.sealed(len(encoded(a)).to_bytes(4, "big") + encoded(a) + bytes(3_000_000), pad=False),
    "of a length that is not there": lambda a: a.sealed(b"\xff\xff\xff\xff" + bytes(4_092), pad=False),
    "empty": lambda a: a.sealed(b""),
    "no JSON": lambda a: a.sealed(b"\xff" * 5_000),
    "nested": lambda a: a.sealed(b"[" * 100_000),
    "of unknown fields": lambda a: a.sealed(encoded(a)[:-1] + b',"more!":1}'),
    "of stream 0": lambda a: a.sealed(encoded(a).replace(b'"number":', b'"number":-')),
    "with an endless number": lambda a: a.sealed(encoded(a).replace(b'"room":', b'"room":' + b"9" * 3_000)),
    "of too many messages": lambda a: a.envelope(
        a.contents(messages=[Carried(place, "x") for place in range(1, MOST_MESSAGES + 2)])
    ),
    "out of order": lambda a: a.envelope(a.contents(messages=[note(a), note(a)][::-1])),
    "with a place twice": lambda a: a.envelope(a.contents(messages=[note(a)] * 2)),
    "with receipts that are none": lambda a: a.envelope(a.contents(messages=[note(a)], receipts="{}")),
    "with receipts of nobody": lambda a: a.envelope(
        a.contents(messages=[note(a)], receipts=a.receipts(key=SigningKey.fresh(a.own.name)))
    ),
    "with receipts of another": lambda a: a.envelope(
        a.contents(messages=[note(a)], receipts=a.receipts(from_node="east.example"))
    ),
    "with receipts for another": lambda a: a.envelope(
        a.contents(messages=[note(a)], receipts=a.receipts(to_node="east.example"))
    ),
    "with receipts of what was never sent": lambda a: a.envelope(
        a.contents(messages=[note(a)], receipts=a.receipts(stream=ours(a), up_to=1_000))
    ),
    "with receipts beyond what was sent": lambda a: a.envelope(
        a.contents(messages=[note(a)], receipts=a.receipts(stream=ours(a), beyond=[1_000]))
    ),
    "with receipts of a stream that never was": lambda a: a.envelope(
        a.contents(messages=[note(a)], receipts=a.receipts(stream=1 << 50))
    ),
}


def ours(attacker: Attacker) -> int:
    with attacker.victim.on():
        return attacker.victim.peer(attacker.own).stream


@pytest.mark.once
def test_of_an_envelope_with_anything_wrong_nothing_is_kept(attacker: Attacker) -> None:
    before = state(attacker)
    for name, make in WRONG.items():
        with pytest.raises((Malformed, Peer.DoesNotExist)):  # the door asks first whose it is
            nodes.answered(attacker.victim, *make(attacker))
        assert state(attacker) == before, name
    attacker.places = iter(range(1, 9))  # type: ignore[assignment]
    assert attacker.say(attacker.message(body={"text": "behaves again"})).state == "taken_in"


@pytest.mark.once
def test_receipts_settle_only_what_was_sent_to_who_signs_them(attacker: Attacker) -> None:
    for text in ("one", "two"):
        write(attacker.victim, attacker.recipient, attacker.sender, text)
    with attacker.victim.on():
        compose(attacker.victim.peer(attacker.own).pk, fresh_call())
    first, second = sent_to(attacker.victim, attacker.own)[-2:]
    at = timezone.now()

    def put(*given: Receipt) -> None:
        attacker.put(receipts=attacker.receipts(*given))

    before = state(attacker)[1:]  # type: ignore[index]
    put(Receipt(number=1, message=uuid4(), digest=first.digest, result=Result.TAKEN_IN, at=at))
    put(Receipt(number=2, message=first.message, digest=second.digest, result=Result.REFUSED, at=at))
    put(Receipt(number=9, message=first.message, digest=first.digest, result=Result.REFUSED, at=at))  # after a gap
    assert state(attacker)[1:] == before  # type: ignore[index]
    put(Receipt(number=3, message=first.message, digest=first.digest, result=Result.TAKEN_IN, because="x", at=at))
    put(Receipt(number=4, message=first.message, digest=first.digest, result=Result.REFUSED, at=at))
    for number in (5, 6, 7):
        put(Receipt(number=number, message=first.message, digest=first.digest, result=Result.READ, at=at))
    one, two = sent_to(attacker.victim, attacker.own)[-2:]
    assert (one.result, one.read_at is not None, two.result) == ("taken_in", True, "")
    with attacker.victim.on():
        assert Receipted.objects.count() - before[-1] == 2  # what was said first, and that it was read


def test_an_answer_to_another_call_is_refused_and_noted(attacker: Attacker, line: Line) -> None:
    played = attacker.sealed(encoded(attacker, messages=[note(attacker)]), answers=True)
    with attacker.victim.on():
        assert not calling.call(attacker.victim.peer(attacker.own), lambda *_: played)
        assert "does not answer this call" in attacker.victim.peer(attacker.own).problem
    assert put_down(attacker.victim) == []
    line.settle((attacker.own, attacker.victim))
