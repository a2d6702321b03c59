"""What a decoder stumbles over is told in words that a person can use."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.hashing.unreadable import reason_of

STUMBLED = [
    lambda: b"\xff".decode("ascii"),
    [].pop,
    lambda: {}["key"],
    lambda: struct.unpack(">I", b""),
    lambda: 1 // 0,
    lambda: None.read,
    lambda: len(1),
    lambda: str(1 << 20_000),
]


@pytest.mark.parametrize("stumble", STUMBLED)
def test_the_words_of_a_parser_that_stumbled_are_not_a_persons(stumble):
    with pytest.raises(Exception) as raised:  # noqa: PT011 - each its own
        stumble()
    assert reason_of(raised.value) == f"the content is malformed ({type(raised.value).__name__})"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("decoder error -2", "the content is malformed (decoder error -2)"),
        ("image decoder error -8 when reading image file", "the content is malformed (decoder error -8)"),
        ("broken data stream when reading image file", "the content is malformed"),
        ("image file is truncated", "image file is truncated"),
        ("", "OSError"),
    ],
)
def test_what_a_decoder_says_stays_where_it_says_something(said, told):
    assert reason_of(OSError(said)) == told


@given(st.text())
def test_a_reason_is_one_printable_line_and_never_empty(text):
    reason = reason_of(io.UnsupportedOperation(text))
    assert reason
    assert reason.isprintable()
    assert len(reason) <= 200
