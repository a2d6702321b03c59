"""Receipt codes, proofs of work, limits and the status, as laws."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import public_form
from vaern.node.reports.rules.states import OPEN, State, Status
from vaern.node.web import codes, proof_of_work


@given(st.binary(min_size=13, max_size=40))
def test_a_code_is_twenty_signs_that_cannot_be_mistaken_and_reads_back(secret: bytes) -> None:
    code = codes.code_from(secret)
    assert len(code) == codes.CODE_LENGTH
    assert not set(code) & set("ILOU")
    assert codes.read_code(codes.grouped(code)) == code
    assert codes.read_code(f" {codes.grouped(code).lower().replace('-', ' ')}\n") == code
    assert codes.read_code(code.replace("1", "l").replace("0", "o")) == code


@given(st.binary(min_size=13, max_size=13), st.integers(0, 99))
def test_each_of_its_hundred_bits_matters(secret: bytes, bit: int) -> None:
    other = (int.from_bytes(secret, "big") ^ (1 << (4 + bit))).to_bytes(13, "big")
    assert codes.code_from(secret) != codes.code_from(other)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_nothing(typed: str) -> None:
    code = codes.read_code(typed)
    assert code == "" or (len(code) == codes.CODE_LENGTH and set(code) <= set(codes.ALPHABET))


def _zeros(digest: bytes) -> int:
    return 256 - int.from_bytes(digest, "big").bit_length()


@given(st.text("0123456789abcdef", min_size=8, max_size=32), st.integers(0, 10**6), st.integers(1, 24))
def test_a_proof_is_what_counting_the_zeros_says(nonce: str, answer: int, bits: int) -> None:
    zeros = _zeros(hashlib.sha256(f"{nonce}:{answer}".encode()).digest())
    assert proof_of_work.proves(nonce, str(answer), bits) is (zeros >= bits)


def test_a_proof_can_be_found_and_serves_no_other_form() -> None:
    answer = next(str(n) for n in count() if proof_of_work.proves("form", str(n), 12))
    assert proof_of_work.proves("form", answer, 12)
    assert sum(proof_of_work.proves(f"form {n}", answer, 12) for n in range(200)) <= 3


@pytest.mark.parametrize("answer", ["", "-1", "1.0", "１", "1e3", "9" * 17, "x"])
def test_what_is_no_number_proves_nothing(answer: str) -> None:
    assert not proof_of_work.proves("form", answer, 0)


@given(st.integers(0, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_a_proof_gets_harder_with_the_load_and_stays_bearable(here: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert (
        proof_of_work.EASIEST
        <= proof_of_work.difficulty(here, low)
        <= proof_of_work.difficulty(here, high)
        <= proof_of_work.HARDEST
    )
    assert proof_of_work.difficulty(here, low) <= proof_of_work.difficulty(here + 5, low)


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_coarse_moment_says_the_hour_and_no_more(moment: datetime) -> None:
    hour = public_form.coarse(moment)
    assert (hour.minute, hour.second, hour.microsecond) == (0, 0, 0)
    assert 0 <= (moment - hour).total_seconds() < 3600


@given(st.sampled_from(State), st.booleans(), st.booleans(), st.sampled_from([None, True, False]))
def test_the_status_reveals_no_more_than_its_five_words(
    state: State, seen: bool, forwarded: bool, actionable: bool | None
) -> None:
    found = public_form.status_of(state, seen=seen, forwarded=forwarded, actionable=actionable)
    closed = found in {Status.CLOSED_ACTED, Status.CLOSED_NOTHING}
    assert not (closed and state in OPEN)
    assert (found is Status.CLOSED_ACTED) == (state is State.CLOSED and actionable is True)
    within = {public_form.status_of(s, seen=True, forwarded=forwarded, actionable=actionable) for s in OPEN}
    assert len(within) == 1  # how far an investigation is, nobody outside can tell
