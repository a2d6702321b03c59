"""A private comparison with a node that lies, and what each node, and whoever carries it, sees of values."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rbcl import rbcl
from tests.node.crosscheck.intersection.sides import keys, value
from tests.node.exchange import nodes, privates

from vaern.node.crosscheck.base.keys import commons_of
from vaern.node.crosscheck.intersection import actions, asking, holding, tag_files
from vaern.node.crosscheck.models import ComparisonRun
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.disclosures import RevealState
from vaern.node.crosscheck.rules.intersection import Stage, epoch_of
from vaern.node.crosscheck.rules.intersection_messages import Question, reply
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf
from vaern.node.exchange.calls.composing import Closed
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.pieces import coming
from vaern.node.exchange.rules import pieces
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.entitlement import SENDER_UNKNOWN
from vaern.node.exchange.rules.envelopes import from_whom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.node.exchange.nodes import Line, Node
    from tests.node.exchange.privates import Side, Two

pytestmark = pytest.mark.once


@pytest.fixture
def two(strangers: tuple[Node, Node], line: Line) -> Two:
    """100 values on either side, none in common; on for both, the night is over."""
    return privates.ready(*strangers, line, asked=100, first=500, held=100)


def elements(count: int) -> bytes:
    """Elements of the group that are nobody's."""
    return b"".join(bytes(rbcl.crypto_core_ristretto255_random()) for _ in range(count))


def epoch() -> int:
    return epoch_of(nodes.now())


def key_of(holder: Side, asker: Side) -> str:
    """The public key of a holder, as its own node has it."""
    with holder.node.on():
        found = holding.tags(holder.organisation.id, asker.organisation.id, epoch())
    assert found is not None
    return found.public.hex()


