"""From the text of a hash value, as lists write it, to a `Signal`, or the reason why not.

Junk is refused here, by rules that need no list: a value of the wrong length, one byte repeated (all zero,
all ones, the `a1a1…` of documentation), the digest of no bytes at all, a PDQ value with hardly any or nearly
all bits set, and values known to be written by faulty software. One bad value costs that signal, never the
entry.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cached_property

from vaern.faults import Said, say
from vaern.formats import vpdq_text
from vaern.records import DIGEST_KINDS, FRAME_BYTES, OPAQUE_KINDS, PDQ_BYTES, VALUE_KINDS, Signal

PDQ_WEIGHT = (64, 192)
"""Least and most ones of a PDQ value that is loaded. A genuine value has exactly 128, because it is cut at
the median; flat areas tie with the median and take ones away. Below 64 more than a quarter of the picture's
frequencies tie: two such values can lie within 31 bits of each other without having anything in common but
emptiness. 64 and 192 are also eight standard deviations of a random value, so they never refuse one that is
merely unusual."""

PDNA_BYTES = 144
"""Length of a PhotoDNA value (Project VIC documents: 192 characters of base64, or 288 hexadecimal digits)."""

MAX_VALUE = 1 << 22
"""Characters of the longest value that is read. A TMK value is about 351,000 characters of base64; a vPDQ value has
80 for each frame."""


class Refused(Exception):
    """The value is no usable signal; the text says why, and does not repeat the value.

    Attributes:
        what: why, as a code with values.
    """

    def __init__(self, what: Said) -> None:
        super().__init__(str(what))
        self.what = what


@dataclass(frozen=True)
class Junk:
    """Values that are known to be wrong, whoever lists them.

    Attributes:
        values: (kind, bytes) of exact values.
        prefixes: (kind, first bytes) of families of values.
    """

    values: frozenset[tuple[str, bytes]] = frozenset()
    prefixes: tuple[tuple[str, bytes], ...] = ()

    def has(self, kind: str, value: bytes) -> bool:
        """Whether the value is one of them."""
        return (kind, value) in self.values or (kind in self._families and value.startswith(self._families[kind]))

    @cached_property
    def _families(self) -> dict[str, tuple[bytes, ...]]:
        """The prefixes by kind: this is asked of every value of every list."""
        kinds = {kind for kind, _ in self.prefixes}
        return {kind: tuple(prefix for its_kind, prefix in self.prefixes if its_kind == kind) for kind in kinds}


KNOWN_JUNK = Junk(
    values=frozenset(
        [*((kind, hashlib.new(kind, b"").digest()) for kind in DIGEST_KINDS), ("keyword", hashlib.sha256().digest())]
    ),
    prefixes=(("pdna", base64.b64decode("AAMANwABAD0A")),),
)
"""The digests of an empty file, which would make every empty file known, and the constant PhotoDNA value that
one vendor's software wrote when it failed (research: `formats.md`, (a))."""

LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
"""Bytes of the kinds whose values are digits and nothing else."""


def parse(kind: str, text: str, junk: Junk = KNOWN_JUNK, *, quality: int | None = None) -> tuple[Signal, str]:
    """Reads one value.

    Args:
        kind: one of `records.KINDS`.
        text: as the list writes it; surrounding space does not count, upper and lower case are one.
        junk: values to refuse.
        quality: PDQ quality 0-100 where the list gives it.

    Returns:
        The signal, and how the value was written where there are several ways: `hex`, `HEX`, `base64` or `text` of
        an opaque one, `json` of frames as ThreatExchange lists them (`render` writes it so again); else empty.

    Raises:
        Refused: not a usable value of this kind.
    """
    text = text.strip()
    if len(text) > MAX_VALUE:
        raise Refused(say("signal_longer", kind=kind, n=len(text)))
    if kind in OPAQUE_KINDS:
        value, encoding = _opaque(kind, text)
    elif kind == "vpdq" and text.startswith("["):
        value, encoding = _frames(text), "json"
    else:
        value, encoding = _hexadecimal(kind, text), ""
    refuse_junk(kind, value, junk)
    return Signal(kind, value, quality=quality), encoding


def render(signal: Signal, encoding: str = "") -> str:
    """The text of a value, as it came: the inverse of `parse`. `json` is ThreatExchange's form of `vpdq`.

    What is no hash is its own text, in its normal form, and a keyword its digest.
    """
    if signal.kind in VALUE_KINDS and signal.kind != "keyword":
        return signal.value.decode()
    if encoding == "text":
        return signal.value.decode()
    if encoding == "base64":
        return base64.b64encode(signal.value).decode("ascii")
    if encoding == "json":
        return vpdq_text.to_json(signal.value)
    text = signal.value.hex()
    return text.upper() if encoding == "HEX" else text


def is_hex(text: str) -> bool:
    """Whether a text is hexadecimal digits in pairs, nothing else."""
    try:
        return len(bytes.fromhex(text)) * 2 == len(text)  # fromhex skips spaces: the length tells
    except ValueError:
        return False


def _hexadecimal(kind: str, text: str) -> bytes:
    if kind == "vpdq":
        if not text or len(text) % (2 * FRAME_BYTES):
            raise Refused(say("signal_multiple", kind=kind, n=len(text), digits=2 * FRAME_BYTES))
    elif kind not in LENGTHS:
        raise Refused(say("signal_kind", kind=kind))
    elif len(text) != 2 * LENGTHS[kind]:
        raise Refused(say("signal_digits", kind=kind, n=len(text), digits=2 * LENGTHS[kind]))
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) * 2 != len(text):
        raise Refused(say("signal_hexadecimal", kind=kind))
    return value


def _frames(text: str) -> bytes:
    try:
        return vpdq_text.from_json(text)
    except ValueError as error:
        raise Refused(say("signal_frames")) from error


def _opaque(kind: str, text: str) -> tuple[bytes, str]:
    """Bytes and spelling of a foreign value, such that `render` gives the text back."""
    if not text or text.endswith(("...", "…")):
        raise Refused(say("signal_placeholder", kind=kind))
    value, encoding = _spelling(text, any_case=kind == "pdna")
    if kind == "pdna" and (len(value) != PDNA_BYTES or encoding == "text"):
        raise Refused(say("signal_pdna", n=len(text)))
    return value, encoding


def _spelling(text: str, *, any_case: bool) -> tuple[bytes, str]:
    if is_hex(text):
        if text == text.lower():
            return bytes.fromhex(text), "hex"
        if any_case or text == text.upper():
            return bytes.fromhex(text), "HEX"
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:  # binascii.Error is one
        value = b""
    if value and base64.b64encode(value).decode("ascii") == text:
        return value, "base64"
    return text.encode("utf-8", "replace"), "text"


def refuse_junk(kind: str, value: bytes, junk: Junk = KNOWN_JUNK) -> None:
    """Refuses a value that would match at random.

    Raises:
        Refused: all its bytes are one, it is known as junk, or it is a PDQ value of a picture without content.
    """
    if len(value) > 1 and value[0] == value[-1] and value.count(value[0]) == len(value):
        raise Refused(say("signal_repeated", kind=kind, byte=f"{value[0]:02x}"))
    if junk.has(kind, value):
        raise Refused(say("signal_junk", kind=kind))
    if kind == "pdq":
        weight = int.from_bytes(value, "big").bit_count()
        least, most = PDQ_WEIGHT
        if not least <= weight <= most:
            raise Refused(say("signal_weight", n=weight, least=least, most=most))
