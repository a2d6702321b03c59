"""A witness never cosigns two roots of one size, nor a smaller size than before: with forks, and whatever is sent."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.proofs.ledgers import Ledger, cosigners

from vaern.node.ledger.witnesses.rules import Known, Refused, may_cosign
from vaern.node.ledger.witnesses.submissions import LARGEST, Malformed, Submission, submission
from vaern.proofs.merkle import EMPTY

LEDGER = Ledger.of(24)
PARSED = Submission.parse(LEDGER.submission(0, 3))


def refusal(body: bytes, known: Known) -> Refused | None:
    """Why a witness does not cosign what can be read."""
    try:
        may_cosign(Submission.parse(body), known)
    except Refused as refused:
        return refused
    return None


def answer(body: bytes, known: Known) -> int:
    """The status with which a witness answers."""
    try:
        refused = refusal(body, known)
    except Malformed:
        return 400
    return refused.status if refused else 200


@given(st.integers(0, 24), st.integers(0, 24), st.integers(0, 24))
def test_an_honest_ledger_is_cosigned_from_where_the_witness_is(known: int, old: int, size: int) -> None:
    state = Known([LEDGER.verifier], known, LEDGER.root(known))
    said = answer(LEDGER.submission(old, size), state)
    assert said == (400 if old > size else 409 if old != known else 200)


@given(st.integers(0, 24), st.integers(1, 24), st.integers(0, 23))
def test_a_fork_is_cosigned_only_where_it_is_none_yet(known: int, size: int, at: int) -> None:
    fork = LEDGER.fork(at)
    state = Known([LEDGER.verifier], known, LEDGER.root(known))
    if known <= size:
        assert answer(fork.submission(known, size), state) == (200 if known <= at else 422)
    refused = refusal(fork.submission(known, known), state)
    assert bool(refused and refused.fork) == (at < known)


@pytest.mark.parametrize(
    ("body", "known", "status"),
    [
        (LEDGER.submission(0, 0), Known([LEDGER.verifier]), 200),
        (LEDGER.submission(0, 3, [bytes(32)]), Known([LEDGER.verifier]), 422),
        (LEDGER.submission(3, 3, [bytes(32)]), Known([LEDGER.verifier], 3, LEDGER.root(3)), 422),
        (LEDGER.submission(3, 7, []), Known([LEDGER.verifier], 3, LEDGER.root(3)), 422),
        (LEDGER.submission(0, 3), Known([]), 403),
        (LEDGER.submission(0, 3), Known([Ledger.of(0).verifier]), 403),
        (LEDGER.submission(0, 3), Known([Ledger.of(0).verifier, LEDGER.verifier]), 200),
        (submission(0, [], LEDGER.key.sign(LEDGER.text(3)) + cosigners(1)[0].cosign("other\n", 5)), None, 200),
    ],
)
def test_the_answers_of_the_specification(body: bytes, known: Known | None, status: int) -> None:
    assert answer(body, known or Known([LEDGER.verifier])) == status


def test_an_empty_tree_has_one_root() -> None:
    key = LEDGER.key
    note = key.sign(replace(PARSED.checkpoint, size=0, root=bytes(32)).text())
    assert answer(submission(0, [], note), Known([LEDGER.verifier])) == 422


def test_a_signature_that_does_not_hold_makes_the_note_worthless() -> None:
    other = LEDGER.key.sign(LEDGER.text(4)).rpartition("\n\n")[2]
    assert answer(submission(0, [], LEDGER.checkpoint(3) + other), Known([LEDGER.verifier])) == 403


GOOD = LEDGER.submission(3, 7)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"\xff" + GOOD,
        GOOD.replace(b"old 3", b"old 03"),
        GOOD.replace(b"old 3", b"old -3"),
        GOOD.replace(b"old 3", b"old  3"),
        GOOD.replace(b"old 3", b"old 3 "),
        GOOD.replace(b"old 3", b"new 3"),
        GOOD.replace(b"old 3", b"old"),
        GOOD.replace(b"old 3", b"old " + b"9" * 19),
        GOOD.replace(b"old 3\n", "old ٣\n".encode()),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.removesuffix(b"\n"),
        GOOD + b"\n",
        b"old 3\n" + b"A" * 43 + b"=\n" + GOOD.partition(b"\n")[2].replace(b"=\n", b"\n", 1),
        b"old 3\n" + (b"A" * 43 + b"=\n") * 64 + GOOD[GOOD.index(b"\n\n") + 1 :],
        GOOD.replace(b"\n7\n", b"\n07\n"),
        GOOD.replace(b"\n7\n", b"\n" + b"9" * 19 + b"\n"),
        submission(0, [], LEDGER.key.sign(LEDGER.text(3) + "an extension\n")),
        GOOD + b"\xe2\x80\x94 a AAAAAAA=\n" * 64,
        b"x" * (LARGEST + 1),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(Malformed):
        Submission.parse(body)


@given(st.binary(max_size=400))
def test_whatever_is_sent_ends_in_an_answer(data: bytes) -> None:
    known = Known([LEDGER.verifier], 3, LEDGER.root(3))
    assert answer(data, known) == 400
    assert answer(GOOD[:20] + data, known) != 200


class Witness(RuleBasedStateMachine):
    """A witness between a ledger and its forks, all signed by one key, and an attacker who replays and mixes."""

    @initialize(forks=st.lists(st.integers(0, 15), max_size=3))
    def begin(self, forks: list[int]) -> None:
        whole = Ledger.of(16)
        self.stories = [whole, *(whole.fork(at, b"fork %d" % number) for number, at in enumerate(forks))]
        self.known = Known([whole.verifier])
        self.cosigned: list[tuple[int, bytes]] = []

    def ask(self, body: bytes) -> None:
        refused = refusal(body, self.known)
        if refused is None:
            asked = Submission.parse(body).checkpoint
            self.known = replace(self.known, size=asked.size, root=asked.root)
            self.cosigned.append((asked.size, asked.root))
            return
        assert refused.status in {400, 409, 422}
        assert refused.status != 409 or refused.text == f"{self.known.size}\n"

    @rule(data=st.data(), size=st.integers(0, 16))
    def a_story_goes_on_from_where_the_witness_is(self, data: st.DataObject, size: int) -> None:
        self.ask(data.draw(st.sampled_from(self.stories)).submission(self.known.size, size))

    @rule(data=st.data(), old=st.integers(0, 16), size=st.integers(0, 16))
    def anything_is_asked(self, data: st.DataObject, old: int, size: int) -> None:
        self.ask(data.draw(st.sampled_from(self.stories)).submission(old, size))

    @rule(data=st.data(), size=st.integers(0, 16))
    def one_storys_proof_for_anothers_checkpoint(self, data: st.DataObject, size: int) -> None:
        first, second = (data.draw(st.sampled_from(self.stories)) for _ in range(2))
        self.ask(first.submission(self.known.size, size, second.consistency(self.known.size, size)))

    @invariant()
    def what_was_cosigned_is_one_history(self) -> None:
        if not self.cosigned:
            return
        sizes = [size for size, _ in self.cosigned]
        assert sizes == sorted(sizes)
        assert len(set(self.cosigned)) == len(set(sizes))
        one = [story for story in self.stories if all(root == story.root(size) for size, root in self.cosigned)]
        assert one, "what was cosigned is no beginning of one story"


TestWitness = Witness.TestCase
TestWitness.settings = settings(stateful_step_count=20, deadline=None)


def test_the_empty_root_is_where_every_ledger_begins() -> None:
    assert Known([]).root == EMPTY == LEDGER.root(0)
