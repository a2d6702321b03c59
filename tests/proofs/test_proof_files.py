"""Proof files: each verifies offline, and with a changed byte none does."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.proofs.ledgers import Ledger, cosigners

from vaern.proofs.checkpoints import CheckpointError
from vaern.proofs.judging import NotWitnessed
from vaern.proofs.policy import Policy, parse_policy
from vaern.proofs.proof_files import FIRST, LARGEST, Proof

LEDGER = Ledger.of(13)


def policy(word: str = "all") -> Policy:
    lines = [f"log {LEDGER.verifier}", *(f"witness {key.name} {key.verifier}" for key in cosigners(2))]
    names = " ".join(key.name for key in cosigners(2))
    return parse_policy("\n".join([*lines, f"group all {word} {names}", "quorum all"]).encode())


def proof(position: int, size: int, signers: int = 2) -> Proof:
    note = LEDGER.checkpoint(size) + "".join(key.cosign(LEDGER.text(size), 77) for key in cosigners(2)[:signers])
    return Proof(LEDGER.leaves[position], position, tuple(LEDGER.inclusion(position, size)), note)


@given(st.integers(1, 13), st.data())
def test_every_proof_verifies_offline(size: int, data: st.DataObject) -> None:
    made = proof(data.draw(st.integers(0, size - 1)), size)
    read = Proof.parse(made.text().encode())
    assert read == made
    assert read.verify(policy()).cosigned == {key.name: 77 for key in cosigners(2)}


@given(st.data())
def test_no_changed_byte_verifies(data: st.DataObject) -> None:
    whole = proof(data.draw(st.integers(0, 12)), 13).text().encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != whole[place]))
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    with pytest.raises(CheckpointError):
        Proof.parse(changed).verify(policy())


def test_no_byte_left_out_or_put_in_verifies() -> None:
    whole = proof(5, 13).text().encode()
    head = whole.index(b"\n\n") + 200
    for place in [*range(head), len(whole) - 1, len(whole)]:
        for changed in (whole[:place] + whole[place + 1 :], whole[:place] + b"A" + whole[place:]):
            if changed != whole:
                with pytest.raises(CheckpointError):
                    Proof.parse(changed).verify(policy())


def test_too_few_cosignatures_are_too_few() -> None:
    assert proof(3, 9, signers=1).verify(policy("any")).cosigned
    with pytest.raises(NotWitnessed):
        proof(3, 9, signers=1).verify(policy())


def test_the_form_is_that_of_the_specification() -> None:
    lines = proof(2, 3).text().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1] == f"extra {base64.b64encode(LEDGER.leaves[2]).decode()}"
    assert lines[2] == "index 2"
    assert [base64.b64decode(line) for line in lines[3:4]] == LEDGER.inclusion(2, 3)
    assert "\n".join(lines[4:]).startswith("\nledger.example\n3\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        FIRST,
        f"{FIRST}\n\n",
        f"{FIRST}\nindex 0\n\nx",
        f"{FIRST}\nextra \nindex 0\n\nx",
        f"{FIRST}\nextra AB==\nindex 0\n\nx",
        f"{FIRST}\nextra AA==\nindex 00\n\nx",
        f"{FIRST}\nextra AA==\nindex ١\n\nx",
        f"{FIRST}\nextra AA==\nindex 0\nAA==\n\nx",
        f"{FIRST}\nextra AA==\nindex 0\n" + f"{base64.b64encode(bytes(32)).decode()}\n" * 64 + "\nx",
        "x" * (LARGEST + 1),
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        Proof.parse(text.encode())
    with pytest.raises(CheckpointError):
        Proof.parse(b"\xff")
