"""Taking messages in together comes to what taking each in alone comes to, whatever any of them does."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.exchange.nodes import Line, Node, took_in
from tests.node.exchange.notes import Notes, put_down, write

from vaern.node.base import sql
from vaern.node.exchange.base import kinds
from vaern.node.exchange.inbox import batches
from vaern.node.exchange.inbox.taking import take_in
from vaern.node.exchange.models import Incoming, OwnReceipt
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.models import Entry
from vaern.node.ledger.models import Note as Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.node.exchange.base.kinds import Delivery, Kind
    from vaern.node.organisations.models import Organisation


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch ends by what its messages do, not by how busy the machine is."""
    monkeypatch.setattr(batches, "LASTS", 1e9)


@contextmanager
def so(kind: Kind) -> Iterator[None]:
    """Let notes be of this kind."""
    with mock.patch.dict(kinds._KINDS, {kind.name: kind}):
        yield


def ways(notes: Notes) -> dict[str, Kind]:
    """Notes that are taken in alone, one after the other in a transaction, and all at once."""

    def take_each(deliveries: Sequence[Delivery]) -> None:
        for one in deliveries:
            notes.take(one)

    together = notes.kind
    return {
        "alone": dataclasses.replace(together, together=False),
        "together": together,
        "at once": dataclasses.replace(together, take_each=take_each),
    }


def came_to(south: Node, north: Node, sizes: list[int]) -> dict[str, Any]:
    """All that is known on a node once it took in what it has; undone afterwards."""
    with south.on():
        mark = transaction.savepoint()
        before = Entry.objects.count(), OwnReceipt.objects.count()
        for most in sizes:
            take_in(south.peer(north), most)
        entries = list(Entry.objects.order_by("id")[before[0] :])
        words = dict(Words.objects.values_list("entry_id", "details"))
        found = {
            "rows": list(Incoming.objects.order_by("id").values_list("message", "state", "because", "tries")),
            "receipts": list(
                OwnReceipt.objects.order_by("id").values_list("incoming__message", "result", "because")[before[1] :]
            ),
            "notes": put_down(south),
            # of one message and its note each entry, with the words; those of a batch stand behind its notes
            "entries": sorted(
                (str(one.subject), one.act, str(one.organisation), str(one.owner), one.why, one.tags, words.get(one.pk))
                for one in entries
            ),
        }
        transaction.savepoint_rollback(mark)
        connection.run_on_commit = []
    return found


FATES = ("fine", "waits", "breaks", "refused", "too late", "unstorable")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_together_comes_to_what_each_alone_comes_to(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation], data: st.DataObject
) -> None:
    north, south = pair
    abouts = [uuid4(), uuid4(), None]
    written = data.draw(st.lists(st.tuples(st.sampled_from(FATES), st.sampled_from(range(3))), min_size=1, max_size=7))
    texts = {fate: {f"{number}" for number, (one, _) in enumerate(written) if one == fate} for fate in FATES}
    notes.waits, notes.breaks, notes.refuses = texts["waits"], texts["breaks"], texts["refused"]
    notes.too_late, notes.faults = texts["too late"], dict.fromkeys(texts["unstorable"], IntegrityError)
    marks = []
    for node in pair:
        with node.on():
            marks.append(transaction.savepoint())
    for number, (_fate, about) in enumerate(written):
        write(north, *desks, f"{number}", about=abouts[about])
    line.carry(north, south)
    sizes = data.draw(st.lists(st.integers(1, 7), min_size=1, max_size=4))
    expected = None
    for name, kind in ways(notes).items():
        with so(kind):
            found = came_to(south, north, sizes)
        expected = expected or found
        assert (name, found) == (name, expected)
    for node, mark in zip(pair, marks, strict=True):
        with node.on():
            transaction.savepoint_rollback(mark)
            connection.run_on_commit = []


@pytest.mark.parametrize("way", ["together", "at once"])
def test_what_a_batch_holds_costs_the_exchange_no_statement_more(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation], way: str
) -> None:
    north, south = pair
    counts = []
    for many in (2, 12):
        for number in range(many):
            write(north, *desks, f"{many} {number}")
        line.carry(north, south)
        ran: list[str] = []
        run = sql.run

        def counted(statement: str, *given: Any, run: Any = run, ran: list[str] = ran, **named: Any) -> Any:
            ran.append(statement)
            return run(statement, *given, **named)

        with so(ways(notes)[way]), mock.patch.object(sql, "run", counted):
            assert took_in(south, north)
        counts.append(len(ran))
        line.settle(pair)
    assert counts[0] == counts[1]  # the notes' own entries are written past what is counted
    assert put_down(south) == [f"{many} {number}" for many in (2, 12) for number in range(many)]


