"""What the parent and a worker say to each other over their socket pair.

A message is a length (four bytes, big endian) and so many bytes of msgpack. A job comes with one read-only
descriptor (SCM_RIGHTS). The parent trusts nothing that a worker says: see `plausible`.
"""

from __future__ import annotations

import math
import re
import socket
import struct
from typing import TYPE_CHECKING

import msgspec

from vaern.records import DIGEST_KINDS, FRAME_BYTES, PDQ_BYTES, Media
from vaern.scanning.names import is_printable
from vaern.scanning.options import ScanOptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vaern.records import Traits

Position = tuple[int, ...]
"""Place of a member in the archive on disk, see `records.Media.member`; empty for the file itself."""

MEMBER_MARK = "!/"
"""Between the name of an archive and that of its member."""

MAX_MESSAGE = 64 << 20
MAX_TEXT = 4096
"""Characters of a member's name, or of a remark."""
MAX_NOTES = 100
MAX_TRAIT = 100
"""Characters of a make, a model or a serial number."""

_TOGETHER = 253
"""Descriptors that Linux passes on at once (`SCM_MAX_FD`)."""

_LENGTH = struct.Struct(">I")
_LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}  # of a signal, in bytes


class Setup(msgspec.Struct, frozen=True, tag="setup"):
    """First message to a worker."""

    options: ScanOptions


class Job(msgspec.Struct, frozen=True, tag="job"):
    """One file to read; its descriptor comes along, and those of the files that go on with it.

    Attributes:
        size: bytes.
        modified: ISO 8601 in UTC.
        after: members up to and with this one are done already.
        digests_only: places whose content ended a worker before: neither decoded nor looked into.
        further: how many files go on with it.
        whole: bytes of all of them.
        quiet: unless it is media, or something to look into, only its record is to be told, perhaps with those of the
            jobs that wait behind it.
    """

    size: int
    modified: str | None = None
    after: Position = ()
    digests_only: tuple[Position, ...] = ()
    further: int = 0
    whole: int = 0
    quiet: bool = False


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker is locked in: state of each layer, and the version of each decoder."""

    layers: dict[str, str]
    versions: dict[str, str]


class Began(msgspec.Struct, frozen=True, tag="began"):
    """The worker starts on what lies at `position`. `name` is that of the member within the archive on disk."""

    position: Position
    name: str
    size: int


class Listing(msgspec.Struct, frozen=True, tag="listing"):
    """The worker reads on in the list of members of the archive at `position`."""

    position: Position


class Longer(msgspec.Struct, frozen=True, tag="longer"):
    """What the worker is at is a video that takes `seconds` of processor time by its own account."""

    position: Position
    seconds: float


class Hashed(msgspec.Struct, frozen=True, tag="hashed"):
    """What lies at `position` is done; at the empty position the job is done."""

    position: Position
    media: Media


Order = Setup | Job
Report = Ready | Began | Listing | Longer | Hashed

_orders: msgspec.msgpack.Decoder[Order] = msgspec.msgpack.Decoder(Order)
_reports: msgspec.msgpack.Decoder[Report] = msgspec.msgpack.Decoder(Report)


class ProtocolError(Exception):
    """The other side does not keep to the protocol."""


def packed(message: Order | Report) -> bytes:
    """A message with its length."""
    body = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(body)) + body


def send(channel: socket.socket, data: bytes, descriptors: Sequence[int] = ()) -> None:
    """Send packed messages, with descriptors that the other side gets copies of.

    Raises:
        OSError: the other side is gone.
    """
    for first in range(0, len(descriptors), _TOGETHER):  # each lot with a byte of the message, for none goes alone
        some = descriptors[first : first + _TOGETHER]
        data = data[socket.send_fds(channel, [data[:1]], some) :]
    channel.sendall(data)


class Orders:
    """The worker's end: reads orders, and the descriptors that come with them, in turn."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._buffer = bytearray()
        self._descriptors: list[int] = []

    def __iter__(self) -> Iterator[tuple[Order, list[int]]]:
        """Each order with its descriptors, until the parent hangs up."""
        while True:
            body = _take(self._buffer)
            if body is not None:
                order = _orders.decode(body)
                come = 1 + order.further if isinstance(order, Job) else 0
                own, self._descriptors = self._descriptors[:come], self._descriptors[come:]
                yield order, own
                continue
            data, descriptors, _, _ = socket.recv_fds(self._channel, 65536, _TOGETHER)
            self._descriptors += descriptors
            if not data:
                return
            self._buffer += data

    @property
    def has_more(self) -> bool:
        """Whether the next order is here already."""
        return _end(self._buffer) <= len(self._buffer)


