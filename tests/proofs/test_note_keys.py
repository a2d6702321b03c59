"""Keys and cosignatures: what is signed holds, and nothing else does."""

from __future__ import annotations

import base64
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given
from hypothesis import strategies as st
from tests.proofs.ledgers import ORIGIN, Ledger, cosigners

from vaern.proofs.checkpoints import CheckpointError, SigningKey
from vaern.proofs.note_keys import COSIGNATURES, LATEST, CosigningKey, Kind, NoteKey
from vaern.proofs.notes import MOST_SIGNATURES, SignedNote, lines_of

LEDGER = Ledger.of(9)
KINDS = st.sampled_from(COSIGNATURES)
TIMES = st.integers(1, LATEST)


def key_of(kind: Kind) -> CosigningKey:
    return next(key for key in cosigners(2) if key.kind is kind)


@given(KINDS, TIMES, st.integers(0, 9))
def test_what_is_cosigned_holds_with_its_time(kind: Kind, at: int, size: int) -> None:
    key, text = key_of(kind), LEDGER.text(size)
    (line,) = lines_of(key.cosign(text, at))
    assert line.is_of(key.verifier)
    assert key.verifier.signed_at(text, line.signature) == at
    assert SignedNote.parse(f"{LEDGER.checkpoint(size)}{line.text}").signed_by([key.verifier]) == {key.verifier: at}


@given(KINDS, st.data())
def test_no_changed_bit_of_signature_or_text_holds(kind: Kind, data: st.DataObject) -> None:
    key, text = key_of(kind), LEDGER.text(5)
    (line,) = lines_of(key.cosign(text, 1_800_000_000))
    bit = data.draw(st.integers(0, 8 * len(line.signature) - 1))
    changed = bytearray(line.signature)
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(CheckpointError):
        key.verifier.signed_at(text, bytes(changed))
    for size in (4, 6):
        with pytest.raises(CheckpointError):
            key.verifier.signed_at(LEDGER.text(size), line.signature)
    with pytest.raises(CheckpointError):
        key.verifier.signed_at(LEDGER.fork(2).text(5), line.signature)
    with pytest.raises(CheckpointError):
        key.verifier.signed_at(text.replace(ORIGIN, "other.example"), line.signature)


@pytest.mark.parametrize("cut", [0, 7, 8, 71, 73])
def test_a_signature_of_another_length_does_not_hold(cut: int) -> None:
    key = key_of(Kind.ED25519).verifier
    with pytest.raises(CheckpointError, match="bytes"):
        key.signed_at(LEDGER.text(1), bytes(cut))


def test_the_message_is_that_of_the_specification() -> None:
    """Made here a second time from the text of tlog-cosignature, and verified by `cryptography` alone."""
    text = f"{ORIGIN}\n7\n{base64.b64encode(bytes(range(32))).decode()}\n"
    first, second = key_of(Kind.ED25519), key_of(Kind.ML_DSA_44)
    (line,) = lines_of(first.cosign(text, 1_679_315_147))
    assert line.signature[:8] == struct.pack(">Q", 1_679_315_147)
    message = f"cosignature/v1\ntime 1679315147\n{text}".encode()
    Ed25519PublicKey.from_public_bytes(first.verifier.public).verify(line.signature[8:], message)
    (line,) = lines_of(second.cosign(text, 1_679_315_147))
    name, origin = second.name.encode(), ORIGIN.encode()
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + struct.pack(">Q", 1_679_315_147)
    message += bytes([len(origin)]) + origin + struct.pack(">Q", 0) + struct.pack(">Q", 7) + bytes(range(32))
    MLDSA44PublicKey.from_public_bytes(second.verifier.public).verify(line.signature[8:], message)


