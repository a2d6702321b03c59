"""Lists of short values are taken, whatever they are and however many; one long value of unknown bytes is not."""

from __future__ import annotations

import base64
import json
import random
import uuid

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaern.node.web.guard.media import media_in

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = LETTERS + LETTERS.upper() + "0123456789_-"


def of(signs: str, shortest: int, longest: int | None = None) -> object:
    return lambda rng: "".join(rng.choices(signs, k=rng.randint(shortest, longest or shortest)))


def base32(size: int, rng: random.Random) -> str:
    return base64.b32encode(rng.randbytes(size)).decode().rstrip("=")


def base64_of(size: int, rng: random.Random, *, padded: bool = True) -> str:
    text = base64.b64encode(rng.randbytes(size)).decode()
    return text if padded else text.rstrip("=").replace("+", "-").replace("/", "_")


TOKENS = {
    "UUIDs": lambda rng: str(uuid.UUID(bytes=rng.randbytes(16))),
    "SHA-1 in base32": lambda rng: base32(20, rng),
    "MD5": lambda rng: rng.randbytes(16).hex(),
    "SHA-256": lambda rng: rng.randbytes(32).hex(),
    "SHA-512": lambda rng: rng.randbytes(64).hex(),
    "MD5 in base64": lambda rng: base64_of(16, rng),
    "SHA-1 in base64": lambda rng: base64_of(20, rng, padded=False),
    "SHA-256 in base64": lambda rng: base64_of(32, rng),
    "SHA-512 in base64": lambda rng: base64_of(64, rng, padded=False),
    "bitcoin addresses": of(BASE58, 26, 34),
    "bitcoin addresses of 42": lambda rng: "bc1q" + "".join(rng.choices("023456789acdefghjklmnpqrstuvwxyz", k=38)),
    "Monero addresses": lambda rng: "4" + "".join(rng.choices(BASE58, k=94)),
    "onion names": lambda rng: base32(35, rng).lower(),
    "onion names with their end": lambda rng: base32(35, rng).lower() + ".onion",
    "user names": of(NAMES, 20, 30),
    "user names of one length": of(NAMES, 24),
    "telephone numbers": of("0123456789", 8, 12),
    "IPv4 addresses": lambda rng: ".".join(str(rng.randrange(256)) for _ in range(4)),
    "IPv6 addresses": lambda rng: ":".join(f"{rng.randrange(65536):x}" for _ in range(8)),
    "file names": lambda rng: f"IMG_{rng.randrange(10**8):08}_{rng.randbytes(8).hex()}",
    "PDQ": lambda rng: rng.randbytes(32).hex(),
    "short words": of(LETTERS, 1, 6),
}
JOINED = ("\n", "\r\n", ", ", ";", " ", "\n> ", "\n- ")


@pytest.mark.once
@pytest.mark.parametrize("kind", TOKENS)
@settings(max_examples=20)
@given(st.integers(0, 2**32), st.integers(1, 150), st.sampled_from(JOINED))
@example(872, 115, "\n")  # SHA-512 with `OggS` in it
@example(3898, 106, "\n")  # onion names with `qoif`
def test_a_list_of_short_values_is_taken(kind: str, seed: int, count: int, between: str) -> None:
    rng = random.Random(seed)
    values = [TOKENS[kind](rng) for _ in range(count)]  # type: ignore[operator]
    assert media_in(between.join(values).encode()) == ""
    assert media_in(json.dumps({"note": between.join(values)}).encode()) == ""
    assert media_in(json.dumps({"values": values}, indent=1).encode()) == ""


@pytest.mark.once
@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 3_000))
def test_a_signed_address_is_taken(seed: int, length: int) -> None:
    rng = random.Random(seed)
    token = "".join(rng.choices(NAMES + "+/", k=length)).replace("+", "%2B").replace("/", "%2F")
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Security-Token={token}&X-Amz-Signature={rng.randbytes(32).hex()}"
    for address in (f"https://bucket.s3.example/a/b.jpg?{query}", f"hxxps://bucket[.]example/a.jpg?{query}"):
        for text in (address, f"I saw it here: {address} yesterday", f"{address}\n{address}"):
            assert media_in(text.encode()) == ""
            assert media_in(json.dumps({"url": text}).encode()) == ""


@settings(max_examples=50)
@given(st.integers(0, 2**32), st.integers(768, 6_000), st.sampled_from([0, 60, 64, 70, 72, 75, 76, 77, 80, 100]))
def test_a_long_value_of_unknown_bytes_is_refused(seed: int, size: int, width: int) -> None:
    """However it is broken into lines by a program, and whatever its bytes are."""
    text = base64.b64encode(random.Random(seed).randbytes(size + 60)).decode().rstrip("=")
    broken = "\n".join(text[at : at + width] for at in range(0, len(text), width)) if width else text
    assert media_in(broken.encode())
    assert media_in(f"Dear colleague,\n\n{broken}\n\nregards".encode())
    assert media_in("\n".join(f"> {line}" for line in broken.split("\n")).encode())


@pytest.mark.parametrize(
    "text",
    [
        "I saw an <svg> tag, and a <path> in it",
        "the file begins with %PDF-1.7",
        "%PDF-1.7 is how it begins",
        "GIF89a stands at the beginning of the file",
        "ID3 tags named him",
        "I'm free to talk on Monday, and so is wide Peter",
        "OggS, fLaC and DDS are formats",
        "a link like data:image/png;base64, and then very much",
        "He posted it as {\\rtf1 text",
        "first page\x0csecond page",
        "one line\x0bof Word",
        "a line\x85of a mainframe",
        "-" * 4_000,
        ("_" * 70 + "\n") * 60,
        "=" * 2_000,
        "ha" * 1_000,
    ],
)
def test_words_about_media_and_signs_of_typing_are_taken(text: str) -> None:
    assert media_in(text.encode()) == ""
    assert media_in(json.dumps({"note": text}).encode()) == ""
