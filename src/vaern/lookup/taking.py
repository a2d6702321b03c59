"""From the bytes of a call to its signals, whole or not at all: whatever is wrong is named with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.lookup.wire import (
    ASKED_KINDS,
    JSON,
    MESSAGEPACK,
    MOST_FAULTS,
    MOST_FRAMES,
    MOST_SIGNALS,
    MOST_TEXT,
    MOST_WORDS,
    Asked,
    Fault,
    Question,
    Refused,
)
from vaern.records import DIGEST_KINDS, PDQ_BYTES, VALUE_KINDS, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
_FRAME = 40


class _Envelope(msgspec.Struct, frozen=True):
    signals: tuple[msgspec.Raw, ...]
    purpose: str = ""
    reference: str = ""


class WireError(ValueError):
    """A call that cannot be answered."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(faults)} faults")

    @property
    def refused(self) -> Refused:
        """What the caller is told."""
        more = max(0, len(self.faults) - MOST_FAULTS)
        return Refused("The call was not understood; nothing was looked up.", self.faults[:MOST_FAULTS], more)


_QUESTION: dict[str, msgspec.json.Decoder[Question] | msgspec.msgpack.Decoder[Question]] = {
    JSON: msgspec.json.Decoder(Question),
    MESSAGEPACK: msgspec.msgpack.Decoder(Question),
}
_ENVELOPE: dict[str, msgspec.json.Decoder[_Envelope] | msgspec.msgpack.Decoder[_Envelope]] = {
    JSON: msgspec.json.Decoder(_Envelope),
    MESSAGEPACK: msgspec.msgpack.Decoder(_Envelope),
}
_ASKED: dict[str, msgspec.json.Decoder[Asked] | msgspec.msgpack.Decoder[Asked]] = {
    JSON: msgspec.json.Decoder(Asked),
    MESSAGEPACK: msgspec.msgpack.Decoder(Asked),
}


class Batch(msgspec.Struct, frozen=True):
    """A call that was understood.

    Attributes:
        signals: as the matcher takes them.
        asked: as the caller sent them, in the same order.
        purpose, reference: see `Question`.
    """

    signals: tuple[Signal, ...]
    asked: tuple[Asked, ...]
    purpose: str = ""
    reference: str = ""


def understood(body: bytes, media_type: str) -> Batch:
    """A call out of its body.

    Args:
        body: of at most `MOST_BYTES`.
        media_type: `JSON` or `MESSAGEPACK`.

    Raises:
        WireError: every fault, with its place.
    """
    try:
        question = _QUESTION[media_type].decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WireError(_shape_faults(body, media_type, error)) from error
    faults = _envelope_faults(question.purpose, question.reference, len(question.signals))
    signals = []
    for number, asked in enumerate(question.signals):
        signal = signal_of(asked, f"signals[{number}]", faults)
        if signal:
            signals.append(signal)
    if faults:
        raise WireError(faults)
    return Batch(tuple(signals), question.signals, question.purpose, question.reference)


def asked_in(body: bytes, *, stream: bool = False) -> tuple[Signal, ...]:
    """The signals that a call asked, out of its body as whoever asked kept it: JSON, MessagePack, or the stream.

    Args:
        body: as it was sent.
        stream: a signal a line.

    Raises:
        WireError: it is no call: every fault, with its place.
    """
    if stream:
        body = b'{"signals":[' + b",".join(line for line in body.splitlines() if line.strip()) + b"]}"
    return understood(body, JSON if body.lstrip()[:1] == b"{" else MESSAGEPACK).signals


def _shape_faults(body: bytes, media_type: str, error: Exception) -> list[Fault]:
    """Every fault of a call that has not the shape of one."""
    try:
        envelope = _ENVELOPE[media_type].decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as outer:
        return [_fault_of(outer, "")]
    faults = _envelope_faults(envelope.purpose, envelope.reference, len(envelope.signals))
    for number, raw in enumerate(envelope.signals[:MOST_SIGNALS]):
        place = f"signals[{number}]"
        try:
            signal_of(_ASKED[media_type].decode(raw), place, faults)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as inner:
            faults.append(_fault_of(inner, place))
    return faults or [_fault_of(error, "")]


