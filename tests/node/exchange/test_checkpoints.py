"""A node that nobody can call is a witness all the same: it is asked, and answers, by messages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import msgspec
import pytest
from tests.node.exchange import nodes
from tests.node.exchange.attacker import Attacker, body
from tests.node.exchange.nodes import Line, Node, desk, sent_to, taken_of
from tests.node.ledger.witnesses.foreign import an_hour_later

from vaern.node.exchange.base.kinds import kind_called, understood
from vaern.node.exchange.outbox.actions import card_of
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.peers import checkpoints, labels, witnessing
from vaern.node.exchange.peers.checkpoints import NO_CHECKPOINT, NOT_ASKED, Answered
from vaern.node.ledger.models import Cosignature, Witness, WitnessedLog
from vaern.node.ledger.proofs import published_checkpoint
from vaern.node.ledger.witnesses import asking, messages, queries, registry
from vaern.node.ledger.witnesses.rules import Problem
from vaern.node.ledger.witnesses.signing import cosigning_keys
from vaern.node.ledger.witnesses.submissions import LARGEST
from vaern.proofs import judging, policy

if TYPE_CHECKING:
    from tests.node.exchange.notes import Notes


@pytest.fixture
def closed(strangers: tuple[Node, Node], notes: Notes) -> tuple[Node, Node]:
    """North can be called; south, a police network, cannot."""
    north, south = strangers
    south.answers = False
    nodes.introduce(north, south, [notes.kind.name])
    return north, south


def rest(line: Line, closed: tuple[Node, Node]) -> None:
    """South calls, until nothing more happens."""
    north, south = closed
    line.settle((south, north))


def witness_of(node: Node) -> Witness:
    """The only witness of a node."""
    with node.on():
        return Witness.objects.get(ended_at=None)


def asks(node: Node) -> None:
    """The job of the witnesses has its turn."""
    with node.on():
        asking.ask_all()


def test_a_node_that_cannot_be_called_cosigns_by_message(closed: tuple[Node, Node], line: Line) -> None:
    north, south = closed
    assert witness_of(north).url == messages.address_of(south.name)
    assert witness_of(south).url == f"https://{north.name}/ledger/witness"
    for more in (3, 4):
        with north.on():
            an_hour_later(more)
            newest = published_checkpoint()
            assert newest is not None
        asks(north)
        rest(line, closed)
        found = witness_of(north)
        assert (found.size, found.problem, found.answered_at is not None) == (newest.size, "", True)
        with south.on():
            keys = {key.verifier.identity for key in cosigning_keys()}
            assert WitnessedLog.objects.get(origin=north.name).size == newest.size
        with north.on():
            assert set(Cosignature.objects.filter(size=newest.size).values_list("witness", flat=True)) == keys


def test_a_policy_counts_it_as_any_other(closed: tuple[Node, Node], line: Line) -> None:
    north, south = closed
    with south.on():
        lines = registry.introduction().policy_lines()
        assert not any("https" in one for one in lines), "nobody can call it"
    text = "\n".join([*lines, f"group south any {' '.join(one.split()[1] for one in lines[1:])}", "quorum south"])
    read = policy.parse_policy(text.encode())
    with north.on():
        an_hour_later(2)
    asks(north)
    rest(line, closed)
    with north.on():
        found = queries.newest_witnessed(read)
        newest = published_checkpoint()
        assert found is not None
        assert newest is not None
        assert found[1].checkpoint.size == newest.size
        assert isinstance(found[1], judging.Witnessed)
        assert queries.contradictions(read.witness_keys(), newest.size) == []


def test_it_is_asked_one_thing_at_a_time(closed: tuple[Node, Node], line: Line) -> None:
    north, south = closed

    def questions() -> int:
        return sum(row.kind == checkpoints.ASKED.name for row in sent_to(north, south))

    for _ in range(3):  # it is away for hours
        with north.on():
            an_hour_later(2)
        asks(north)
    assert questions() == 1
    rest(line, closed)
    asks(north)
    rest(line, closed)
    with north.on():
        newest = published_checkpoint()
        assert newest is not None
    assert (questions(), witness_of(north).size) == (2, newest.size)


def test_one_that_forgot_is_proven_to_from_where_it_is(closed: tuple[Node, Node], line: Line) -> None:
    north, _south = closed
    with north.on():
        an_hour_later(3)
        Witness.objects.update(size=2)  # it has cosigned nothing
    asks(north)
    rest(line, closed)
    assert (witness_of(north).size, witness_of(north).problem) == (0, "")
    asks(north)
    rest(line, closed)
    with north.on():
        newest = published_checkpoint()
        assert newest is not None
    assert witness_of(north).size == newest.size


def forged(closed: tuple[Node, Node], line: Line, status: int, text: str) -> tuple[str, Witness]:
    """Let south answer what its program would not; return what north says of that, and the witness then."""
    north, south = closed
    rest(line, closed)
    with north.on():
        an_hour_later(2)
    with mock.patch.object(messages, "answer_to", return_value=(status, text)):
        asks(north)
        rest(line, closed)
    row = [one for one in taken_of(north, south) if one.kind == checkpoints.ANSWERED.name][-1]
    return row.because or row.state, witness_of(north)


@pytest.mark.parametrize(
    ("status", "text", "problem"),
    [
        (200, "", Problem.UNSIGNED),
        (409, "1000000\n", Problem.LARGER),
        (409, "0\n", Problem.REFUSED),
        (409, "many", Problem.REFUSED),
        (422, "another root\n", Problem.OTHER),
        (404, "", Problem.UNKNOWN),
        (500, "", Problem.REFUSED),
    ],
)
def test_what_it_answers_is_judged_as_over_http(
    closed: tuple[Node, Node], line: Line, status: int, text: str, problem: Problem
) -> None:
    said, witness = forged(closed, line, status, text)
    assert (said, witness.problem) == ("taken_in", problem)


def test_only_what_was_asked_last_is_answered(closed: tuple[Node, Node], line: Line) -> None:
    north, south = closed
    rest(line, closed)
    hostile = Attacker(south, north, desk(south), desk(north))

    def says(**changed: object) -> str:
        answer = body(Answered(200, "—"))
        given = {"type": checkpoints.ANSWERED.name, "sender": None, "recipient": None, "about": None, "body": answer}
        return hostile.say(hostile.message(**{**given, **changed})).because

    assert says(in_reply_to=None) == NOT_ASKED
    with north.on():
        an_hour_later(2)
    asks(north)
    (question,) = [one for one in sent_to(north, south) if one.kind == checkpoints.ASKED.name]
    with north.on():
        registry.end(f"peer.{north.peer(south).pk.hex}")
    assert says(in_reply_to=question.message) == NO_CHECKPOINT


def test_a_question_is_bounded_and_answered_as_over_http(closed: tuple[Node, Node], line: Line) -> None:
    north, south = closed
    rest(line, closed)
    hostile = Attacker(south, north, desk(south), desk(north))

    def asked(request: str) -> str:
        given = {"type": checkpoints.ASKED.name, "sender": None, "recipient": None, "about": None}
        return hostile.say(hostile.message(**given, body={"request": request})).state

    assert asked("old 0\n\nnothing") == "taken_in"
    assert asked("x" * (LARGEST + 1)) == "refused"
    answers = [row for row in sent_to(north, south) if row.kind == checkpoints.ANSWERED.name]
    assert len(answers) == 1
    with north.on():
        found = body_sent(answers[0], Answered)
        assert found is not None
        assert found.status == 400


def test_who_can_be_called_from_now_on_is_called(closed: tuple[Node, Node]) -> None:
    north, south = closed
    with north.on():
        peer = north.peer(south)
        witnessing.follow(peer, msgspec.structs.replace(card_of(peer), address=f"https://{south.name}"))
        assert Witness.objects.get(ended_at=None).url == f"https://{south.name}/ledger/witness"
        assert WitnessedLog.objects.get().ended_at is None


def test_a_peer_that_does_not_know_how_is_not_asked(closed: tuple[Node, Node]) -> None:
    north, south = closed
    before = {name: versions for name, versions in understood().items() if not name.startswith("ledger.")}
    with north.on():
        older = msgspec.structs.replace(card_of(north.peer(south)), types=before)
        an_hour_later(2)
        with mock.patch.object(checkpoints, "card_of", return_value=older):
            asking.ask_all()
    assert not [row for row in sent_to(north, south) if row.kind == checkpoints.ASKED.name]


def test_each_refusal_is_said_in_words() -> None:
    assert {NOT_ASKED, NO_CHECKPOINT} <= labels.REFUSALS.keys()
    assert kind_called("ledger.checkpoint") is checkpoints.ASKED
