"""Policies: a quorum is what counting by hand says it is, and every fault is named with its line."""

from __future__ import annotations

import itertools
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.proofs.ledgers import Ledger, cosigners

from vaern.proofs.checkpoints import CheckpointError
from vaern.proofs.judging import NotWitnessed, witnessed
from vaern.proofs.note_keys import Kind, NoteKey
from vaern.proofs.policy import LARGEST, Policy, PolicyError, parse_policy

if TYPE_CHECKING:
    from collections.abc import Callable

KEYS = [NoteKey(f"w{number}.example", Kind.ED25519, bytes([number]) * 32) for number in range(8)]
"""Of witnesses that sign nothing here."""


def lines_of_witnesses(number: int) -> list[str]:
    return [f"witness w{one} {KEYS[one]}" for one in range(number)]


def policy_of(*lines: str) -> Policy:
    return parse_policy("\n".join(lines).encode() + b"\n")


@st.composite
def policies(draw: st.DrawFn) -> tuple[Policy, int, Callable[[frozenset[str]], bool]]:
    """A policy that was written and read, how many witnesses it has, and what counting by hand says."""
    number = draw(st.integers(1, 6))
    oracles: dict[str, Callable[[frozenset[str]], bool]] = {
        f"w{one}": lambda chosen, name=f"w{one}": name in chosen for one in range(number)
    }
    lines, free = lines_of_witnesses(number), list(oracles)
    for one in range(draw(st.integers(0, 4))):
        if not free:
            break
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        word = draw(st.sampled_from(["all", "any", *map(str, range(1, len(members) + 1))]))
        wanted = {"all": len(members), "any": 1}.get(word) or int(word)

        def oracle(chosen: frozenset[str], of: list = [oracles[m] for m in members], k: int = wanted) -> bool:  # noqa: B006
            return len([1 for member in of if member(chosen)]) >= k

        name = f"g{one}"
        lines.append(f"\tgroup  {name} {word}\t{' '.join(members)} ")
        free = [other for other in free if other not in members] + [name]
        oracles[name] = oracle
    quorum = draw(st.sampled_from([*oracles, "none"]))
    lines.append(f"quorum {quorum}")
    comments = draw(st.lists(st.integers(0, len(lines)), max_size=3))
    for place in sorted(comments, reverse=True):
        lines.insert(place, draw(st.sampled_from(["", "  # a word: é", "\t"])))
    return policy_of(*lines), number, oracles.get(quorum, lambda _chosen: True)


@given(policies())
def test_a_quorum_is_what_counting_by_hand_says(drawn: tuple) -> None:
    policy, number, oracle = drawn
    names = [f"w{one}" for one in range(number)]
    for size in range(number + 1):
        for chosen in itertools.combinations(names, size):
            assert policy.holds(set(chosen)) == oracle(frozenset(chosen))


@given(policies(), st.data())
def test_one_witness_more_never_breaks_a_quorum(drawn: tuple, data: st.DataObject) -> None:
    policy, number, _ = drawn
    names = [f"w{one}" for one in range(number)]
    chosen = set(data.draw(st.lists(st.sampled_from(names))))
    if policy.holds(chosen):
        assert all(policy.holds({*chosen, one}) for one in names)


def test_the_example_of_the_specification() -> None:
    lines = [f"log {Ledger.of(0).verifier}"]
    lines += [f"witness {name} {key}" for name, key in zip(("X1", "X2", "X3", "Y1", "Y2", "Y3"), KEYS, strict=False)]
    lines += ["group X-witnesses 2 X1 X2 X3", "group Y-witnesses any Y1 Y2 Y3"]
    policy = policy_of(*lines, "group X-and-Y all X-witnesses Y-witnesses", "quorum X-and-Y")
    assert policy.holds({"X1", "X3", "Y2"})
    assert not policy.holds({"X1", "X2", "X3"})
    assert not policy.holds({"X1", "Y1", "Y2", "Y3"})


ONE, TWO = lines_of_witnesses(2)