def _fault_of(error: Exception, place: str) -> Fault:
    text, _, path = str(error).partition(" - at `$")
    if isinstance(error, msgspec.ValidationError):
        return Fault(place + path.rstrip("`").lstrip("." if not place else ""), "type", _without_values(text))
    return Fault(place, "syntax", "not the media type that it says it is, or cut off")


def _without_values(text: str) -> str:
    """What the decoder says, without what was sent: it may be anything."""
    return "Invalid enum value" if text.startswith("Invalid enum value") else text


def _envelope_faults(purpose: str, reference: str, number: int) -> list[Fault]:
    faults = [
        Fault(name, "length", f"longer than {MOST_WORDS} characters")
        for name, text in (("purpose", purpose), ("reference", reference))
        if len(text) > MOST_WORDS
    ]
    if not 1 <= number <= MOST_SIGNALS:
        faults.append(Fault("signals", "number", f"{number} signals; one call has 1 to {MOST_SIGNALS}"))
    return faults


def signal_of(asked: Asked, place: str, faults: list[Fault]) -> Signal | None:
    """A signal as the matcher takes it; of one that is wrong the faults are added, and there is none."""
    before = len(faults)
    kind, value = asked.kind, b""
    if kind not in ASKED_KINDS:
        faults.append(Fault(f"{place}.kind", "kind", f"none of {', '.join(ASKED_KINDS)}"))
    elif kind in VALUE_KINDS:
        kind, value = _text_value(asked, place, faults)
    elif asked.digest:
        faults.append(Fault(f"{place}.digest", "digest", "only of an address, a domain, a keyword or a wallet"))
    else:
        value = _hexadecimal(asked.value, f"{place}.value", faults)
        if len(faults) == before:
            _check_length(kind, value, f"{place}.value", faults)
    if asked.quality is not None and not 0 <= asked.quality <= 100:
        faults.append(Fault(f"{place}.quality", "quality", "not 0 to 100"))
    if len(asked.id) > MOST_WORDS:
        faults.append(Fault(f"{place}.id", "length", f"longer than {MOST_WORDS} characters"))
    if len(faults) > before:
        return None
    return Signal(kind, value, asked.quality, asked.orientation, asked.region)


def _text_value(asked: Asked, place: str, faults: list[Fault]) -> tuple[str, bytes]:
    """What a text is looked up by: itself, or the digest that was sent for it."""
    if asked.digest and asked.value:
        faults.append(Fault(f"{place}.digest", "both", "a value or its digest, not both"))
    elif asked.digest:
        value = _hexadecimal(asked.digest, f"{place}.digest", faults)
        if value and len(value) != 32:
            faults.append(Fault(f"{place}.digest", "length", "a SHA-256 has 64 digits"))
        return (asked.kind if asked.kind == "keyword" else f"{asked.kind}-sha256"), value
    elif asked.kind == "keyword":
        faults.append(Fault(f"{place}.digest", "missing", "a keyword is asked by the SHA-256 of its normal form alone"))
    elif not 1 <= len(asked.value) <= MOST_TEXT:
        faults.append(Fault(f"{place}.value", "length", f"1 to {MOST_TEXT} characters"))
    try:
        return asked.kind, asked.value.encode()
    except UnicodeEncodeError:
        faults.append(Fault(f"{place}.value", "text", "no Unicode text"))
        return asked.kind, b""


def _hexadecimal(text: str, place: str, faults: list[Fault]) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if 2 * len(value) != len(text) or not text:  # fromhex lets spaces pass
        faults.append(Fault(place, "hexadecimal", "expected hexadecimal, two digits for each byte"))
        return b""
    return value


def _check_length(kind: str, value: bytes, place: str, faults: list[Fault]) -> None:
    if (length := _LENGTHS.get(kind)) and len(value) != length:
        faults.append(Fault(place, "length", f"a value of {kind} has {2 * length} digits, this one {2 * len(value)}"))
    if kind == "vpdq" and (len(value) % _FRAME or len(value) > _FRAME * MOST_FRAMES):
        faults.append(Fault(place, "length", f"1 to {MOST_FRAMES} frames of {2 * _FRAME} digits"))