class Reports:
    """The parent's end: what a worker has said so far."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Report]:
        """Take bytes from the socket, give the messages that they complete.

        Raises:
            ProtocolError: it is no message that a sound worker sends.
        """
        self._buffer += data
        while (body := _take(self._buffer)) is not None:
            try:
                report = _reports.decode(body)
            except (msgspec.MsgspecError, ValueError) as error:  # ValueError: text that is not UTF-8
                raise ProtocolError(str(error)) from None
            if not plausible(report):
                raise ProtocolError("a record with impossible values")
            yield report


def plausible(report: Report) -> bool:
    """Whether a sound worker could have said this: lengths of signals, sizes, text without control characters.

    Which archive a member is in is for the parent to say: a worker that could would touch other files than its own.
    """
    if isinstance(report, Began):
        return report.size >= 0 and _is_text(report.name)
    if isinstance(report, Longer):
        return 0 <= report.seconds < math.inf
    if not isinstance(report, Hashed):
        return True
    media = report.media
    texts = (
        media.name,
        media.mime,
        media.unreadable,
        media.unopened,
        media.taken or "",
        media.modified or "",
        media.camera or "",
    )
    return (
        media.size >= 0
        and not (media.archive or media.member or media.archive_state)
        and len(media.notes) <= MAX_NOTES
        and all(map(_is_text, filter(None, (*texts, *media.notes))))
        and all(_is_signal(signal.kind, len(signal.value)) for signal in media.signals)
        and (media.traits is None or _are_traits(media.traits))
    )


def _are_traits(traits: Traits) -> bool:
    """Whether a worker could have read this: the shape of the name and the folder are for the parent to say."""
    texts = (traits.make, traits.model, traits.serial, traits.lens, traits.lens_serial)
    north, east = traits.place or (0.0, 0.0)
    return (
        not (traits.name or traits.folder)
        and all(len(text) <= MAX_TRAIT and _is_text(text) for text in texts)
        and abs(north) <= 90
        and abs(east) <= 180
    )


def follows(position: Position, after: Position) -> bool:
    """Whether a worker can come to `position` when all up to `after` is done: an archive ends after its members."""
    return not after or _order(position) > _order(after)


def _order(position: Position) -> tuple[float, ...]:
    return (*position, math.inf)


def _is_text(text: str) -> bool:
    return len(text) <= MAX_TEXT and is_printable(text) and not re.search("[\ud800-\udfff]", text)


def _is_signal(kind: str, length: int) -> bool:
    if kind == "vpdq":
        return length > 0 and length % FRAME_BYTES == 0
    return length == _LENGTHS.get(kind)


def _take(buffer: bytearray) -> bytes | None:
    """Remove one whole message from the front of the buffer."""
    end = _end(buffer)
    if end > len(buffer):
        return None
    body = bytes(buffer[_LENGTH.size : end])
    del buffer[:end]
    return body


def _end(buffer: bytearray) -> int:
    """Where the first message ends, or would at the earliest."""
    if len(buffer) < _LENGTH.size:
        return _LENGTH.size
    (length,) = _LENGTH.unpack_from(buffer)
    if length > MAX_MESSAGE:
        raise ProtocolError(f"a message of {length} bytes")
    return _LENGTH.size + int(length)