@pytest.mark.parametrize(
    ("lines", "line", "word"),
    [
        ([], 0, "no quorum"),
        (["quorum none", "quorum none"], 2, "already"),
        (["quorum w0"], 1, "no witness or group"),
        (["quorum"], 1, "quorum NAME"),
        (["quorum none x"], 1, "quorum NAME"),
        (["quorum none", "Log x"], 2, "begins with"),
        (["quorum none", "log"], 2, "log VKEY"),
        (["quorum none", "log a+00000000+AQ=="], 2, "has 0 bytes"),
        (["quorum none", f"log {Ledger.of(0).verifier} https://a.example more"], 2, "log VKEY"),
        (["quorum none", f"witness {KEYS[0]}"], 2, "witness NAME VKEY"),
        (["quorum none", f"witness a {Ledger.of(0).verifier}"], 2, "a ledger's"),
        (["quorum none", f"witness none {KEYS[0]}"], 2, "called none"),
        (["quorum none", ONE, ONE], 3, "twice"),
        (["quorum none", ONE, f"witness w0 {KEYS[1]}"], 3, "twice"),
        (["quorum none", ONE, f"witness a {NoteKey('other', Kind.ED25519, KEYS[0].public)}"], 3, "twice"),
        (["quorum none", ONE, "group w0 any w0"], 3, "twice"),
        (["quorum none", ONE, "group a any"], 3, "group NAME"),
        (["quorum none", ONE, "group a any none"], 3, "no witness or group"),
        (["quorum none", ONE, "group a any w1"], 3, "no witness or group"),
        (["quorum none", ONE, "group a any w0 w0"], 3, "counts once"),
        (["quorum none", ONE, "group a any w0", "group b any w0"], 4, "counts once"),
        (["quorum none", ONE, TWO, "group a 3 w0 w1"], 4, "from 1 to 2"),
        (["quorum none", ONE, "group a 0 w0"], 3, "from 1 to 1"),
        (["quorum none", ONE, "group a 01 w0"], 3, "from 1 to 1"),
        (["quorum none", ONE, "group a ٣ w0"], 3, "from 1 to 1"),
        (["quorum none", ONE, "group a a w0"], 3, "from 1 to 1"),
        (["quorum a", ONE, "group a any w0"], 1, "no witness or group"),
        (["quorum none\r"], 1, "0x0d"),
        (["quorum none", "# \x7f"], 2, "0x7f"),
    ],
)
def test_every_fault_is_named_with_its_line(lines: list[str], line: int, word: str) -> None:
    with pytest.raises(PolicyError, match=word) as caught:
        policy_of(*lines)
    assert line in [number for number, _ in caught.value.faults]


def test_all_faults_are_named_at_once_and_what_rests_on_one_is_none() -> None:
    with pytest.raises(PolicyError) as caught:
        policy_of("witness a x", "group g any a", "quorum g", "nonsense")
    assert [number for number, _ in caught.value.faults] == [1, 4]
    assert str(caught.value).startswith("line 1: ")


def test_octets_that_are_no_text_are_names() -> None:
    lines = b"witness \xffK " + str(KEYS[0]).encode() + b"\nwitness \xe2\x84\xaa " + str(KEYS[1]).encode()
    policy = parse_policy(lines + b"\nquorum \xffK")
    assert policy.holds({b"\xffK".decode("utf-8", "surrogateescape")})
    assert not policy.holds({"K", "\u212a"})


def test_a_policy_has_a_bound() -> None:
    with pytest.raises(PolicyError):
        parse_policy(b"\n" * (LARGEST + 1))


@given(st.binary(max_size=300))
def test_whatever_is_read_ends_in_a_policy_or_a_fault(data: bytes) -> None:
    with suppress(PolicyError):
        parse_policy(data)


# Judging --------------------------------------------------------------------------------------------------------------

LEDGER = Ledger.of(9)


def of_cosigners(quorum: str, log: bool = True) -> Policy:
    lines = [f"log {LEDGER.verifier} https://ledger.example"] * log
    lines += [f"witness w{number} {key.verifier}" for number, key in enumerate(cosigners(3))]
    return policy_of(*lines, "group two 2 w0 w1 w2", f"quorum {quorum}")


@given(st.sets(st.integers(0, 2)))
def test_a_checkpoint_is_witnessed_by_those_who_cosigned_it(who: set[int]) -> None:
    note = LEDGER.checkpoint(9) + "".join(cosigners(3)[one].cosign(LEDGER.text(9), 100 + one) for one in sorted(who))
    if len(who) < 2:
        with pytest.raises(NotWitnessed):
            witnessed(note, of_cosigners("two"))
    else:
        found = witnessed(note, of_cosigners("two"))
        assert found.cosigned == {f"w{one}": 100 + one for one in who}
        assert (found.checkpoint.size, found.checkpoint.root) == (9, LEDGER.root(9))
    assert set(witnessed(note, of_cosigners("none", log=False), [LEDGER.verifier]).cosigned) == {f"w{o}" for o in who}


def test_nobody_elses_checkpoint_is_witnessed() -> None:
    other = Ledger.of(9)  # of the same origin, and another key
    with pytest.raises(CheckpointError, match="has not signed"):
        witnessed(other.checkpoint(9), of_cosigners("none"))
    with pytest.raises(CheckpointError, match="no ledger of the policy"):
        witnessed(other.checkpoint(9), of_cosigners("none", log=False))


def test_the_cosignature_of_another_root_makes_the_note_worthless() -> None:
    note = LEDGER.checkpoint(9) + cosigners(3)[0].cosign(LEDGER.fork(3).text(9), 7)
    with pytest.raises(CheckpointError, match="does not hold"):
        witnessed(note, of_cosigners("none"))