def asks(two: Two, file: bytes, run: Any = None, **changed: Any) -> Any:
    """Let the north ask the south by whatever it likes; return the id of its question."""
    made = run or uuid4()
    given: dict[str, Any] = {"epoch": epoch(), "public": key_of(two.south, two.north), "values": len(file) // 32}
    body = bodies.Asked(run=made, **{**given, **changed})
    two.north.says(two.south, bodies.ASKED, body, bodies.question_file(file))
    two.rest()
    return made


def answer_to(two: Two, run: Any, evaluator: Any = None) -> bytes:
    """The file of an answer to the question that waits in the north."""
    with two.north.node.on():
        sides = two.north.organisation.id, two.south.organisation.id
        pending = asking.pending(*sides, run.pk, run.epoch)
        assert pending is not None
        question = Question(run.pk, run.epoch, pending.elements)
    with two.south.node.on():
        given = reply(evaluator, question) if evaluator else holding.answer(sides[1], sides[0], question)
    return bodies.answer_file(given.proof, given.elements)


def test_an_answer_by_another_key_is_refused_on_both_nodes_and_counts_nothing(two: Two) -> None:
    false = Voprf().evaluator(bytes(32), b"another")
    with mock.patch.object(holding, "answer", lambda _holder, _asker, question: reply(false, question)):
        run = two.counted()
    assert (run.stage, run.because, run.count) == (Stage.FAILED.value, bodies.UNPROVEN, None)
    there = two.south.run()
    assert (there.stage, there.because, there.count) == (Stage.FAILED.value, bodies.UNPROVEN, None)
    assert two.north.refused() == [bodies.UNPROVEN]
    assert (two.north.acts()[-1], two.south.acts()[-1]) == ("failed", "failed")


def test_a_question_is_answered_once_and_what_was_not_asked_never(two: Two) -> None:
    run = two.north.asks()
    file = answer_to(two, run)
    two.rest()
    counted = two.north.run()
    two.south.says(two.north, bodies.ANSWERED, bodies.Answered(run=run.pk, epoch=run.epoch), file)
    two.south.says(two.north, bodies.ANSWERED, bodies.Answered(run=uuid4(), epoch=run.epoch), file)
    two.south.says(two.north, bodies.ANSWERED, bodies.Answered(run=run.pk, epoch=run.epoch + 1), file)
    two.rest()
    assert two.north.refused() == [bodies.ANSWERED_BEFORE, bodies.NOT_ASKED, bodies.NOT_ASKED]
    assert (two.north.run().count, two.north.run().stage) == (counted.count, Stage.COUNTED.value)


def test_a_number_is_believed_once_and_never_above_what_was_asked(two: Two) -> None:
    asked = two.counted().pk
    with two.south.node.on():
        ComparisonRun.everywhere.filter(pk=asked).update(stage=Stage.ANSWERED.value, count=None)
    for run, count in ((asked, 101), (uuid4(), 5), (asked, 7), (asked, 8)):
        two.north.says(two.south, bodies.COUNTED, bodies.Counted(run=run, count=count))
    two.rest()
    assert two.south.refused() == [bodies.SIZE, bodies.NOT_ASKED, bodies.ANSWERED_BEFORE]
    assert two.south.run().count == 7


def test_more_than_ten_thousand_values_are_not_evaluated(two: Two) -> None:
    asks(two, elements(10_001), values=10_000)
    assert two.south.refused() == [pieces.TOO_LARGE]
    assert two.south.runs() == []


def test_a_side_that_asks_too_often_or_the_same_again_is_refused(two: Two) -> None:
    first = elements(100)
    made = asks(two, first)
    asks(two, first)
    asks(two, elements(100), run=made)
    asks(two, elements(100))
    asks(two, elements(100))
    assert two.south.refused() == [bodies.ASKED_BEFORE, bodies.ASKED_BEFORE, bodies.TOO_OFTEN]
    assert len(two.south.runs()) == 2
    assert two.south.acts().count("came") == 2


WRONG = {
    "identity": bytes(32),
    "not canonical": b"\xff" * 32,
    "not on the curve": b"\x01" + bytes(31),
    "half an element": b"x" * 16,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_what_is_no_element_is_not_evaluated(two: Two, wrong: bytes) -> None:
    asks(two, elements(100) + wrong, values=101)
    assert two.south.refused() == [pieces.CONTENT]
    assert two.south.runs() == []


def test_a_question_that_does_not_fit_is_not_evaluated(two: Two) -> None:
    one = elements(1)
    asks(two, elements(99) + one + one)
    asks(two, elements(100), values=101)
    asks(two, elements(99))
    asks(two, elements(100), epoch=epoch() - 1)
    asks(two, elements(100), public=elements(1).hex())
    found = [bodies.ELEMENTS, bodies.SIZE, bodies.SIZE, bodies.OTHER_EPOCH, bodies.OTHER_KEY]
    assert two.south.refused() == found
    assert two.south.runs() == []


def tags_file(of: int, count: int, *, ordered: bool = True) -> tuple[bodies.Tags, bytes]:
    """Tags as a node that lies makes them, and what it says of them."""
    public = elements(1)
    rows = np.arange(count, dtype=tag_files.TAGS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tags"
        tag_files.write(path, of, public, rows if ordered else rows[::-1])
        file = path.read_bytes()
    return bodies.Tags(epoch=of, public=public.hex(), held=min(count, 2_000_000), digest=file[64:96].hex()), file


def test_tags_of_another_epoch_size_or_form_are_refused_and_the_former_stay(two: Two) -> None:
    before = key_of(two.south, two.north)
    for of in (epoch() - 1, epoch() + 2):
        two.south.says(two.north, bodies.TAGS, *tags_file(of, 200))
    two.south.says(two.north, bodies.TAGS, *tags_file(epoch(), 200, ordered=False))
    body, file = tags_file(epoch(), 200)
    two.south.says(two.north, bodies.TAGS, msgspec.structs.replace(body, held=300), file)
    two.south.says(two.north, bodies.TAGS, msgspec.structs.replace(body, public=before), file)
    two.south.says(two.north, bodies.TAGS, *tags_file(epoch(), 2_000_001))
    two.rest()
    found = [bodies.OTHER_EPOCH] * 2 + [pieces.CONTENT, bodies.SIZE, bodies.OTHER_KEY, pieces.TOO_LARGE]
    assert two.north.refused() == found
    with two.north.node.on():
        held = holding.tags(two.south.organisation.id, two.north.organisation.id, epoch())
    assert held is not None
    assert held.public.hex() == before


def test_nobody_speaks_for_an_organisation_of_ours_or_of_a_pair_of_others(two: Two) -> None:
    ours = privates.side(two.north.node, privates.NORTHLAND)
    third = privates.side(two.south.node, privates.SOUTHLAND)
    for side in (two.north, two.south):
        with side.node.on():
            send_changed_directories()
    two.rest()
    with two.south.node.on():
        as_ours = two.south.node.organisation(ours.organisation)
    run = two.north.asks()
    two.south.says(two.north, bodies.ON, bodies.Switched(), sender=as_ours)
    third.says(two.north, bodies.OFF, bodies.Switched(), about=run.pair_id)
    third.says(two.north, bodies.COUNTED, bodies.Counted(run=run.pk, count=1))
    two.rest()
    assert two.north.refused() == [SENDER_UNKNOWN, bodies.OTHER_PAIR, bodies.NOT_ON]
    assert two.north.run().stage == Stage.COUNTED.value


def test_no_step_counts_that_was_not_offered(strangers: tuple[Node, Node], line: Line) -> None:
    two = privates.ready(*strangers, line)
    run = two.counted()
    of, common = bodies.Proposal(run=run.pk, proposal=uuid4()), bodies.Common(run=run.pk, epoch=run.epoch)
    for kind in (bodies.AGREED, bodies.WITHDRAWN):
        two.north.says(two.south, kind, of)
    two.north.says(two.south, bodies.COMMON, common, bodies.common_file(b""))
    two.rest()
    assert two.south.refused() == [bodies.NOT_PROPOSED] * 3
    assert two.south.run().state == ""
    two.north.do(actions.propose, run)
    two.rest()
    two.south.do(actions.agree, two.south.run())
    two.rest()
    two.north.says(two.south, bodies.WITHDRAWN, bodies.Proposal(run=run.pk, proposal=two.north.run().proposal))
    two.rest()
    assert two.south.refused()[3:] == [bodies.NOT_PROPOSED], "it had heard that both agreed"
    assert two.south.run().state == RevealState.AGREED.value


@pytest.fixture
def files() -> Iterator[list[bytes]]:
    """Every file that either node was sent, whole."""
    real, found = coming.whole, []

    def whole(*given: Any) -> bytes:
        data = real(*given)
        found.append(data)
        return data

    with mock.patch.object(coming, "whole", whole):
        yield found


def test_the_holder_is_sent_blinded_values_the_asker_tags_and_whoever_carries_it_neither(
    strangers: tuple[Node, Node], line: Line, files: list[bytes]
) -> None:
    two = privates.ready(*strangers, line)
    run = two.counted()
    kinds = {data[:8]: data for data in files}
    question, answer = kinds[bodies.QUESTION], kinds[bodies.ANSWER]
    assert len(question) == 8 + 32 * run.values, "how many, and nothing beside it"
    assert len(answer) == 8 + 64 + 32 * run.values
    told = b"".join(files)
    for side in (two.north, two.south):
        with side.node.on():
            digests = [key.digest for key in keys(*range(310))]
        for n, digest in enumerate(digests):
            with side.node.on():
                common = commons_of(digest)
            for secret in (value(n).encode(), digest, common):
                assert secret not in told
                assert secret.hex().encode() not in told
    ids = [two.north.organisation.id, two.south.organisation.id, run.pk, run.pair_id]
    for seen in (part for envelope in (*line.calls, *line.answers) for part in envelope):
        assert not any(str(one).encode() in seen or one.bytes in seen for one in ids)
        assert question[8:40] not in seen
        assert answer[72:104] not in seen


FATES = st.lists(st.sampled_from(["passes", "call", "answer", "again"]), min_size=6, max_size=14)
some = st.integers(0, 12)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(both=some, one=some, other=some, fates=FATES, data=st.data())
def test_over_a_line_that_loses_doubles_and_reorders_the_number_is_that_of_the_two_sets(
    strangers: tuple[Node, Node], line: Line, both: int, one: int, other: int, fates: list[str], data: Any
) -> None:
    if not line.calls:
        privates.two(*strangers, line)
    two = privates.sides(*strangers, line)
    asked, held = {*range(both), *range(1_000, 1_100 + one)}, {*range(both), *range(5_000, 5_100 + other)}
    two.north.holds(*asked)
    two.south.holds(*held)
    for node in strangers:
        with node.on():
            send_changed_directories()
    two.rest()
    two.switch_on()
    run = two.north.asks()
    for number, fate in enumerate(fates):
        caller, called = strangers if number % 2 else strangers[::-1]
        line.drops_call, line.drops_answer = (lambda fate=fate: fate == "call"), (lambda fate=fate: fate == "answer")
        with suppress(Malformed, Closed):
            line.carry(caller, called)
        if fate == "again":
            envelope = line.calls[data.draw(st.integers(0, len(line.calls) - 1))]
            (target,) = (node for node in strangers if node.name != from_whom(envelope[0]))
            with suppress(Malformed, Closed):
                nodes.answered(target, *envelope)
        for node, peer in (strangers, strangers[::-1]):
            nodes.took_in(node, peer)
    line.drops_call = line.drops_answer = lambda: False
    two.rest()
    for side in (two.north, two.south):
        found = side.run()
        assert (found.pk, found.count, found.values) == (run.pk, len(asked & held), len(asked))
        assert side.acts().count("asked") + side.acts().count("came") == 1
