"""Signals as commands take them: a text for each, or JSON objects."""

from __future__ import annotations

from typing import Any, NamedTuple

import click
import msgspec

from vaern.cli.output import count, safe
from vaern.records import ALL_KINDS, DIGEST_KINDS, FRAME_BYTES, PDQ_BYTES, VALUE_KINDS, Orientation, Region, Signal

LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
"""Kinds that a value may be taken for by its length, with that in bytes."""

SHOWN = 80
"""Characters of a value that is wrong which are repeated."""


class Asking(NamedTuple):
    """A signal to look up.

    Attributes:
        signal: as it is compared.
        id: what whoever asks calls it: the name of its file, or the id that it came with. It stays on this machine.
    """

    signal: Signal
    id: str = ""


class Unreadable(ValueError):
    """A text is no value of its kind; the message says why."""


class _Row(msgspec.Struct, frozen=True):
    """A signal of a file, as a call of the look-up service has it, or `vaern hash --json`."""

    kind: str
    value: str = ""
    digest: str = ""
    quality: int | None = None
    orientation: Orientation = "upright"
    region: Region = "whole"
    frame: int = 0
    id: str = ""


class _Group(msgspec.Struct, frozen=True):
    """What has signals: a file, as `vaern hash --json` has it, or a call of the look-up service."""

    signals: list[_Row] = []
    name: str = ""


class SignalText(click.ParamType[tuple[Signal, ...]]):
    """A value, with `kind:` before it where its length does not tell."""

    name = "signal"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Signal, ...]:
        """The signals that the text can stand for."""
        try:
            return of_text(value)
        except Unreadable as error:
            self.fail(f"{error}.", param, ctx)


def of_text(value: str, kind: str = "") -> tuple[Signal, ...]:
    """The signals that a text can stand for.

    Args:
        value: `kind:value`, or a value whose length tells what it may be.
        kind: what a value is that does not say it.

    Raises:
        Unreadable: it stands for none.
    """
    said, colon, text = value.partition(":")
    if kind in VALUE_KINDS:  # an address has a colon of its own
        said, colon, text = kind, ":", value
    elif colon and said.lower() not in ALL_KINDS:
        kinds = ", ".join(ALL_KINDS)
        raise Unreadable(f"{safe(said[:SHOWN])!r} cannot be looked up; {kinds} can")
    elif kind and not colon:
        said, colon, text = kind, ":", value
    try:
        return (_named(said.lower(), text),) if colon else _by_length(value)
    except Unreadable as error:
        raise Unreadable(f"{safe(value[:SHOWN])!r}: {error}") from None


def of_object(text: bytes) -> list[Asking]:
    """The signals of a JSON object.

    It is a signal as a call of the look-up service has it, such a call, a file as `vaern hash --json` writes it, or a
    line of `findings.jsonl`.

    Raises:
        Unreadable: it is none, and why.
    """
    try:
        return _askings(text)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None


def of_cells(cells: dict[str, str]) -> Asking:
    """The signal of a row of `vaern hash --csv`, by its columns.

    Raises:
        Unreadable: it is none, and why.
    """
    try:
        row = msgspec.convert({name: cell for name, cell in cells.items() if cell}, _Row, strict=False)
    except msgspec.ValidationError as error:
        raise Unreadable(str(error)) from None
    return _asking(row, cells.get("name", ""))


def _askings(text: bytes) -> list[Asking]:
    said: Any = msgspec.json.decode(text)
    if isinstance(said, dict) and "media" in said:
        said = said["media"]
    if not (isinstance(said, dict) and "kind" not in said and said.keys() & {"name", "signals"}):
        return [_asking(msgspec.convert(said, _Row), "")]
    group = msgspec.convert(said, _Group)
    found = []
    for number, row in enumerate(group.signals):
        try:
            found.append(_asking(row, group.name))
        except Unreadable as error:
            raise Unreadable(f"signals[{number}]: {error}") from None
    return found


def _asking(row: _Row, name: str) -> Asking:
    if row.digest and (row.value or row.kind not in VALUE_KINDS):
        raise Unreadable(f"a digest stands instead of the value of {', '.join(VALUE_KINDS)}, and of no other kind")
    if row.digest:
        signal = Signal(row.kind if row.kind == "keyword" else f"{row.kind}-sha256", _digest_of(row.digest))
    else:
        signal = _named(row.kind, row.value)
    if row.quality is not None and not 0 <= row.quality <= 100:
        raise Unreadable("a quality is 0 to 100")
    return Asking(
        Signal(signal.kind, signal.value, row.quality, row.orientation, row.region, row.frame), row.id or name
    )


def _named(kind: str, text: str) -> Signal:
    """A value that says its kind: a text in any spelling, and a PDQ value also with `,QUALITY` behind it."""
    if kind in LENGTHS:
        value, comma, quality = text.strip().partition(",")
        if comma and not (kind == "pdq" and quality.isdecimal() and int(quality) <= 100):
            raise Unreadable("behind the comma stands the quality of a PDQ value, 0 to 100")
        return Signal(kind, _of_length(kind, value), int(quality) if comma else None)
    from vaern.formats.signals import Refused, parse
    from vaern.formats.values import ValueRefused, normal

    try:
        return Signal(kind, normal(kind, text)) if kind in VALUE_KINDS else parse(kind, text)[0]
    except (Refused, ValueRefused) as error:
        raise Unreadable(str(error)) from None


def _by_length(text: str) -> tuple[Signal, ...]:
    """All that a value can stand for that does not say its kind."""
    raw = _bytes_of(text)
    kinds = [kind for kind, length in LENGTHS.items() if length == len(raw)]
    if not kinds:
        expected = ", ".join(f"{kind} {2 * length}" for kind, length in LENGTHS.items())
        raise Unreadable(f"{2 * len(raw)} digits; expected: {expected}")
    return tuple(Signal(kind, raw) for kind in kinds)


def _of_length(kind: str, text: str) -> bytes:
    raw = _bytes_of(text)
    if len(raw) != LENGTHS[kind]:
        raise Unreadable(f"{2 * len(raw)} digits; {kind} has {2 * LENGTHS[kind]}")
    return raw


def _digest_of(text: str) -> bytes:
    if len(raw := _bytes_of(text)) != DIGEST_KINDS["sha256"]:
        raise Unreadable("a SHA-256 has 64 digits")
    return raw


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise Unreadable("not hexadecimal, with two digits for each byte") from None


def written(signal: Signal) -> str:
    """The value as programs read it: hexadecimal, or the text that it is."""
    if signal.kind not in VALUE_KINDS:
        return signal.value.hex()
    from vaern.formats.signals import render

    return render(signal)


def named(asking: Asking) -> str:
    """The signal for a person: of a video how many frames it has, not its hundred thousand digits."""
    signal = asking.signal
    frames = len(signal.value) // FRAME_BYTES
    value = count(frames, "frame") if signal.kind == "vpdq" else written(signal)
    quality = "" if signal.quality is None else f", quality {signal.quality}"
    turned = "" if signal.orientation == "upright" else f", {signal.orientation}"
    part = "" if signal.region == "whole" else f", {signal.region}"
    return f"{asking.id}: " * bool(asking.id) + f"{signal.kind} {value}{quality}{turned}{part}"
