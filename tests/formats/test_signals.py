"""From text to signals: lossless for what is usable, refused for what is junk, and by the stated bounds only."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.formats.reading import read
from tests.formats.values import LENGTHS, seeds, value_of

from vaern.formats.signals import KNOWN_JUNK, PDQ_WEIGHT, Junk, Refused, parse, render
from vaern.records import DIGEST_KINDS, KINDS, OPAQUE_KINDS

COMPUTED = [kind for kind in KINDS if kind not in OPAQUE_KINDS]


@given(st.sampled_from(COMPUTED), seeds, st.booleans())
def test_hexadecimal_is_read_in_any_case(kind: str, seed: int, upper: bool) -> None:
    value = value_of(seed, LENGTHS[kind])
    text = value.hex().upper() if upper else value.hex()
    signal, encoding = parse(kind, f" {text}\t")
    assert (signal.kind, signal.value, render(signal, encoding)) == (kind, value, value.hex())


@given(st.sampled_from(OPAQUE_KINDS), st.binary(min_size=2, max_size=300), st.sampled_from(["hex", "HEX", "base64"]))
def test_foreign_values_come_out_as_they_came_in(kind: str, value: bytes, spelling: str) -> None:
    value = value_of(0, 144) if kind == "pdna" else value
    text = {"hex": value.hex(), "HEX": value.hex().upper(), "base64": base64.b64encode(value).decode()}[spelling]
    if len(set(value)) == 1:
        with pytest.raises(Refused, match="one byte repeated"):
            parse(kind, text)
    else:
        assert render(*parse(kind, text)) == text


@given(st.sampled_from([kind for kind in OPAQUE_KINDS if kind != "pdna"]), st.text(min_size=1, max_size=50))
def test_foreign_text_of_any_kind_is_kept(kind: str, text: str) -> None:
    try:
        signal, encoding = parse(kind, text)
    except Refused:
        return
    assert render(signal, encoding) == text.strip()


@given(st.sampled_from([*COMPUTED, "pdna"]), st.text(max_size=28))
def test_text_that_is_no_value_is_refused_and_not_repeated(kind: str, text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse(kind, text)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize("kind", [*DIGEST_KINDS, "pdq", "pdna"])
@pytest.mark.parametrize("byte", [0x00, 0xFF, 0xA1])
def test_one_byte_repeated_is_no_value(kind: str, byte: int) -> None:
    with pytest.raises(Refused, match="one byte repeated"):
        parse(kind, bytes([byte] * LENGTHS[kind]).hex())


@pytest.mark.parametrize("kind", DIGEST_KINDS)
def test_the_digest_of_nothing_would_match_every_empty_file(kind: str) -> None:
    empty = hashlib.new(kind, b"").hexdigest()
    with pytest.raises(Refused, match="known to be wrong"):
        parse(kind, empty)
    assert parse(kind, empty, Junk())[0].value.hex() == empty


@given(st.integers(1, 255), seeds)
def test_the_weight_of_pdq_decides_at_its_bounds_and_nowhere_else(weight: int, seed: int) -> None:
    bits = [1] * weight + [0] * (256 - weight)
    order = sorted(range(256), key=lambda at: hashlib.md5(f"{seed}/{at}".encode()).digest())
    value = int("".join(str(bits[at]) for at in order), 2).to_bytes(32, "big")
    if PDQ_WEIGHT[0] <= weight <= PDQ_WEIGHT[1]:
        assert parse("pdq", value.hex())[0].value == value
    else:
        with pytest.raises(Refused, match="bits set"):
            parse("pdq", value.hex())


@pytest.mark.parametrize("spelling", ["hex", "base64"])
def test_the_bogus_photodna_of_one_vendor_is_refused_however_it_is_spelled(spelling: str) -> None:
    value = base64.b64decode("AAMANwABAD0A") + value_of(1, 135)
    text = value.hex() if spelling == "hex" else base64.b64encode(value).decode()
    assert text.startswith("AAMANwABAD0A") == (spelling == "base64")
    with pytest.raises(Refused, match="known to be wrong"):
        parse("pdna", text)
    assert parse("pdna", text, Junk())[0].value == value


def test_what_is_junk_is_data() -> None:
    value = value_of(5, 16)
    junk = Junk(values=KNOWN_JUNK.values | {("md5", value)})
    with pytest.raises(Refused):
        parse("md5", value.hex(), junk)
    assert parse("md5", value.hex())[0].value == value


@pytest.mark.parametrize("text", ["a1a1a1a1...", "a1b2…", "", "   "])
def test_placeholders_are_no_values(text: str) -> None:
    for kind in OPAQUE_KINDS:
        with pytest.raises(Refused):
            parse(kind, text)


@given(seeds)
def test_one_bad_signal_costs_itself_and_one_problem(seed: int) -> None:
    good = value_of(seed, 16).hex()
    entries, problems = read(f"md5,sha1,pdq,pdna\n{good},{'0' * 40},{'f' * 64},a1...\n")
    assert [signal.value.hex() for entry in entries for signal in entry.signals] == [good]
    assert [(p.line, p.quarantined) for p in problems] == [(2, True)] * 3


def test_an_entry_without_any_signal_is_a_problem_unless_recalled() -> None:
    entries, problems = read(f"id,md5,recalled\nx,{'0' * 32},no\ny,{'0' * 32},yes\n")
    assert [(entry.id, entry.signals, entry.recalled) for entry in entries] == [("y", (), True)]
    assert [(p.line, p.quarantined) for p in problems] == [(2, True), (2, False), (3, True)]
