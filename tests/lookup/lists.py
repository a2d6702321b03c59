"""The lists that the tests of the service ask."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from vaern.matching import publish
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from pathlib import Path


def sha256(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def pdq(name: str) -> bytes:
    """A value with 128 one-bits."""
    digest = hashlib.sha256(f"pdq {name}".encode()).digest()[:16]
    return digest + bytes(byte ^ 255 for byte in digest)


def near(value: bytes, bits: int) -> bytes:
    """The value with some bits turned over."""
    number = int.from_bytes(value, "big")
    for bit in range(bits):
        number ^= 1 << (7 * bit % 256)
    return number.to_bytes(32, "big")


def entry(name: str, *votes: Vote, more: tuple[Signal, ...] = ()) -> Entry:
    signals = (Signal("sha256", sha256(name)), Signal("md5", sha256(name)[:16]), Signal("pdq", pdq(name)), *more)
    return Entry(
        f"id {name}",
        signals,
        classification="1",
        scheme="alpha",
        votes=votes,
        source="Hotline A",
        updated="2026-11-01T00:00:00Z",
    )


OWN = Vote("Hotline A", "positive", "DK", "independent", "1", "alpha")
OTHER = Vote("Hotline B", "positive", "SE", "independent", "1", "alpha")
COPY = Vote("Platform C", "positive", "CA", "inherited")
AGAINST = Vote("Police D", "negative", "JP", "independent")

ENTRIES = [
    entry("two views", OWN, OTHER),
    entry("one view", OWN, COPY),
    entry("one vote", COPY),
    entry("disputed", OWN, OTHER, AGAINST),
    entry("also good", OWN, OTHER),
    Entry("a domain", (Signal("domain", b"bad.example"),), votes=(OWN, OTHER), source="Hotline A"),
    Entry("a keyword", (Signal("keyword", sha256("word")),), votes=(OWN, OTHER), source="Hotline A"),
    *(entry(f"filler {number}", OWN) for number in range(50)),
]
GOOD = [Entry("good", (Signal("sha256", sha256("also good")), Signal("sha256", sha256("only good"))), source="NSRL")]
NEGATIVE = [Entry("grey", (Signal("pdq", pdq("grey")),), source="Hotline A")]


def write_lists(folder: Path) -> None:
    publish(folder / "known", ENTRIES, name="known", release="r1")
    publish(folder / "good", GOOD, name="good", release="r1", purpose="known-good")
    publish(folder / "junk", [*NEGATIVE], name="junk", release="r1", purpose="negative")
