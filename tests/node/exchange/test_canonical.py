"""Documents of strangers: what is read of them, what is refused before it is built, and that nothing is repeated."""

from __future__ import annotations

import json
from contextlib import suppress
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.exchange.rules.canonical import MOST_BRACKETS, MOST_NESTED, Malformed, canonical, parsed, verified
from vaern.proofs.checkpoints import SigningKey
from vaern.proofs.envelopes import MOST_SIGNATURES, enveloped

KEY = SigningKey.fresh("north.example")


class Colour(Enum):
    """A choice."""

    RED = "red"


class Anything(msgspec.Struct, forbid_unknown_fields=True):
    """A record with a field of any shape."""

    body: Any = None
    colour: Colour = Colour.RED
    number: int = 0


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0) if isinstance(value, dict | list) else 0


def texts(value: object) -> str:
    if isinstance(value, dict):
        return "".join(key + texts(one) for key, one in value.items())
    return "".join(map(texts, value)) if isinstance(value, list) else value if isinstance(value, str) else ""


@given(values, st.sampled_from([0, 1, 25, MOST_NESTED - 2, MOST_NESTED - 1, MOST_NESTED]))
def test_what_is_refused_is_what_nests_too_deep_or_holds_a_nul(value: Any, around: int) -> None:
    for _ in range(around):
        value = [value]
    data = canonical(Anything(body=value))
    if 1 + depth(value) > MOST_NESTED or "\0" in texts(value):
        with pytest.raises(Malformed):
            parsed(data, Anything)
    else:
        assert parsed(data, Anything).body == value


@given(st.text(alphabet='[]{}"\\u0', max_size=200))
def test_brackets_in_texts_are_words(text: str) -> None:
    assert parsed(json.dumps({"body": text * 40}).encode(), Anything).body == text * 40


@given(st.binary(max_size=300) | st.text(alphabet='[]{}"\\:,u01a', max_size=300).map(str.encode))
def test_bytes_of_any_kind_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    with suppress(Malformed):
        parsed(data, Anything)


def test_very_many_brackets_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(Malformed, match="more than"):
        parsed(b'{"body": [' + b"[]," * MOST_BRACKETS + b"[]]}", Anything)


@pytest.mark.parametrize(
    "data",
    [
        b'{"secret": 1}',
        b'{"colour": "secret"}',
        b'{"number": "secret"}',
        b'{"body": "secret", "number": 1.5}',
        b'{"body": {"secret": NaN}}',
        b'{"body": {"secret": 1e999}}',
        b'{"secret',
        b'"secret"',
        b"\xffsecret",
    ],
)
def test_why_it_was_refused_repeats_nothing_of_it(data: bytes) -> None:
    with pytest.raises(Malformed) as refused:
        parsed(data, Anything)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("number", [10**400, 2**53, -(2**60)])
def test_a_number_that_json_cannot_say_is_not_signed_and_not_repeated(number: int) -> None:
    with pytest.raises(Malformed) as refused:
        canonical(Anything(body=number))
    assert str(number)[:10] not in str(refused.value)
    with pytest.raises(Malformed):
        verified(enveloped(b'{"body":%d}' % number, "t", KEY), "t", [KEY.verifier], Anything)


def test_many_signatures_are_refused_before_one_is_verified() -> None:
    document = json.loads(enveloped(canonical(Anything()), "t", KEY))
    wrong = {"keyid": "x", "sig": "AAAA"}
    for many, found in ((MOST_SIGNATURES, True), (MOST_SIGNATURES + 1, False), (100_000, False)):
        data = json.dumps(document | {"signatures": [*[wrong] * (many - 1), *document["signatures"]]}).encode()
        if found:
            assert verified(data, "t", [KEY.verifier], Anything) == Anything()
        else:
            with pytest.raises(Malformed, match="signatures"):
                verified(data, "t", [KEY.verifier], Anything)
