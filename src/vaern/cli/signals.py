"""Signals as commands take them: each by itself, or of files, a JSON object a line."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, NamedTuple

import click
import msgspec

from vaern.cli.errors import CannotRun
from vaern.cli.output import count, safe
from vaern.records import ALL_KINDS, DIGEST_KINDS, FRAME_BYTES, PDQ_BYTES, VALUE_KINDS, Orientation, Region, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
"""Kinds that a value may be taken for by its length, with that in bytes."""

MOST_FAULTS = 20
"""Of a file that are named."""

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


class _Unreadable(ValueError):
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
        kind, colon, text = value.partition(":")
        if colon and kind.lower() not in ALL_KINDS:
            self.fail(f"{safe(kind[:SHOWN])!r} cannot be looked up; {', '.join(ALL_KINDS)} can.", param, ctx)
        try:
            return (_named(kind.lower(), text),) if colon else _by_length(value)
        except _Unreadable as error:
            self.fail(f"{safe(value[:SHOWN])!r}: {error}.", param, ctx)


def of_file(file: IO[bytes]) -> list[Asking]:
    """The signals of a file: a JSON object a line, or one that takes more lines.

    An object is a signal as a call of the look-up service has it, such a call, a file as `vaern hash --json` writes it,
    or a line of `findings.jsonl`.

    Raises:
        CannotRun: it has faults, each with its line; nothing of it is looked up.
    """
    found: list[Asking] = []
    faults: list[str] = []
    for place, text in _objects(file):
        try:
            found += _askings(text)
        except (_Unreadable, ValueError) as error:
            faults.append(f"{place}: {error}")
    if not faults and not found:
        faults.append("there is no signal in it")
    if faults:
        named, more = faults[:MOST_FAULTS], len(faults) - MOST_FAULTS
        rest = f"; and {count(more, 'more line')}" if more > 0 else ""
        raise CannotRun(f"{file.name} cannot be used; nothing was looked up: {'; '.join(named)}{rest}")
    return found


def _objects(file: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Each object with its place; a first line that is none by itself begins one that goes on to the end."""
    first = True
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        if first and not _is_json(line):
            yield f"from line {number}", line + file.read()
            return
        first = False
        yield f"line {number}", line


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text)
    except ValueError:  # also bytes that are no UTF-8
        return False
    return True


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
        except _Unreadable as error:
            raise _Unreadable(f"signals[{number}]: {error}") from None
    return found


def _asking(row: _Row, name: str) -> Asking:
    if row.digest and (row.value or row.kind not in VALUE_KINDS):
        raise _Unreadable(f"a digest stands instead of the value of {', '.join(VALUE_KINDS)}, and of no other kind")
    if row.digest:
        signal = Signal(row.kind if row.kind == "keyword" else f"{row.kind}-sha256", _digest_of(row.digest))
    else:
        signal = _named(row.kind, row.value)
    if row.quality is not None and not 0 <= row.quality <= 100:
        raise _Unreadable("a quality is 0 to 100")
    return Asking(
        Signal(signal.kind, signal.value, row.quality, row.orientation, row.region, row.frame), row.id or name
    )


def _named(kind: str, text: str) -> Signal:
    """A value that says its kind: a text in any spelling, and a PDQ value also with `,QUALITY` behind it."""
    from vaern.formats.signals import Refused, parse
    from vaern.formats.values import ValueRefused, normal

    if kind in LENGTHS:
        value, comma, quality = text.strip().partition(",")
        if comma and not (kind == "pdq" and quality.isdecimal() and int(quality) <= 100):
            raise _Unreadable("behind the comma stands the quality of a PDQ value, 0 to 100")
        return Signal(kind, _of_length(kind, value), int(quality) if comma else None)
    try:
        return Signal(kind, normal(kind, text)) if kind in VALUE_KINDS else parse(kind, text)[0]
    except (Refused, ValueRefused) as error:
        raise _Unreadable(str(error)) from None


def _by_length(text: str) -> tuple[Signal, ...]:
    """All that a value can stand for that does not say its kind."""
    raw = _bytes_of(text)
    kinds = [kind for kind, length in LENGTHS.items() if length == len(raw)]
    if not kinds:
        expected = ", ".join(f"{kind} {2 * length}" for kind, length in LENGTHS.items())
        raise _Unreadable(f"{2 * len(raw)} digits; expected: {expected}")
    return tuple(Signal(kind, raw) for kind in kinds)


def _of_length(kind: str, text: str) -> bytes:
    raw = _bytes_of(text)
    if len(raw) != LENGTHS[kind]:
        raise _Unreadable(f"{2 * len(raw)} digits; {kind} has {2 * LENGTHS[kind]}")
    return raw


def _digest_of(text: str) -> bytes:
    if len(raw := _bytes_of(text)) != DIGEST_KINDS["sha256"]:
        raise _Unreadable("a SHA-256 has 64 digits")
    return raw


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise _Unreadable("not hexadecimal, with two digits for each byte") from None


def written(signal: Signal) -> str:
    """The value as programs read it: hexadecimal, or the text that it is."""
    from vaern.formats.signals import render

    return signal.value.hex() if signal.kind not in VALUE_KINDS else render(signal)


def named(asking: Asking) -> str:
    """The signal for a person: of a video how many frames it has, not its hundred thousand digits."""
    signal = asking.signal
    frames = len(signal.value) // FRAME_BYTES
    value = count(frames, "frame") if signal.kind == "vpdq" else written(signal)
    quality = "" if signal.quality is None else f", quality {signal.quality}"
    turned = "" if signal.orientation == "upright" else f", {signal.orientation}"
    part = "" if signal.region == "whole" else f", {signal.region}"
    return f"{asking.id}: " * bool(asking.id) + f"{signal.kind} {value}{quality}{turned}{part}"
