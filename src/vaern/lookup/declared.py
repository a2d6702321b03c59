"""The declared test entry: two signals that every service answers, so that a client knows that it works.

They stand for nothing. The SHA-256 is that of the text `VAERN TEST ENTRY`, the PDQ value that of no picture.
"""

from __future__ import annotations

import hashlib

from vaern.records import Entry, Match, Signal, Vote

TEXT = b"VAERN TEST ENTRY"
TEST_SHA256 = hashlib.sha256(TEXT).digest()
TEST_PDQ = hashlib.sha256(b"VAERN TEST PICTURE 3").digest()
"""The SHA-256 of a text: with 128 one-bits, as a picture's value has."""

LIST, RELEASE, CLASS, SCHEME = "vaern-test", "1", "test", "vaern"

ENTRY = Entry(
    id="VAERN-TEST-ENTRY",
    signals=(Signal("sha256", TEST_SHA256), Signal("pdq", TEST_PDQ)),
    classification=CLASS,
    scheme=SCHEME,
    votes=(Vote("Værn", "positive", view="inherited", classification=CLASS, scheme=SCHEME),),
    source="Værn",
)
_SHA256, _PDQ = TEST_SHA256, int.from_bytes(TEST_PDQ, "big")
NEAR = 31
"""Bits within which a PDQ value meets it."""


def meets(signal: Signal) -> Match | None:
    """The match of a signal with the test entry, if it is one."""
    distance = NEAR + 1
    if signal.kind == "pdq":
        distance = (int.from_bytes(signal.value, "big") ^ _PDQ).bit_count()
    elif signal.kind == "sha256" and signal.value == _SHA256:
        distance = 0
    if distance > NEAR:
        return None
    return Match(
        kind=signal.kind,
        query=signal.value.hex(),
        entry=ENTRY.id,
        distance=distance,
        list=LIST,
        release=RELEASE,
        classification=CLASS,
        scheme=SCHEME,
        orientation=signal.orientation,
        region=signal.region,
    )
