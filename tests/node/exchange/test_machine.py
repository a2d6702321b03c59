"""Two nodes, a line that does what it likes, and people and clocks that get in the way: whatever happens in whatever
order, each note is taken in once and in its order, its sender knows it, and both ledgers verify."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, desk, sent_to, took_in
from tests.node.exchange.notes import Note, Notes, put_down, write

from vaern.node.exchange.calls import receiving
from vaern.node.exchange.calls.composing import Closed, compose
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.peers import actions
from vaern.node.exchange.peers.cards import rotate
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.peers.restoring import go_on_after_restore
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.envelopes import fresh_call
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.verify import verify_ledger

if TYPE_CHECKING:
    from vaern.node.exchange.models import Outgoing
    from vaern.node.organisations.models import Organisation

sides = st.sampled_from([0, 1])
abouts = [uuid4() for _ in range(3)]


class Died(BaseException):
    """The process is gone."""


class Stage:
    """What stands while the machines run, each of which is undone."""

    def __init__(self, pair: tuple[Node, Node], line: Line, notes: Notes) -> None:
        self.pair, self.line, self.notes = pair, line, notes
        self.desks: list[Organisation] = [desk(node) for node in pair]
        for node in pair:
            with node.on():
                send_changed_directories()
        line.settle(pair)


class Exchange(RuleBasedStateMachine):
    """Whatever may happen between two nodes."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.pair, self.line, self.notes = self.stage.pair, self.stage.line, self.stage.notes
        self.number, self.under_way, self.off = 0, [], timedelta()  # type: ignore[var-annotated]
        self.taken = timedelta()  # by restoring; streams are told apart by their seconds
        self.began = [self.keep(node, "began") for node in self.pair]
        self.kept = [self.keep(node, "kept") for node in self.pair]
        real = timezone.now

        def now() -> datetime:
            return real() + self.off + self.taken

        self.clock = mock.patch.object(timezone, "now", now)
        self.clock.start()

    def keep(self, node: Node, name: str) -> str:
        shutil.rmtree(node.home / name, ignore_errors=True)
        shutil.copytree(node.home / "keys", node.home / name)
        with node.on():
            return transaction.savepoint()

    def undo(self, node: Node, name: str, point: str) -> None:
        with node.on():
            transaction.savepoint_rollback(point)
        shutil.rmtree(node.home / "keys")
        shutil.copytree(node.home / name, node.home / "keys")

    def other(self, side: int) -> Node:
        return self.pair[1 - side]

    def active(self, side: int) -> bool:
        with self.pair[side].on():
            return State(self.pair[side].peer(self.other(side)).state) is State.ACTIVE

    @rule(side=sides, about=st.sampled_from(abouts), recall=st.booleans())
    def note(self, side: int, about: Any, recall: bool) -> None:
        if not recall and not self.active(side):
            return
        self.number += 1
        kind = "test.taken_back" if recall else "test.note"
        desks = self.stage.desks
        write(self.pair[side], desks[side], desks[1 - side], f"{self.number}", about=about, kind=kind)

    @rule(side=sides, loses=st.sampled_from(["nothing", "call", "answer"]))
    def call(self, side: int, loses: str) -> None:
        self.line.drops_call = lambda: loses == "call"
        self.line.drops_answer = lambda: loses == "answer"
        with suppress(Malformed, Closed):  # the called side; its door says so
            self.line.carry(self.pair[side], self.other(side))

    @rule(side=sides)
    def send_slowly(self, side: int) -> None:
        with self.pair[side].on(), suppress(Closed):
            self.under_way.append((1 - side, compose(self.pair[side].peer(self.other(side)).pk, fresh_call())))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data(), again=st.booleans())
    def arrive(self, data: st.DataObject, again: bool) -> None:
        at = data.draw(st.integers(0, len(self.under_way) - 1))
        side, envelope = self.under_way[at] if again else self.under_way.pop(at)
        with suppress(Malformed, Closed):
            nodes.answered(self.pair[side], *envelope)

    @rule(side=sides, waits=st.booleans())
    def take_in(self, side: int, waits: bool) -> None:
        self.notes.waits = {f"{number}" for number in range(0, self.number, 2)} if waits else set()
        took_in(self.pair[side], self.other(side))
        self.notes.waits = set()

    @rule(side=sides)
    def die_while_taking_in(self, side: int) -> None:
        self.notes.faults = {f"{number}": Died for number in range(self.number + 1)}  # type: ignore[misc]
        with suppress(Died):
            took_in(self.pair[side], self.other(side))
        self.notes.faults = {}

    @rule(side=sides)
    def die_while_keeping(self, side: int) -> None:
        with mock.patch.object(receiving, "settle", side_effect=Died), suppress(Died, Malformed, Closed):
            self.line.carry(self.pair[side], self.other(side))

    @rule(side=sides)
    def suspend_or_resume(self, side: int) -> None:
        node = self.pair[side]
        act = actions.suspend if self.active(side) else actions.resume
        with node.on():
            act(node.administrator, nodes.REASON, node.peer(self.other(side)))

    @rule(side=sides)
    def change_keys(self, side: int) -> None:
        with self.pair[side].on():
            rotate(self.pair[side].administrator, nodes.REASON)

    @rule(days=st.integers(0, 1))
    def set_clock(self, days: int) -> None:
        self.off = timedelta(days=days)

    @rule(side=sides)
    def back_up(self, side: int) -> None:
        self.kept[side] = self.keep(self.pair[side], "kept")

    @rule(side=sides)
    def restore(self, side: int) -> None:
        self.taken += timedelta(seconds=2)
        self.undo(self.pair[side], "kept", self.kept[side])
        with self.pair[side].on():
            go_on_after_restore()

    def teardown(self) -> None:
        try:
            self.holds()
        finally:
            self.clock.stop()
            for node, point in zip(self.pair, self.began, strict=True):
                self.undo(node, "began", point)

    def holds(self) -> None:
        """The laws, once all is quiet."""
        for side in (0, 1):
            if not self.active(side):
                self.suspend_or_resume(side)
        self.line.drops_call = self.line.drops_answer = lambda: False
        for _ in range(4):  # after a restore, what is sealed with a key that is gone cannot be opened at first
            for side in (0, 1):
                self.call(side, "nothing")
                took_in(self.pair[side], self.other(side))
        self.line.settle(self.pair, self.pair[::-1])
        for side in (0, 1):
            self.arrived(self.pair[side], self.other(side))
            with self.pair[side].on():
                while sequence_once():
                    pass
                assert not verify_ledger(verifier_key()).findings

    def arrived(self, sender: Node, receiver: Node) -> None:
        taken = put_down(receiver)
        assert len(taken) == len(set(taken))
        rows = [row for row in sent_to(sender, receiver) if row.kind.startswith("test.")]
        assert {row.result for row in rows} <= {"taken_in"}
        assert all(row.settled_at and row.receipt_id for row in rows)
        with sender.on():
            sent = [(row.about, self.text(row)) for row in rows]
        for about in abouts:
            mine = [text for of, text in sent if of == about]
            assert [text for text in taken if text in mine] == mine

    def text(self, row: Outgoing) -> str:
        body = body_sent(row, Note)
        assert body is not None
        return body.text


def walk(pair: tuple[Node, Node], line: Line, notes: Notes, examples: int, steps: int) -> None:
    machine = type("Machine", (Exchange,), {"stage": Stage(pair, line, notes)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_a_few_things_happen(pair: tuple[Node, Node], line: Line, notes: Notes) -> None:
    walk(pair, line, notes, examples=4, steps=12)


@pytest.mark.slow
def test_many_things_happen(pair: tuple[Node, Node], line: Line, notes: Notes) -> None:
    walk(pair, line, notes, examples=40, steps=40)
