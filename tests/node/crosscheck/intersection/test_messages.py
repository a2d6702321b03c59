"""A run, as messages alone: what is counted, what either side can read in what it gets, and what it refuses."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID, uuid4

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.crosscheck.intersection.reference import to_group

from vaern.node.crosscheck.rules import intersection as rules
from vaern.node.crosscheck.rules.intersection import MOST_ASKED, TAG, barred, epoch_of, false_count
from vaern.node.crosscheck.rules.intersection_messages import (
    Announcement,
    Answer,
    BadMessage,
    CommonTags,
    Count,
    Question,
    ask,
    common,
    reply,
    tag_of,
)
from vaern.node.crosscheck.rules.oblivious import ELEMENT, BadElements, Unverified, pieces
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

RUN, EPOCH = UUID(int=1), 3
OPRF = Voprf()
HOLDER = OPRF.evaluator(bytes(range(32)), b"pair")


def value(n: int) -> bytes:
    return hashlib.sha256(str(n).encode()).digest()


def tags(values: list[bytes]) -> np.ndarray[Any, Any]:
    return np.sort(np.array([tag_of(HOLDER.evaluate_known(one)) for one in values], np.uint64))


some = st.lists(st.integers(0, 30), max_size=12, unique=True)


@settings(max_examples=25, deadline=None)
@given(asked=some.filter(bool), held=some)
def test_a_run_counts_what_both_have_and_knows_which_of_the_askers_they_are(asked: list[int], held: list[int]) -> None:
    pending = ask(OPRF, RUN, EPOCH, [value(n) for n in asked])
    question = msgspec.msgpack.decode(msgspec.msgpack.encode(pending.question), type=Question)
    answer = msgspec.msgpack.decode(msgspec.msgpack.encode(reply(HOLDER, question)), type=Answer)
    found = common(pending.tags(answer, HOLDER.public), tags([value(n) for n in held]))
    assert found.tolist() == [n in held for n in asked]
    assert Count(RUN, int(found.sum())).count == len(set(asked) & set(held))


def test_what_the_holder_gets_is_as_many_elements_as_values_and_tells_none_of_them() -> None:
    """The page's row *a question*: run, epoch and size; the same values again are other elements in another order."""
    values = [value(n) for n in range(40)]
    one, other = ask(OPRF, RUN, EPOCH, values), ask(OPRF, RUN, EPOCH, values)
    assert set(msgspec.structs.asdict(one.question)) == {"run", "epoch", "elements"}
    assert len(one.question.elements) == len(values) * ELEMENT
    seen = set(pieces(one.question.elements))
    assert not seen & set(pieces(other.question.elements))
    assert not seen & {to_group(value).encoded() for value in values}, "no value stands there without its blind"
    assert not seen & {HOLDER.evaluate_known(value)[:ELEMENT] for value in values}, "nor what the holder can compute"
    assert sorted(one.order) == sorted(other.order) == list(range(40))
    assert one.question.digest != other.question.digest, "a holder does not see that the values are the same"


def test_what_the_asker_gets_is_tags_that_only_the_key_makes_of_values() -> None:
    """The page's row *by night*: with another key, or none, nobody tests a guess against the tags."""
    held = [value(n) for n in range(40)]
    other = OPRF.evaluator(bytes(32), b"pair")
    guesses = {tag_of(other.evaluate_known(one)) for one in held} | {
        tag_of(hashlib.sha512(one).digest()) for one in held
    }
    assert not guesses & set(tags(held).tolist())


def test_the_holder_refuses_what_no_asker_sends() -> None:
    pending = ask(OPRF, RUN, EPOCH, [value(1), value(2)])
    twice = Question(RUN, EPOCH, pending.question.elements[:ELEMENT] * 2)
    with pytest.raises(BadMessage):
        reply(HOLDER, twice)
    for elements in (bytes(ELEMENT), b"\xff" * ELEMENT, b"x" * 33):
        with pytest.raises(BadElements):
            reply(HOLDER, Question(RUN, EPOCH, elements))
    for values in ([value(1), value(1)], [value(n) for n in range(MOST_ASKED + 1)], []):
        with pytest.raises(ValueError, match=r"value|input"):
            ask(OPRF, RUN, EPOCH, values)


def test_the_asker_believes_no_answer_but_of_the_announced_key_to_this_question() -> None:
    pending = ask(OPRF, RUN, EPOCH, [value(1), value(2)])
    answer = reply(HOLDER, pending.question)
    other = OPRF.evaluator(bytes(32), b"pair")
    with pytest.raises(Unverified):
        pending.tags(reply(other, pending.question), HOLDER.public)
    with pytest.raises(Unverified):
        pending.tags(answer, other.public)
    for changed in ({"run": uuid4()}, {"epoch": EPOCH + 1}):
        with pytest.raises(BadMessage):
            pending.tags(msgspec.structs.replace(answer, **changed), HOLDER.public)
    with pytest.raises(BadElements):
        pending.tags(msgspec.structs.replace(answer, elements=answer.elements[:ELEMENT]), HOLDER.public)
    assert len(pending.tags(answer, HOLDER.public)) == 2


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Announcement, {"epoch": 1, "public": bytes(32), "held": rules.MOST_HELD + 1, "digest": bytes(32)}),
        (Announcement, {"epoch": 1, "public": bytes(31), "held": 1, "digest": bytes(32)}),
        (Question, {"run": RUN, "epoch": 1, "elements": b""}),
        (Question, {"run": RUN, "epoch": 1, "elements": bytes((MOST_ASKED + 1) * ELEMENT)}),
        (Question, {"run": RUN, "epoch": -1, "elements": bytes(ELEMENT)}),
        (Question, {"run": RUN, "epoch": 1, "elements": bytes(ELEMENT), "more": 1}),
        (Answer, {"run": RUN, "epoch": 1, "elements": bytes(ELEMENT), "proof": bytes(63)}),
        (Count, {"run": RUN, "count": MOST_ASKED + 1}),
        (Count, {"run": RUN, "count": -1}),
        (CommonTags, {"run": RUN, "epoch": 1, "tags": bytes((MOST_ASKED + 1) * TAG)}),
    ],
)
def test_a_message_beyond_its_bounds_is_none(kind: Any, said: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode(said), type=kind)


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_falls_into_one_epoch(at: Any) -> None:
    epoch = epoch_of(at)
    if epoch >= 1:
        assert rules.ends_at(epoch - 1) <= at < rules.ends_at(epoch)


@given(st.booleans(), st.integers(0, 300), st.none() | st.integers(0, 300), st.integers(0, 4))
def test_there_is_a_run_exactly_if_no_bar_stands(on: bool, asked: int, held: int | None, runs: int) -> None:
    allowed = on and held is not None and held >= 100 and asked >= 100 and runs < 2
    assert (barred(on=on, asked=asked, held=held, runs=runs) is None) == allowed


def test_a_false_count_is_as_rare_as_the_page_says() -> None:
    assert 5.4e-10 < false_count(10_000, 1_000_000) < 5.5e-10
    assert false_count(rules.MOST_ASKED, rules.MOST_HELD) < 1.1e-9
    assert false_count(10_000, 1_000_000, 4) > 0.9, "four bytes would count wrongly in nearly every run"
    assert false_count(1, 128, 1) == pytest.approx(0.5), "one value against half of all tags of a byte"
    assert false_count(2, 128, 1) == pytest.approx(0.75)
