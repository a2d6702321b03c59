"""Taking in: each has its turn, whatever waits, fails or is refused beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.exchange.nodes import Line, Node, sent_to, taken_of
from tests.node.exchange.notes import Notes, put_down, write

from vaern.node.exchange.calls import composing
from vaern.node.exchange.calls.composing import Closed, compose
from vaern.node.exchange.inbox.taking import take_in
from vaern.node.exchange.models import OwnReceipt, Receipted
from vaern.node.exchange.peers import actions
from vaern.node.exchange.rules.envelopes import fresh_call
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

REASON = Reason(Why.ADMINISTRATION, "agreed by telephone")


def looked(south: Node, north: Node, most: int) -> int:
    with south.on():
        return take_in(south.peer(north), most)


def test_however_many_wait_what_is_fresh_is_taken_in(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    notes.waits = {f"waits {number}" for number in range(6)}
    for number in range(6):
        write(north, *desks, f"waits {number}")
    for number in range(3):
        write(north, *desks, f"fresh {number}")
    line.carry(north, south)
    for _ in range(8):
        looked(south, north, 2)
    assert put_down(south) == ["fresh 0", "fresh 1", "fresh 2"]
    notes.waits = {"waits 0", "waits 1", "waits 2"}  # those behind have their turn
    for _ in range(4):
        looked(south, north, 2)
    assert sorted(put_down(south)[3:]) == ["waits 3", "waits 4", "waits 5"]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_about_one_thing_all_are_taken_in_their_order_whatever_waits_in_between(
    pair: tuple[Node, Node],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
    data: st.DataObject,
) -> None:
    north, south = pair
    abouts, example = [uuid4(), uuid4()], uuid4()  # an example that is given up leaves its notes behind
    written = data.draw(st.lists(st.integers(0, 1), min_size=1, max_size=8))
    texts = [f"{about} {number} {example}" for number, about in enumerate(written)]
    for about, text in zip(written, texts, strict=True):
        write(north, *desks, text, about=abouts[about])
    line.carry(north, south)
    for _ in range(3):
        notes.waits = set(data.draw(st.lists(st.sampled_from(texts), unique=True)))
        looked(south, north, data.draw(st.integers(1, 4)))
    notes.waits = set()
    while looked(south, north, 3):
        pass
    taken = [one for one in put_down(south) if one in texts]
    for about in "01":
        assert [one for one in taken if one[0] == about] == [one for one in texts if one[0] == about]


@pytest.mark.parametrize("fault", [IntegrityError, ValueError])
def test_what_cannot_be_stored_is_set_aside_and_the_next_is_taken_in(
    pair: tuple[Node, Node],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
    fault: type[Exception],
) -> None:
    north, south = pair
    notes.faults["broken"] = fault
    for text in ("broken", "next"):
        write(north, *desks, text)
    line.settle(pair)
    assert put_down(south) == ["next"]
    assert [row.result for row in sent_to(north, south)][-2:] == ["set_aside", "taken_in"]


def test_what_the_database_fails_at_waits_for_the_database(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    notes.faults["one"] = OperationalError
    write(north, *desks, "one")
    line.carry(north, south)
    for _ in range(2):
        with pytest.raises(OperationalError):
            looked(south, north, 9)
    assert taken_of(south, north)[-1].state == "stored"
    notes.faults.clear()
    line.settle(pair)
    assert put_down(south) == ["one"]


def test_many_long_words_in_receipts_take_as_many_calls_as_they_need(
    pair: tuple[Node, Node],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    north, south = pair
    notes.because = "€" * 900
    notes.waits = {f"{number}" for number in range(12)}
    for number in range(12):
        write(north, *desks, f"{number}")
    monkeypatch.setattr(composing, "MOST_OF_RECEIPTS", 4_000)
    line.settle(pair)
    assert [row.result for row in sent_to(north, south)][-12:] == ["waits"] * 12
    with north.on():
        assert {len(bytes(row.document)) < 9_000 for row in Receipted.objects.all()} == {True}


def test_an_app_that_breaks_at_a_receipt_keeps_no_other_from_being_settled(
    pair: tuple[Node, Node], line: Line, notes: Notes, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    notes.breaks_answered = {"broken"}
    for text in ("broken", "next"):
        write(north, *desks, text)
    line.settle(pair)
    assert [row.result for row in sent_to(north, south)][-2:] == ["taken_in", "taken_in"]
    assert notes.answered == ["next"]


def test_nothing_is_said_to_a_peer_that_was_suspended_while_it_called(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    write(south, *reversed(desks), "for north")
    with south.on():
        actions.suspend(south.administrator, REASON, south.peer(north))
        before = OwnReceipt.objects.count()
        with pytest.raises(Closed):
            compose(south.peer(north).pk, fresh_call(), answers=True)
        assert connection.needs_rollback is False
        assert OwnReceipt.objects.count() == before
        actions.resume(south.administrator, REASON, south.peer(north))
    line.settle(pair)
    assert put_down(north) == ["for north"]
