"""What the ledger covers of a call keeps the bytes that it had, in whichever form it was written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.lookup.leaves import ANY_DISTANCE, LeafError, leaf_of, read_leaf
from vaern.lookup.spool import Answered

FIRST = (
    b'{"answer":"83c5ecc8","asked":"","at":"2026-11-30T07:00:00.000+00:00","call":"0","coarse":false,"entries":3,"hits":0,'
    b'"index":"","protocol":"ncmec","purpose":"service:hosting","reference":"known","signals":{},"v":1}'
)
"""A leaf as it was written before a distance was covered."""


def test_a_leaf_of_the_first_form_is_read_and_reaches_as_far_as_there_is() -> None:
    leaf = read_leaf(FIRST)
    assert (leaf.v, leaf.entries, leaf.reach) == (1, 3, ANY_DISTANCE)
    with pytest.raises(LeafError):
        read_leaf(FIRST.replace(b'"v":1', b'"v":1,"more":2'))


@given(st.none() | st.integers(0, ANY_DISTANCE), st.text(max_size=20))
def test_members_stand_in_their_order_and_the_distance_where_it_is_known(bits: int | None, purpose: str) -> None:
    text = leaf_of(Answered("2026-11-30T07:00:00+00:00", "0", "k", "o", "vaern", purpose, most_distance=bits))
    said = json.loads(text)
    assert list(said) == sorted(said)
    assert said.get("most_distance") == bits
    assert said["v"] == (1 if bits is None else 2)
    leaf = read_leaf(text)
    assert (leaf.purpose, leaf.reach) == (purpose, ANY_DISTANCE if bits is None else bits)
    assert b"\n" not in text