@given(st.sampled_from([*COSIGNATURES, Kind.PLAIN]))
def test_a_key_is_read_as_it_was_written(kind: Kind) -> None:
    if kind is Kind.PLAIN:
        key = LEDGER.key.verifier
        assert str(NoteKey.parse(str(key))) == str(key)
        assert NoteKey.parse(str(key)).id == key.id
        return
    secret = key_of(kind)
    assert CosigningKey.parse(secret.text()) == secret
    assert NoteKey.parse(str(secret.verifier)) == secret.verifier
    assert secret.text().split("+")[4] not in repr(secret)


@given(st.sampled_from([*COSIGNATURES, Kind.PLAIN]), st.data())
def test_no_changed_letter_of_a_key_is_read(kind: Kind, data: st.DataObject) -> None:
    text = str(LEDGER.key.verifier if kind is Kind.PLAIN else key_of(kind).verifier)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("Aa0+/=-. \n").filter(lambda one: one != text[place]))
    with pytest.raises(CheckpointError):
        NoteKey.parse(text[:place] + letter + text[place + 1 :])


@pytest.mark.parametrize(
    "text",
    ["", "a", "a+b", "a+00000000+", "a+00000000+Ag==", "a+00000000+/w==", "a b+00000000+AQ==", "a+0000000G+AQ=="],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    for parse in (NoteKey.parse, CosigningKey.parse):
        with pytest.raises(CheckpointError):
            parse(text)


def test_a_ledgers_secret_is_no_witness() -> None:
    with pytest.raises(CheckpointError):
        CosigningKey.parse(SigningKey.fresh("a").text())


@pytest.mark.parametrize("name", ["", "a b", "a+b", "é" * 128])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(CheckpointError):
        CosigningKey.fresh(name, Kind.ML_DSA_44)


@pytest.mark.parametrize("at", [0, -1, LATEST + 1])
def test_a_cosignature_has_a_time(at: int) -> None:
    with pytest.raises(CheckpointError):
        key_of(Kind.ED25519).cosign(LEDGER.text(1), at)


# Notes ----------------------------------------------------------------------------------------------------------------


def test_signatures_of_strangers_are_ignored_and_one_of_a_known_key_must_hold() -> None:
    known, stranger = cosigners(4)[:2], cosigners(4)[2]
    text, note = LEDGER.text(9), LEDGER.checkpoint(9)
    note += stranger.cosign(LEDGER.text(8), 7) + known[0].cosign(text, 8)
    parsed = SignedNote.parse(note)
    assert parsed.signed_by(key.verifier for key in known) == {known[0].verifier: 8}
    assert parsed.line_of(known[1].verifier) == ""
    wrong = SignedNote.parse(note + known[1].cosign(LEDGER.text(8), 9))
    with pytest.raises(CheckpointError, match="does not hold"):
        wrong.signed_by(key.verifier for key in known)


def test_a_key_of_the_same_name_and_another_id_is_a_stranger() -> None:
    ours, theirs = (CosigningKey.fresh("w.example", Kind.ED25519) for _ in range(2))
    note = SignedNote.parse(LEDGER.checkpoint(9) + theirs.cosign(LEDGER.text(8), 7))
    assert note.signed_by([ours.verifier]) == {}


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\n— a AAAAAAA=\n\n",
        "text\n\n— a AAAAAAA=",
        "text\n\n- a AAAAAAA=\n",
        "text\n\n— a AAAA\n",
        "text\n\n— a AAAAAAB=\n",
        "te\txt\n\n— a AAAAAAA=\n",
        "te\rxt\n\n— a AAAAAAA=\n",
        "text\n\n— a+b AAAAAAA=\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(CheckpointError):
        SignedNote.parse(note)


def test_as_many_signatures_as_are_allowed() -> None:
    line = "— a AAAAAAA=\n"
    assert len(SignedNote.parse("text\n\n" + line * MOST_SIGNATURES).lines) == MOST_SIGNATURES
    with pytest.raises(CheckpointError, match="more than"):
        SignedNote.parse("text\n\n" + line * (MOST_SIGNATURES + 1))
