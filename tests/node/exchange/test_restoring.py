"""A node that was restored from a backup: what it forgot comes again, once; what it gave places to gets others."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, desk, sent_to, took_in
from tests.node.exchange.notes import Notes, put_down, write

from vaern.node.exchange.models import OwnReceipt
from vaern.node.exchange.peers import actions
from vaern.node.exchange.peers.cards import own_card, rotate
from vaern.node.exchange.peers.directories import send_changed_directories, send_directory
from vaern.node.exchange.peers.restoring import go_on_after_restore
from vaern.node.exchange.rules.identity import fingerprint, read_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.once  # several whole nodes each


def backed_up(node: Node) -> Callable[[], None]:
    """Keep a node's database and keys as they are; what is returned restores them, and lets the node go on."""
    keys = node.home / "keys"
    kept = node.home / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(keys, kept)
    with node.on():
        point = transaction.savepoint()

    def restore() -> None:
        with node.on():
            transaction.savepoint_rollback(point)
            shutil.rmtree(keys)
            shutil.copytree(kept, keys)
            go_on_after_restore()

    return restore


@contextmanager
def clock(off: timedelta) -> Iterator[None]:
    """Let a node's clock be off meanwhile."""
    real = timezone.now

    def now() -> datetime:
        return real() + off

    with mock.patch.object(timezone, "now", now):
        yield


def settled(node: Node, other: Node) -> list[str]:
    return [row.result for row in sent_to(node, other) if row.kind == "test.note"]


def test_what_a_restored_node_had_sent_is_settled_by_the_receipt_of_before(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    for text in ("one", "two"):
        write(north, *desks, text)
    restore = backed_up(north)
    line.settle(pair)
    restore()
    write(north, *desks, "three")
    line.settle(pair)
    assert put_down(south) == ["one", "two", "three"]
    assert settled(north, south) == ["taken_in"] * 3


def test_what_a_restored_node_had_not_yet_taken_in_of_the_stream_before_is_taken_in_first(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation], notes: Notes
) -> None:
    north, south = pair
    notes.waits = {"one"}
    about = write(north, *desks, "one").about
    line.settle(pair)
    write(north, *desks, "two")
    line.carry(north, south)  # kept, and not looked at
    backed_up(north)()
    write(north, *desks, "three", about=about)
    line.settle(pair)
    assert put_down(south) == ["two"]
    notes.waits = set()
    line.settle(pair)
    assert put_down(south) == ["two", "one", "three"]
    assert settled(north, south) == ["taken_in"] * 3


def test_what_a_restored_node_forgot_that_it_took_in_comes_again(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    write(north, *desks, "before")
    line.settle(pair)
    restore = backed_up(south)
    for text in ("one", "two"):
        write(north, *desks, text)
        line.settle(pair)
    restore()
    assert put_down(south) == ["before"]
    write(north, *desks, "three")
    line.settle(pair)
    assert put_down(south) == ["before", "one", "two", "three"]
    assert settled(north, south) == ["taken_in"] * 4


def test_a_node_whose_places_were_given_twice_does_not_lose_what_is_new(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    restore = backed_up(north)
    write(north, *desks, "forgotten by north")
    line.settle(pair)
    restore()
    write(north, *desks, "new at the same place")
    line.settle(pair)
    assert put_down(south) == ["forgotten by north", "new at the same place"]


def test_a_node_that_was_restored_twice_with_a_clock_behind_finds_a_new_stream(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    restore = backed_up(north)
    with clock(timedelta(days=1)):
        restore()
    write(north, *desks, "one")
    line.settle(pair)
    restore()
    write(north, *desks, "two")
    line.settle(pair)
    assert put_down(south) == ["one", "two"]
    assert settled(north, south) == ["taken_in"]


def test_a_restored_node_whose_newest_keys_are_gone_is_understood_again(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    restore = backed_up(north)
    with north.on():
        rotate(north.administrator, nodes.REASON)
    line.settle(pair)
    restore()
    write(north, *desks, "one")
    for _ in range(3):  # what south answers at first is sealed with a key that north has no more
        line.carry(north, south)
        took_in(south, north)
    write(south, *reversed(desks), "two")
    line.settle(pair)
    assert (put_down(south), put_down(north)) == (["one"], ["two"])


def test_a_clock_that_is_put_back_stops_neither_lists_nor_cards(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    with clock(-timedelta(days=1)):
        mine, theirs = desk(north), desk(south)
        with north.on():
            send_changed_directories()
            rotate(north.administrator, nodes.REASON)
        line.settle(pair)
        with south.on():
            send_changed_directories()
        line.settle(pair)
        write(north, mine, theirs, "one")
        line.settle(pair)
    assert put_down(south) == ["one"]
    assert all(row.result == "taken_in" for row in sent_to(north, south))


def test_keys_that_a_rotation_left_when_it_was_undone_cut_nobody_off(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    with north.on():
        point = transaction.savepoint()
        rotate(north.administrator, nodes.REASON)
        transaction.savepoint_rollback(point)
    write(north, *desks, "one")
    line.settle(pair)
    assert put_down(south) == ["one"]


def test_a_peer_that_is_met_again_after_its_end_is_spoken_to_anew(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    write(north, *desks, "before")
    line.settle(pair)
    write(south, *reversed(desks), "never sent")
    with south.on():
        actions.end(south.administrator, nodes.REASON, south.peer(north))
    with north.on():
        theirs = own_card()
    with south.on():
        peer = actions.meet(south.administrator, nodes.REASON, theirs)
        digits = fingerprint(read_card(theirs))
        passes = {"accepts": ["test.note"], "sends": ["test.note"], "countries": []}
        actions.confirm(south.administrator, nodes.REASON, peer, digits, **passes)
        assert OwnReceipt.objects.exists()
    line.settle(pair)
    with north.on():  # whose people hear that they were ended
        send_directory(north.peer(south))
    line.settle(pair)
    write(north, *desks, "after")
    line.settle(pair)
    assert (put_down(south), put_down(north)) == (["before", "after"], [])
    assert settled(north, south) == ["taken_in", "taken_in"]
