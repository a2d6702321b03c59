"""The file of a backup for a passphrase: each of its bytes counts, also those that fill its blocks."""

from __future__ import annotations

import io

import pytest

from vaern.node.operations import age

WORDS = "correct horse"
CONTENT = bytes(range(256)) * 5


@pytest.fixture(scope="module")
def sealed() -> bytes:
    to = io.BytesIO()
    with age.encrypted(to, age.Lock(passphrase=WORDS)) as sink:
        sink.write(CONTENT)
    return to.getvalue()


def read(data: bytes) -> bytes:
    with age.opened(io.BytesIO(data), age.Opener(passphrase=WORDS)) as plain:
        return plain.read()


@pytest.mark.once
def test_it_opens_with_the_passphrase(sealed: bytes) -> None:
    assert read(sealed) == CONTENT


@pytest.mark.once
@pytest.mark.parametrize("words", ["correct hors", "correct horse ", "", "Correct horse"])
def test_another_passphrase_is_told_as_one(sealed: bytes, words: str) -> None:
    with (
        pytest.raises(
            age.AgeError, match=r"^The passphrase does not open this backup, or its beginning was changed\.$"
        ),
        age.opened(io.BytesIO(sealed), age.Opener(passphrase=words)),
    ):
        pass


@pytest.mark.once
def test_without_the_passphrase_it_is_said_what_to_give(sealed: bytes) -> None:
    with (
        pytest.raises(age.AgeError, match=r"^This backup was made for a passphrase: give --passphrase-file\.$"),
        age.opened(io.BytesIO(sealed), age.Opener()),
    ):
        pass


@pytest.mark.once
def test_no_byte_of_it_changes_unseen(sealed: bytes) -> None:
    """All of the blocks' filling, and a byte of each other sixteen of headers."""
    filling = [at for at in range(512, len(sealed)) if not sealed[at] and not any(sealed[at : at + 8])]
    for at in {*filling[:8], *filling[-8:], *filling[::97], *range(0, 512, 16), len(sealed) - 1}:
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(age.AgeError, match=r"\.$"):
            read(bytes(changed))


@pytest.mark.parametrize(
    "change", [lambda d: d + b"x", lambda d: d + bytes(512), lambda d: d[:-1], lambda d: d[:-1024]]
)
def test_its_end_is_where_it_was_written(sealed: bytes, change: object) -> None:
    with pytest.raises(age.AgeError, match=r"\.$"):
        read(change(sealed))  # type: ignore[operator]
