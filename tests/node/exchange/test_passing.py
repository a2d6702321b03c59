"""What passes between two nodes: once, in its order, with a receipt; whatever the line does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from django.test.utils import CaptureQueriesContext
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, desk, sent_to, taken_of
from tests.node.exchange.notes import Notes, put_down, write

from vaern.node.exchange.base import keys
from vaern.node.exchange.peers.cards import rotate
from vaern.node.exchange.peers.directories import send_changed_directories

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation


def desks(pair: tuple[Node, Node], line: Line) -> tuple[Organisation, Organisation]:
    """A desk on each node, known to the other."""
    north, south = pair
    mine, theirs = desk(north), desk(south)
    for node in pair:
        with node.on():
            send_changed_directories()
    line.settle((north, south))
    return mine, theirs


def test_a_note_passes_and_its_receipt_comes_back(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    write(north, mine, theirs, "one")
    line.settle((north, south))
    assert put_down(south) == ["one"]
    (sent,) = [row for row in sent_to(north, south) if row.kind == "test.note"]
    assert (sent.result, sent.settled_at is not None, sent.receipt_id is not None) == ("taken_in", True, True)


def test_a_node_that_cannot_be_called_gets_all_in_answers(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    for number in range(3):
        write(south, theirs, mine, f"{number}")
    line.settle((north, south))  # only north calls
    assert put_down(north) == ["0", "1", "2"]
    assert all(row.settled_at for row in sent_to(south, north))


def test_a_poison_message_is_set_aside_and_stops_nobody(pair: tuple[Node, Node], line: Line, notes: Notes) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    notes.breaks, notes.refuses, notes.waits = {"poison"}, {"no"}, {"later"}
    for text in ("before", "poison", "no", "later", "after"):
        write(north, mine, theirs, text)
    line.settle((north, south))
    assert put_down(south) == ["before", "after"]
    states = [row.state for row in taken_of(south, north) if row.kind == "test.note"]
    assert states == ["taken_in", "set_aside", "refused", "waits", "taken_in"]
    results = [row.result for row in sent_to(north, south) if row.kind == "test.note"]
    assert results == states
    notes.waits = set()
    line.settle((north, south))
    assert put_down(south) == ["before", "after", "later"]


def test_what_is_about_one_thing_keeps_its_order_behind_what_waits(
    pair: tuple[Node, Node], line: Line, notes: Notes
) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    notes.waits = {"first"}
    about = write(north, mine, theirs, "first").about
    write(north, mine, theirs, "second", about=about)
    write(north, mine, theirs, "of another")
    line.settle((north, south))
    assert put_down(south) == ["of another"]
    notes.waits = set()
    line.settle((north, south))
    assert put_down(south) == ["of another", "first", "second"]


def test_the_sender_is_told_which_state_did_not_allow_it(pair: tuple[Node, Node], line: Line, notes: Notes) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    notes.too_late = {"too late"}
    write(north, mine, theirs, "too late")
    line.settle((north, south))
    (sent,) = [row for row in sent_to(north, south) if row.kind == "test.note"]
    assert (sent.result, sent.because) == ("refused", "state: the note that is ended cannot confirm")


@pytest.mark.parametrize("lost", ["call", "answer"])
def test_what_a_line_loses_goes_again(pair: tuple[Node, Node], line: Line, lost: str) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    write(north, mine, theirs, "one")
    write(south, theirs, mine, "two")
    setattr(line, f"drops_{lost}", lambda: True)
    assert not line.carry(north, south)
    with north.on():
        assert "the connection failed" in north.peer(south).problem
    setattr(line, f"drops_{lost}", lambda: False)
    line.settle((north, south))
    assert (put_down(south), put_down(north)) == (["one"], ["two"])
    with north.on():
        assert not north.peer(south).problem


NUMBERS = ("up_to", "they_have", "they_heard", "heard", "their_room", "their_envelope", "their_stream")


def test_an_envelope_that_is_played_back_changes_nothing(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    for text in ("one", "two", "three"):
        write(north, mine, theirs, text)
        line.settle((north, south))

    def state() -> object:
        with south.on():
            peer = south.peer(north)
        kept = [(row.sequence, row.state, row.digest) for row in taken_of(south, north)]
        return kept, {name: getattr(peer, name) for name in NUMBERS}

    before, played = state(), 0
    for envelope, sealed in list(line.calls):
        nodes.answered(south, envelope, sealed)
        played += 1
    assert played > 3
    assert state() == before
    assert put_down(south) == ["one", "two", "three"]


def test_a_peer_that_has_the_new_keys_gets_all_signed_with_them(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    mine, theirs = desks(pair, line)
    with north.on():
        rotate(north.administrator, nodes.REASON)
        newest = keys.signing_keys()[0].verifier.id.hex()
        assert north.peer(south).our_key != newest, "it does not know them yet"
    line.settle((north, south))
    with north.on():
        assert north.peer(south).our_key == newest
    write(north, mine, theirs, "with the new key")
    line.settle((north, south))
    assert put_down(south) == ["with the new key"]


def test_no_act_waits_while_an_envelope_is_made_or_opened(pair: tuple[Node, Node], line: Line) -> None:
    """An act that writes a message locks the key of its peer's row, and nothing else of it."""
    north, south = pair
    mine, theirs = desks(pair, line)
    write(north, mine, theirs, "one")
    locks = []
    for node in pair:
        with node.on(), CaptureQueriesContext(connections[DEFAULT_DB_ALIAS]) as seen:
            line.carry(north, south)
        locks += [one["sql"] for one in seen if 'FROM "exchange_peer"' in one["sql"] and " FOR " in one["sql"]]
    assert locks
    assert all(lock.endswith("FOR NO KEY UPDATE") for lock in locks)
