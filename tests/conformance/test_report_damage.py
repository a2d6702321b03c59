"""Other people's documents, damaged: every reader answers, whatever the bytes are and whatever they are taken for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.arriving import NOW

from vaern.formats.reports import read, sniff

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.arrivals import Read

FOLDERS = ("ncmec-cybertipline/from-LumeWeb-ncmec", "xarf", "arf-rfc5965")
PIECES = st.sampled_from(
    [
        b"",
        b"\0",
        b"<",
        b">",
        b"&",
        b'"',
        b"{",
        b"}",
        b"[",
        b"\n\n",
        b"\r",
        b"--",
        b"\xff\xfe",
        b"\xc3",
        b"<!--",
        b"]]>",
        b"&#x0;",
        b"<![CDATA[",
        b"xmlns='x' ",
        b"99999999999999999999",
        b"null",
        b"=?utf-8?b?AAAA?=",
        b"charset=rot13",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n",
        b"filename*=x'y'%ff",
    ]
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES | st.binary(max_size=6)), max_size=6)


@cache
def samples(vectors: Path) -> list[bytes]:
    paths = [path for folder in FOLDERS for path in sorted((vectors / folder).rglob("*")) if path.is_file()]
    return [path.read_bytes() for path in paths if path.suffix in {".xml", ".json", ".eml"}]


def answers(data: bytes) -> None:
    for kind in {sniff(data), "cybertipline", "xarf", "arf", "csv"}:
        found: list[Read] = read(data, kind, now=NOW)
        assert found
        for one in found:
            assert (one.arrival is None) == any(fault.fatal for fault in one.faults)


def damaged(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, piece in changes:
        start = int(where * len(data))
        data = data[:start] + piece + data[start + length :]
    return data


@pytest.mark.once
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 10**6), changes=CHANGES)
def test_damaged_documents_are_answered(vectors: Path, number: int, changes: list[tuple[float, int, bytes]]) -> None:
    documents = samples(vectors)
    answers(damaged(documents[number % len(documents)], changes))


@pytest.mark.deep
@settings(max_examples=100_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(number=st.integers(0, 10**6), changes=CHANGES)
def test_damaged_documents_are_answered_for_an_hour(
    vectors: Path, number: int, changes: list[tuple[float, int, bytes]]
) -> None:
    documents = samples(vectors)
    answers(damaged(documents[number % len(documents)], changes))


def test_each_sample_is_what_it_is(vectors: Path) -> None:
    assert len(samples(vectors)) > 80
    for data in samples(vectors):
        answers(data)