def test_a_batch_ends_when_it_lasted_and_the_rest_follows(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    for number in range(5):
        write(north, *desks, f"{number}")
    line.carry(north, south)
    with mock.patch.object(batches, "LASTS", 0), south.on():
        rows = list(Incoming.objects.filter(kind=notes.kind.name).order_by("sequence"))
        assert batches.take_together(rows) == (1, False)
        assert batches.take_together(rows[1:]) == (1, False)
        assert put_down(south) == ["0", "1"]
    line.settle(pair)
    assert put_down(south) == [f"{number}" for number in range(5)]


def test_what_somebody_dealt_with_meanwhile_is_not_taken_in_again(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    for number in range(4):
        write(north, *desks, f"{number}")
    line.carry(north, south)
    with south.on():
        rows = list(Incoming.objects.filter(kind=notes.kind.name).order_by("sequence"))
        Incoming.objects.filter(pk=rows[2].pk).update(state="refused")
        assert batches.take_together(rows) == (2, False)
        assert batches.take_together(rows[2:]) == (0, True)
        peer = south.peer(north)
        peer.state = State.SUSPENDED.value
        peer.save(update_fields=["state"])
        Incoming.objects.filter(pk=rows[2].pk).update(state="stored")
        assert batches.take_together(rows[2:]) == (0, True)
    assert put_down(south) == ["0", "1"]


def test_a_batch_ends_before_a_message_whose_lock_somebody_holds(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    number = uuid4().int >> 66
    with south.on():
        address = {
            key: value
            for key, value in connection.get_connection_params().items()
            if key in {"host", "port", "user", "password", "dbname"}
        }
    tries: list[str] = []
    with psycopg.connect(**address, autocommit=True) as person:
        person.execute("SELECT pg_advisory_lock(%s)", [number])

        def take(delivery: Delivery) -> None:
            tries.append(delivery.body.text)
            if delivery.body.text == "2":
                if tries.count("2") > 1:  # alone, it would wait: the person has done
                    person.execute("SELECT pg_advisory_unlock(%s)", [number])
                sql.lock(number)
            notes.take(delivery)

        with so(dataclasses.replace(notes.kind, take=take)):
            for text in "0123":
                write(north, *desks, text)
            line.carry(north, south)
            assert took_in(south, north)
    assert put_down(south) == list("0123")
    assert tries == ["0", "1", "2", "0", "1", "2", "3"]


def test_what_is_of_no_such_kind_is_taken_in_alone(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    for text in "01":
        write(north, *desks, text)
    line.carry(north, south)
    with south.on(), so(ways(notes)["alone"]):
        rows = list(Incoming.objects.filter(kind=notes.kind.name).order_by("sequence"))
        assert batches.take_together(rows) == (0, True)
    assert put_down(south) == []
    line.settle(pair)
    assert put_down(south) == ["0", "1"]


@pytest.mark.parametrize("of_one", [0, 1, 2.5, 10])
def test_a_kind_has_no_more_bytes_at_once_than_it_may_or_one_message(
    pair: tuple[Node, Node],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
    monkeypatch: pytest.MonkeyPatch,
    of_one: float,
) -> None:
    north, south = pair
    sizes = []

    def take_each(deliveries: Sequence[Delivery]) -> None:
        sizes.append(len(deliveries))
        for one in deliveries:
            notes.take(one)

    for number in range(5):
        write(north, *desks, f"{number}")
    line.carry(north, south)
    with south.on():
        largest = max(len(row.sealed) for row in Incoming.objects.filter(kind=notes.kind.name))
    monkeypatch.setattr(batches, "AT_ONCE", int(of_one * largest))
    with so(dataclasses.replace(notes.kind, take_each=take_each)):
        assert took_in(south, north)
    assert sizes == {0: [1] * 5, 1: [1] * 5, 2.5: [2, 2, 1], 10: [5]}[of_one]
    assert put_down(south) == list("01234")
