"""The numbered faults of docs/explanation/exchange-faults.md; those of files are in `test_pieces`."""

from __future__ import annotations

import dataclasses
import errno
import re
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock
from uuid import uuid4

import msgspec
import pytest
from django.db import DataError, OperationalError, transaction
from django.utils import timezone
from tests.client.serving import Said, serving
from tests.node.exchange import nodes
from tests.node.exchange.attacker import Attacker
from tests.node.exchange.nodes import Line, Node, desk, sent_to, taken_of, took_in
from tests.node.exchange.notes import TURNED_DOWN, Note, Notes, put_down, write
from tests.node.exchange.test_door import knock

from vaern.node.exchange.base import kinds
from vaern.node.exchange.calls import calling, composing, courier
from vaern.node.exchange.calls.composing import compose
from vaern.node.exchange.inbox import keeping
from vaern.node.exchange.models import Outgoing, Peer
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.peers import actions
from vaern.node.exchange.peers.cards import rotate
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.peers.restoring import go_on_after_restore
from vaern.node.exchange.rules import sequences
from vaern.node.exchange.rules.envelopes import fresh_call
from vaern.node.exchange.rules.messages import Receipt, Result
from vaern.node.ledger.rules import NODE

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).resolve().parents[3] / "docs/explanation/exchange-faults.md"


class Between:
    """Two nodes with a desk each, and the line between them."""

    def __init__(self, north: Node, south: Node, line: Line) -> None:
        self.north, self.south, self.line = north, south, line
        self.mine, self.theirs = desk(north), desk(south)
        for node in (north, south):
            with node.on():
                send_changed_directories()
        self.settle()

    def write(self, *texts: str) -> None:
        """Write notes on north for south, each about something else."""
        for text in texts:
            write(self.north, self.mine, self.theirs, text)

    def carry(self) -> bool:
        return self.line.carry(self.north, self.south)

    def settle(self) -> None:
        self.line.settle((self.north, self.south))

    def holds(self, *texts: str) -> None:
        """South has these, once, in this order, and north knows it."""
        self.settle()
        assert put_down(self.south) == list(texts)
        rows = [row for row in sent_to(self.north, self.south) if row.kind == "test.note"]
        assert [row.result for row in rows] == ["taken_in"] * len(texts)
        assert all(row.settled_at and row.receipt_id for row in rows)


@pytest.fixture
def between(pair: tuple[Node, Node], line: Line) -> Between:
    return Between(*pair, line)


def test_the_page_has_the_cases_that_are_tested_and_no_other() -> None:
    on_page = [int(number) for number in re.findall(r"^## Case (\d+): ", PAGE.read_text("utf-8"), re.MULTILINE)]
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    tested = [int(number) for text in texts for number in re.findall(r"^def test_case_(\d+)_", text, re.MULTILINE)]
    assert on_page == sorted(tested) == list(range(1, len(on_page) + 1))
    assert len(on_page) >= 14


def test_case_01_the_call_is_lost(between: Between) -> None:
    between.write("one")
    between.line.drops_call = lambda: True
    assert not between.carry()
    between.write("two")
    between.line.drops_call = lambda: False
    between.holds("one", "two")


def test_case_02_the_answer_is_lost(between: Between) -> None:
    between.write("one")
    write(between.south, between.theirs, between.mine, "back")
    between.line.drops_answer = lambda: True
    for _ in range(3):
        assert not between.carry()
    assert len(taken_of(between.south, between.north)) == len(
        {r.message for r in taken_of(between.south, between.north)}
    )
    between.line.drops_answer = lambda: False
    between.holds("one")
    assert put_down(between.north) == ["back"]


def test_case_03_an_envelope_comes_twice(between: Between) -> None:
    between.write("one")
    between.settle()
    between.write("two")
    between.settle()
    for line, sealed in list(between.line.calls):
        nodes.answered(between.south, line, sealed)
    between.write("three")
    between.holds("one", "two", "three")


