"""A call is taken whole or not at all, and every fault has its place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.lookup import wire
from vaern.lookup.taking import WireError, understood
from vaern.lookup.wire import ASKED_KINDS, JSON, MESSAGEPACK, MOST_FAULTS, MOST_SIGNALS, Asked
from vaern.records import DIGEST_KINDS, VALUE_KINDS, Signal

LENGTHS = {**DIGEST_KINDS, "pdq": 32, "vpdq": 40}
ENCODE = {JSON: msgspec.json.encode, MESSAGEPACK: msgspec.msgpack.encode}
TURNS = ["upright", "rotated-90", "rotated-180", "rotated-270", "mirrored", "flipped", "transposed", "transverse"]


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    kind = draw(st.sampled_from(ASKED_KINDS))
    value, digest = "", ""
    if kind == "keyword" or (kind in VALUE_KINDS and draw(st.booleans())):
        digest = draw(st.binary(min_size=32, max_size=32)).hex()
    elif kind in VALUE_KINDS:
        value = draw(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30))
    else:
        size = LENGTHS.get(kind)
        value = draw(st.binary(min_size=size or 1, max_size=size or 50)).hex()
        value = value.upper() if draw(st.booleans()) else value
    return Asked(
        kind,
        value,
        digest,
        draw(st.none() | st.integers(0, 100)),
        draw(st.sampled_from(TURNS)),
        draw(st.sampled_from(["whole", "unbordered"])),
        draw(st.text(max_size=10)),
    )


def expected(one: Asked) -> Signal:
    if one.kind in VALUE_KINDS:
        kind = f"{one.kind}-sha256" if one.digest and one.kind != "keyword" else one.kind
        return Signal(kind, bytes.fromhex(one.digest) or one.value.encode(), one.quality, one.orientation, one.region)
    return Signal(one.kind, bytes.fromhex(one.value), one.quality, one.orientation, one.region)


media_types = st.sampled_from([JSON, MESSAGEPACK])


@given(st.lists(asked(), min_size=1, max_size=8), st.text(max_size=20), media_types)
def test_what_is_right_is_taken_as_it_is(signals: list[Asked], purpose: str, media_type: str) -> None:
    body = ENCODE[media_type]({"signals": signals, "purpose": purpose, "unknown": 1})
    batch = understood(body, media_type)
    assert batch.signals == tuple(map(expected, signals))
    assert batch.asked == tuple(signals)
    assert batch.purpose == purpose


@given(st.binary(max_size=300), media_types)
def test_any_bytes_are_a_call_or_faults(body: bytes, media_type: str) -> None:
    try:
        found: tuple[object, ...] = understood(body, media_type).signals
    except WireError as error:
        found = error.faults
    assert found


integers = st.integers(-(2**63), 2**64 - 1)  # larger ones no writer of MessagePack can send
values = st.recursive(
    st.none() | st.booleans() | integers | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(asked(), max_size=4), st.integers(0, 4), values, media_types)
def test_one_wrong_signal_refuses_all_and_is_named(signals: list[Asked], at: int, wrong: Any, media_type: str) -> None:
    at = min(at, len(signals))
    body = ENCODE[media_type]({"signals": [*signals[:at], {"kind": wrong, "value": "00"}, *signals[at:]]})
    with pytest.raises(WireError) as caught:
        understood(body, media_type)
    assert {fault.place for fault in caught.value.faults} == {f"signals[{at}].kind"}


RIGHT = {"kind": "md5", "value": "00" * 16}


@pytest.mark.parametrize(
    ("wrong", "place", "code"),
    [
        ({"kind": "sha512", "value": "00"}, "kind", "kind"),
        ({"kind": "md5", "value": "00"}, "value", "length"),
        ({"kind": "md5", "value": "0" * 31}, "value", "hexadecimal"),
        ({"kind": "md5", "value": "00 " * 16}, "value", "hexadecimal"),
        ({"kind": "md5", "value": "zz" * 16}, "value", "hexadecimal"),
        ({"kind": "md5", "value": ""}, "value", "hexadecimal"),
        ({"kind": "md5"}, "value", "hexadecimal"),
        ({"kind": "vpdq", "value": "00" * 41}, "value", "length"),
        ({"kind": "pdq", "value": "00" * 32, "quality": 101}, "quality", "quality"),
        ({"kind": "pdq", "value": "00" * 32, "quality": "good"}, "quality", "type"),
        ({"kind": "pdq", "value": "00" * 32, "orientation": "upside down"}, "orientation", "type"),
        ({"kind": "pdq", "value": "00" * 32, "id": "x" * 201}, "id", "length"),
        ({"kind": "md5", "digest": "00" * 32, "value": "00" * 16}, "digest", "digest"),
        ({"kind": "keyword", "value": "word"}, "digest", "missing"),
        ({"kind": "domain", "value": ""}, "value", "length"),
        ({"kind": "domain", "value": "x" * 2001}, "value", "length"),
        ({"kind": "domain", "value": "x", "digest": "00" * 32}, "digest", "both"),
        ({"kind": "domain", "digest": "00" * 31}, "digest", "length"),
        (7, "", "type"),
        (None, "", "type"),
        ({}, "", "type"),
    ],
    ids=str,
)
def test_each_fault_has_its_place_and_code(wrong: Any, place: str, code: str) -> None:
    with pytest.raises(WireError) as caught:
        understood(msgspec.json.encode({"signals": [RIGHT, wrong, RIGHT]}), JSON)
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == (".".join(filter(None, ["signals[1]", place])), code)
    assert "upside" not in fault.text
    assert fault.text != "word"


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_every_wrong_signal_is_named(right: list[bool]) -> None:
    body = msgspec.json.encode({"signals": [RIGHT if good else {**RIGHT, "value": 7} for good in right]})
    if all(right):
        assert len(understood(body, JSON).signals) == len(right)
        return
    with pytest.raises(WireError) as caught:
        understood(body, JSON)
    places = [f"signals[{number}].value" for number, good in enumerate(right) if not good]
    assert [fault.place for fault in caught.value.faults] == places


@pytest.mark.parametrize("number", [0, MOST_SIGNALS + 1])
def test_a_call_has_as_many_signals_as_it_may(number: int) -> None:
    with pytest.raises(WireError) as caught:
        understood(msgspec.json.encode({"signals": [RIGHT] * number}), JSON)
    assert [fault.place for fault in caught.value.faults] == ["signals"]
    assert len(understood(msgspec.json.encode({"signals": [RIGHT] * MOST_SIGNALS}), JSON).signals) == MOST_SIGNALS


def test_more_faults_than_one_answer_names_are_counted() -> None:
    with pytest.raises(WireError) as caught:
        understood(msgspec.json.encode({"signals": [{**RIGHT, "kind": "x"}] * (MOST_FAULTS + 7)}), JSON)
    assert (len(caught.value.refused.faults), caught.value.refused.more) == (MOST_FAULTS, 7)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"signals":' * 50_000, b"\x91" * 100_000])
@pytest.mark.parametrize("media_type", [JSON, MESSAGEPACK])
def test_deep_nonsense_is_a_fault_and_no_more(body: bytes, media_type: str) -> None:
    with pytest.raises(WireError):
        understood(body, media_type)


@given(st.lists(asked(), min_size=1, max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_a_call_is_known_by_its_signals_their_order_and_the_lists(signals: list[Asked], index: str, other: str) -> None:
    taken = understood(msgspec.json.encode({"signals": signals}), JSON).signals
    assert wire.digest(taken, index) == wire.digest(list(taken), index)
    assert (wire.digest(taken, index) == wire.digest(taken, other)) == (index == other)
    turned = taken[::-1]
    assert (wire.digest(turned, index) == wire.digest(taken, index)) == (turned == taken)
    assert sum(wire.counts(taken).values()) == len(taken)
