"""Signed notes and checkpoints: against Go's reference, round trips, and every damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vaern.proofs.checkpoints import (
    Checkpointed,
    CheckpointError,
    SigningKey,
    VerifierKey,
    open_checkpoint,
    open_note,
    sign_checkpoint,
)

if TYPE_CHECKING:
    from pathlib import Path

KEY = SigningKey("node.example", bytes(range(32)))
names = st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1, max_size=20)


def test_go_reference(vectors: Path) -> None:
    folder = vectors / "transparency-log"
    key = VerifierKey.parse((folder / "signed-note-go-reference.vkey").read_text("utf-8"))
    note = (folder / "signed-note-go-reference.txt").read_text("utf-8")
    text = open_note(note, key)
    assert text.startswith("If you think cryptography is the answer")
    assert str(key) == (folder / "signed-note-go-reference.vkey").read_text("utf-8").strip()
    with pytest.raises(CheckpointError, match="does not hold"):
        open_note(note.replace("answer", "Answer"), key)


def test_the_secret_key_of_gos_documentation_signs_the_reference(vectors: Path) -> None:
    """The test key of golang.org/x/mod/sumdb/note, public since 2019, gives Go's signature byte for byte."""
    text = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    note = (vectors / "transparency-log" / "signed-note-go-reference.txt").read_text("utf-8")
    key = SigningKey.parse(text)
    assert key.text() == text
    assert key.sign(note.rpartition("\n\n")[0] + "\n") == note


@given(names, st.integers(0, 2**63), st.binary(min_size=32, max_size=32))
def test_what_was_signed_is_read_back(name: str, size: int, root: bytes) -> None:
    key = SigningKey.fresh(name)
    assert SigningKey.parse(key.text()) == key
    assert VerifierKey.parse(str(key.verifier)) == key.verifier
    assert key.seed.hex() not in repr(key)
    assert open_checkpoint(sign_checkpoint(size, root, key), key.verifier) == Checkpointed(name, size, root)


@given(st.integers(0, 200), st.integers(0, 0x10FFFF).map(chr))
def test_no_character_can_be_changed(place: int, character: str) -> None:
    note = sign_checkpoint(7, bytes(32), KEY)
    assume(place < len(note) and note[place] != character)
    with pytest.raises(CheckpointError):
        open_checkpoint(note[:place] + character + note[place + 1 :], KEY.verifier)


def test_no_last_bits_of_a_signature_can_be_changed() -> None:
    note = sign_checkpoint(7, bytes(32), KEY)
    assert note.endswith("=\n")
    for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        if note[-3] != character:
            with pytest.raises(CheckpointError):
                open_checkpoint(f"{note[:-3]}{character}=\n", KEY.verifier)


@given(st.text() | st.lists(st.text(), max_size=6).map("\n".join))
def test_any_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(CheckpointError):
        open_checkpoint(text, KEY.verifier)
    with pytest.raises(CheckpointError):
        VerifierKey.parse(text)
    with pytest.raises(CheckpointError):
        SigningKey.parse(text)


@pytest.mark.parametrize("size", ["07", "-1", "+7", " 7", "7 ", "٧", "7.0", ""])
def test_a_size_has_one_form(size: str) -> None:
    note = KEY.sign(f"node.example\n{size}\n{'A' * 43}=\n")
    with pytest.raises(CheckpointError, match="origin, size and root"):
        open_checkpoint(note, KEY.verifier)


def test_further_signatures_and_lines_are_allowed() -> None:
    witness = SigningKey.fresh("witness.example")
    text = Checkpointed("node.example", 7, bytes(32)).text() + "an extension\n"
    note = KEY.sign(text) + witness.sign(text).rpartition("\n\n")[2]
    for key in (KEY, witness):
        assert open_note(note, key.verifier) == text
    assert open_checkpoint(note, KEY.verifier).size == 7
    with pytest.raises(CheckpointError, match=r"of node\.example, not of witness\.example"):
        open_checkpoint(note, witness.verifier)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb"])
def test_a_name_that_would_break_a_line_is_refused(name: str) -> None:
    with pytest.raises(CheckpointError, match="name of a key"):
        SigningKey.fresh(name)