def test_case_04_envelopes_overtake_each_other(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "MOST_MESSAGES", 1)
    between.write("one", "two", "three")
    held = []
    for have in (0, 1, 2):  # three envelopes with one message each, made before any is sent
        with between.north.on():
            peer = between.north.peer(between.south)
            start = peer.they_have
            type(peer).objects.filter(pk=peer.pk).update(they_have=start + (1 if have else 0))
            held.append(compose(peer.pk, fresh_call()))
    for line, sealed in reversed(held):
        nodes.answered(between.south, line, sealed)
        took_in(between.south, between.north)
    between.holds("one", "two", "three")


def test_case_05_the_receiver_dies_while_it_keeps(between: Between) -> None:
    between.write("one")
    with (
        mock.patch.object(keeping.Incoming.objects, "bulk_create", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        between.carry()
    assert not [row for row in taken_of(between.south, between.north) if row.kind == "test.note"]
    between.holds("one")


def test_case_06_the_receiver_dies_while_it_takes_in(between: Between, notes: Notes) -> None:
    notes.faults["one"] = SystemExit
    between.write("one", "two")
    between.carry()
    with pytest.raises(SystemExit):
        took_in(between.south, between.north)
    assert put_down(between.south) == []
    notes.faults.clear()
    between.holds("one", "two")


def test_case_07_the_sender_dies_after_it_gave_places(between: Between) -> None:
    between.write("one", "two")
    places = []
    for _ in range(2):
        with between.north.on():
            compose(between.north.peer(between.south).pk, fresh_call())
        places.append([row.sequence for row in sent_to(between.north, between.south)])
    assert places[0] == places[1]
    between.holds("one", "two")


def test_case_08_a_message_breaks_its_reader(between: Between, notes: Notes) -> None:
    aside(between, notes, ValueError)


def test_a_refusal_breaks_its_reader_and_stops_nobody(between: Between, notes: Notes) -> None:
    notes.refuses, notes.breaks_refused = {"unwanted", "unwanted too"}, {"unwanted"}
    between.write("unwanted", "unwanted too", "next")
    between.settle()
    assert put_down(between.south) == ["next"]
    assert put_down(between.south, TURNED_DOWN) == ["unwanted too"]
    assert [row.result for row in sent_to(between.north, between.south)][-3:] == ["refused", "refused", "taken_in"]


def test_case_09_a_message_says_what_cannot_be_stored(between: Between, notes: Notes) -> None:
    aside(between, notes, DataError)


def aside(between: Between, notes: Notes, fault: Callable[[], BaseException]) -> None:
    notes.faults["poison"] = fault
    between.write("poison", "next")
    between.settle()
    assert put_down(between.south) == ["next"]
    assert [row.result for row in sent_to(between.north, between.south)][-2:] == ["set_aside", "taken_in"]


def wrapped() -> BaseException:
    """What a library makes of a database that is gone: an error of its own, which came from the database's."""
    error = RuntimeError("the queue does not answer")
    error.__cause__ = OperationalError("the connection is lost")
    return error


@pytest.mark.parametrize("fault", [OperationalError, wrapped, lambda: OSError(errno.ENOSPC, "No space left")])
def test_case_10_the_database_fails_or_the_disk_is_full(
    between: Between, notes: Notes, fault: Callable[[], BaseException]
) -> None:
    notes.faults["one"] = fault
    between.write("one", "two")
    between.carry()
    with pytest.raises(type(fault())):
        took_in(between.south, between.north)
    assert {row.state for row in taken_of(between.south, between.north) if row.kind == "test.note"} == {"stored"}
    notes.faults.clear()
    between.holds("one", "two")


def test_case_11_a_message_comes_before_what_it_belongs_to(between: Between, notes: Notes) -> None:
    notes.waits = {"one"}
    about = uuid4()
    for text, of in (("one", about), ("two", about), ("other", uuid4())):
        write(between.north, between.mine, between.theirs, text, about=of)
    between.settle()
    assert put_down(between.south) == ["other"]
    notes.waits = set()
    between.settle()
    assert put_down(between.south) == ["other", "one", "two"]


def test_case_12_a_message_is_of_a_kind_to_come(between: Between, notes: Notes) -> None:
    between.write("one")
    between.carry()
    with mock.patch.dict(kinds._KINDS):
        del kinds._KINDS["test.note"]
        took_in(between.south, between.north)
    assert taken_of(between.south, between.north)[-1].because == "not_yet: upgrade"
    between.holds("one")


def test_case_13_the_peer_is_away_for_a_month(between: Between) -> None:
    between.line.drops_call = lambda: True
    texts = [f"day {day}" for day in range(30)]
    for day, text in enumerate(texts):
        with clock(timedelta(days=day - 30)):
            between.write(text)
            between.carry()
    between.line.drops_call = lambda: False
    between.holds(*texts)


def test_case_14_the_peer_is_suspended_meanwhile(between: Between) -> None:
    between.write("one")
    between.carry()
    with between.south.on():
        actions.suspend(between.south.administrator, nodes.REASON, between.south.peer(between.north))
    took_in(between.south, between.north)
    assert put_down(between.south) == []
    write(between.south, between.theirs, between.mine, "recall", kind="test.taken_back")
    with between.south.on():
        actions.resume(between.south.administrator, nodes.REASON, between.south.peer(between.north))
    between.holds("one")
    assert put_down(between.north) == ["recall"]


def clock(off: timedelta) -> mock._patch[object]:
    """Let a clock be off."""
    real = timezone.now

    def now() -> datetime:
        return real() + off

    return mock.patch.object(timezone, "now", now)


@pytest.mark.parametrize("days", [-1, 1])
def test_case_15_the_clocks_are_a_day_apart(between: Between, days: int) -> None:
    with clock(timedelta(days=days)):
        between.write("one")
        late = desk(between.north)
        with between.north.on():
            send_changed_directories()
    between.settle()
    write(between.north, late, between.theirs, "two")
    between.holds("one", "two")


def test_case_16_the_sender_is_restored(between: Between) -> None:
    between.write("one", "two")
    with between.north.on():
        point = transaction.savepoint()
    between.settle()
    with between.north.on():
        transaction.savepoint_rollback(point)
        go_on_after_restore()
    between.write("three")
    between.holds("one", "two", "three")


def test_case_17_the_receiver_is_restored(between: Between) -> None:
    with between.south.on():
        point = transaction.savepoint()
    between.write("one", "two")
    between.settle()
    with between.south.on():
        transaction.savepoint_rollback(point)
        go_on_after_restore()
    between.holds("one", "two")


def test_case_18_keys_are_changed_meanwhile(between: Between) -> None:
    between.write("one")
    for node in (between.north, between.south):
        with node.on():
            rotate(node.administrator, nodes.REASON)
    between.write("two")
    between.holds("one", "two")


def test_case_19_a_peer_floods(between: Between, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (keeping, sequences):
        monkeypatch.setattr(module, "MOST_WAITING", 5)
    attacker = Attacker(between.north, between.south, between.mine, between.theirs)
    notes = [attacker.message(body={"text": f"{number}"}) for number in range(40)]
    for _ in range(3):
        attacker.put(*((note.sequence, attacker.document(note)) for note in notes))
        assert sum(row.state == "stored" for row in taken_of(between.south, between.north)) == 5
    while len(put_down(between.south)) < 40:  # as there is room, in their order
        took_in(between.south, between.north)
        attacker.put(*((note.sequence, attacker.document(note)) for note in notes))
    assert put_down(between.south) == [f"{number}" for number in range(40)]


def test_case_20_a_receipt_is_of_something_else(between: Between) -> None:
    write(between.south, between.theirs, between.mine, "for north")
    with between.south.on():
        compose(between.south.peer(between.north).pk, fresh_call())
        row = Outgoing.objects.get(kind="test.note")
    attacker = Attacker(between.north, between.south, between.mine, between.theirs)
    of = {"result": Result.TAKEN_IN, "at": timezone.now()}
    wrong = [
        Receipt(number=1, message=uuid4(), digest=row.digest, **of),
        Receipt(number=2, message=row.message, digest="0" * 64, **of),
    ]
    attacker.put(receipts=attacker.receipts(*wrong))
    with between.south.on():
        assert Outgoing.objects.get(pk=row.pk).settled_at is None
    attacker.put(receipts=attacker.receipts(Receipt(number=3, message=row.message, digest=row.digest, **of)))
    with between.south.on():
        assert Outgoing.objects.get(pk=row.pk).settled_at is not None


def call_at(between: Between, address: str) -> str:
    """Let north call south over HTTP, at an address; return what it notes of that."""
    with between.north.on():
        peer = between.north.peer(between.south)
        Peer.objects.filter(pk=peer.pk).update(address=address)
        assert not calling.call(between.north.peer(between.south))
        found: str = between.north.peer(between.south).problem
        Peer.objects.filter(pk=peer.pk).update(address=f"https://{between.south.name}")
    return found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a minute in a test; services of this machine are asked, as on a node of a demonstration."""
    patience = msgspec.structs.replace(calling.PATIENCE, connect=0.2, read=0.2, whole=0.4, here=True)
    monkeypatch.setattr(calling, "PATIENCE", patience)
    monkeypatch.setattr(calling, "settings", mock.Mock(CONFIGURATION=mock.Mock(synthetic=True)))


@pytest.mark.usefixtures("impatient")
def test_case_25_the_peer_never_answers(between: Between) -> None:
    between.write("one")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert call_at(between, f"http://127.0.0.1:{silent.getsockname()[1]}")
    between.holds("one")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("declared", [3, 5_000, -1])
def test_case_26_the_length_of_the_answer_is_a_lie(between: Between, declared: int) -> None:
    between.write("one")
    with serving(lambda _asked: Said(b"x" * 4_096, declared=declared)) as server:
        assert call_at(between, server.base)
    between.holds("one")


@pytest.mark.usefixtures("impatient")
def test_case_27_the_peer_sends_a_hundred_megabytes(between: Between) -> None:
    between.write("one")
    with between.north.on():
        line, _sealed = compose(between.north.peer(between.south).pk, fresh_call())
    status, _answer, _line, read = knock(between.south, line, b"x" * 100_000_000)
    assert (status, read) == (413, 0)
    with serving(lambda _asked: Said(b"x" * 9_000_000, declared=100_000_000)) as server:
        assert call_at(between, server.base)
    between.holds("one")


class Longer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a note says in the version to come."""

    text: str
    tone: str


def test_case_28_the_peer_is_on_the_version_before(between: Between, notes: Notes) -> None:
    upgraded = dataclasses.replace(
        notes.kind,
        versions={1: Note, 2: Longer},
        lowered={1: lambda body: Note(body.text)},
        raised={1: lambda body: Longer(body.text, "plain")},
    )
    with mock.patch.dict(kinds._KINDS, {"test.note": upgraded}), between.north.on(), transaction.atomic():
        made = send(
            "test.note",
            Longer("one", "loud"),
            sender=between.mine,
            recipient=between.north.organisation(between.theirs),
            about=uuid4(),
            by=NODE,
            reason=nodes.REASON,
        )
        assert made.version == 1
    between.settle()
    between.write("two")
    between.carry()
    with mock.patch.dict(kinds._KINDS, {"test.note": upgraded}):
        took_in(between.south, between.north)
    between.holds("one", "two")


def test_a_peer_without_room_is_asked_each_second_and_not_at_each_look(between: Between) -> None:
    between.write("one")
    with between.north.on():
        peer = between.north.peer(between.south)
        assert courier._is_due(peer, 0.0, 1.0)
        peer.their_room, peer.tried_at = 0, timezone.now()
        assert not courier._is_due(peer, 0.0, 1.0)
        peer.tried_at = timezone.now() - timedelta(seconds=courier.POLLED)
        assert courier._is_due(peer, 0.0, 1.0)
