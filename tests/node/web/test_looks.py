"""What a text that is looked for looks like: whatever the spelling, the same; whatever the text, no error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.base.codes import ALPHABET
from vaern.node.web.search.looks import LONGEST, Look, cleaned, recognised

CODES = st.text(alphabet=ALPHABET, min_size=4, max_size=8)
WHOLE = st.text(alphabet=ALPHABET, min_size=8, max_size=8)
GAPS = st.sampled_from(["", " ", "-", "–", "\u00a0", " - "])
HEX = st.one_of(*(st.binary(min_size=size, max_size=size) for size in (16, 20, 32)))
LABELS = st.from_regex(r"[a-z]([a-z0-9]{0,8}[a-z0-9])?", fullmatch=True)
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
KINDS = {16: {"md5"}, 20: {"sha1"}, 32: {"sha256", "pdq"}}


@given(st.text(max_size=500))
def test_no_text_fails_and_its_form_stays(text: str) -> None:
    found = recognised(text)
    assert found == recognised(found.text) or len(text) > LONGEST
    assert cleaned(found.text) == found.text
    assert len(found.text) <= LONGEST
    assert bool(found.code) == bool(found.looks & (Look.CODE | Look.PIECE))
    assert bool(found.digests) == (Look.HASH in found.looks)
    assert bool(found.address) == (Look.ADDRESS in found.looks)


@given(CODES, GAPS, st.integers(1, 7), st.booleans())
def test_a_code_is_read_in_any_spelling(code: str, gap: str, at: int, lower: bool) -> None:
    typed = code[:at] + (gap if at < len(code) else "") + code[at:]
    found = recognised(f" “{typed.lower() if lower else typed}” ")
    assert found.code == code
    assert Look.CODE in found.looks


@given(
    WHOLE, st.integers(1, 99_999), st.sampled_from(["", " ", "/", " / ", "-", ", "]), st.sampled_from(["E", "e", "E "])
)
def test_a_piece_of_evidence_is_read_with_its_case(code: str, number: int, between: str, letter: str) -> None:
    found = recognised(f"{code}{between}{letter}{number}")
    assert (found.code, found.piece) == (code, number)
    assert Look.PIECE in found.looks


@given(HEX, st.sampled_from(["", " ", ":", "-"]), st.booleans(), st.integers(2, 8))
def test_a_hash_is_read_in_any_spelling(value: bytes, gap: str, upper: bool, every: int) -> None:
    figures = value.hex().upper() if upper else value.hex()
    typed = gap.join(figures[at : at + every] for at in range(0, len(figures), every))
    found = recognised(typed)
    assert set(found.digests) == KINDS[len(value)]
    assert set(found.digests.values()) == {value}
    assert Look.WORDS not in found.looks


@pytest.mark.parametrize(
    ("named", "size", "kind"),
    [
        ("MD5: ", 16, "md5"),
        ("sha-1 ", 20, "sha1"),
        ("SHA1=", 20, "sha1"),
        ("SHA-256:", 32, "sha256"),
        ("sha256 ", 32, "sha256"),
        ("pdq:", 32, "pdq"),
        ("0x", 16, "md5"),
    ],
)
def test_a_hash_that_names_its_kind_is_of_that_kind(named: str, size: int, kind: str) -> None:
    assert recognised(named + "ab" * size).digests == {kind: bytes([0xAB]) * size}
    if kind not in {"md5", "sha1"}:
        assert recognised("md5:" + "ab" * size).digests == {}


@given(HOSTS, st.sampled_from([".", "[.]", "(.)", "{.}", "[dot]", "(DOT)"]), st.sampled_from(["", "/", "/a/b?c=d#e"]))
def test_a_host_keeps_no_trace_of_a_defanging(host: str, dot: str, path: str) -> None:
    bare = recognised(host.replace(".", dot) + path)
    assert bare.address == host + path
    for scheme in ("hxxp://", "hXXp://", "h**p://", "hxxp[:]//", "hxxp[://]", "http://"):
        assert recognised(scheme + host.replace(".", dot) + path).address == f"http://{host}{path}"


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("192.0.2.1", Look.ADDRESS | Look.NUMBER | Look.PHONE),
        ("192[.]0[.]2[.]1", Look.ADDRESS | Look.NUMBER),
        ("2001:db8::1", Look.ADDRESS | Look.NUMBER),
        ("somebody@mail.example", Look.MAIL | Look.WORDS),
        ("+45 33 14 88 88", Look.PHONE | Look.NUMBER),
        ("J.nr. 2031-17", Look.NUMBER | Look.WORDS),
        ("Ada Lovelace", Look.WORDS),
        ("", Look.NOTHING),
        ("\0 \u200b", Look.NOTHING),
        ("?", Look.NOTHING),
    ],
)
def test_what_a_text_may_be(text: str, looks: Look) -> None:
    assert recognised(text).looks == looks
