from __future__ import annotations

import os
import unicodedata

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vaern.scanning.names import is_printable, original, printable

RAW = st.binary(min_size=1).filter(lambda raw: b"\0" not in raw)


@given(RAW)
@example(b"\\x41")
@example(b"\\\\x41")
@example(b"\xff\\x5c\xfe")
@example("\u202egpj.exe\u0085".encode())
def test_no_byte_of_a_name_is_lost(raw):
    assert original(printable(os.fsdecode(raw))) == raw


@given(RAW)
def test_a_printable_name_survives_json_and_has_nothing_that_acts_on_a_terminal(raw):
    name = printable(os.fsdecode(raw))
    assert msgspec.json.decode(msgspec.json.encode(name)) == name
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Zl", "Zp"}
    assert is_printable(name)


@given(RAW, RAW)
def test_different_names_stay_different(one, other):
    assert (printable(os.fsdecode(one)) == printable(os.fsdecode(other))) == (one == other)


@given(st.text())
def test_any_text_an_archive_may_hold_becomes_printable(text):
    assert is_printable(printable(text)) or "\\xed" in printable(text)


@pytest.mark.once
@given(st.text(alphabet=st.characters(categories=["L", "N"])))
def test_plain_names_are_left_alone(text):
    assert printable(text) == text
