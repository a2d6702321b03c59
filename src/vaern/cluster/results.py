"""What a machine found in a share: a header, a record for each thing and each member, and a digest of all at the end.

Nothing of it is believed before the digest was compared, and then only what the share could hold: a machine speaks of
the things that it was given, in their order.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
from typing import IO, TYPE_CHECKING

import msgspec

from vaern.records import Media

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vaern.cluster.shares import Entry

IN_MEMORY = 8 << 20
"""Bytes of a result that is held in memory; a larger one lies in a file without a name."""

_LENGTH = struct.Struct(">I")
_MOST = 64 << 20
_END = 0
_DIGEST = 32


class ResultError(Exception):
    """A result is damaged, or not of the share that it should be of."""


class Header(msgspec.Struct, frozen=True):
    """Who read a share, and with what.

    Attributes:
        share: digest of the share.
        machine: its name.
        program: version of Værn.
        versions: of its decoders; none where nothing was decoded.
        layers: state of each layer of its sandbox, likewise.
    """

    share: bytes
    machine: str
    program: str
    versions: dict[str, str]
    layers: dict[str, str]


_header = msgspec.msgpack.Decoder(Header)
_media = msgspec.msgpack.Decoder(Media)


def spooled() -> IO[bytes]:
    """A file without a name, in memory while it is small."""
    return tempfile.SpooledTemporaryFile(IN_MEMORY)


def packed(message: Header | Media) -> bytes:
    """A message of a result, with its length."""
    body = msgspec.msgpack.encode(message)
    return _LENGTH.pack(len(body)) + body


class Writer:
    """Writes a result, piece by piece."""

    def __init__(self, header: Header) -> None:
        self.file = spooled()
        self._digest = hashlib.blake2b(digest_size=_DIGEST)
        self.add(packed(header))

    def add(self, data: bytes) -> None:
        """Add packed messages."""
        self._digest.update(data)
        self.file.write(data)

    def end(self) -> IO[bytes]:
        """The whole result, to be read from its beginning."""
        self.add(_LENGTH.pack(_END))
        self.file.write(self._digest.digest())
        self.file.seek(0)
        return self.file


class Result:
    """A result that came whole.

    Args:
        pieces: its bytes.

    Attributes:
        header: who read it.

    Raises:
        ResultError: it is damaged.
    """

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._file = spooled()
        try:
            self._copy(pieces)
            self._file.seek(0)
            body = self._next()
            self.header = _header.decode(body)
        except (ResultError, msgspec.MsgspecError, ValueError) as error:  # ValueError: text that is not UTF-8
            self._file.close()
            raise ResultError(f"it is damaged: {error}") from None

    def close(self) -> None:
        """Give it up."""
        self._file.close()

    def records(self, entries: Sequence[Entry]) -> Iterator[tuple[int, Media]]:
        """Each record, with the place in the share of the thing that it is of; members before their archive.

        Raises:
            ResultError: it speaks of something else, or not of everything.
        """
        for place, entry in enumerate(entries):
            while True:
                media = self._media()
                if (media.archive or media.name) != entry.name or bool(media.archive) != bool(media.member):
                    raise ResultError("it speaks of something that was not asked about")
                yield place, media
                if not media.archive:
                    break
        if self._next():
            raise ResultError("it says more than was asked about")

    def _copy(self, pieces: Iterable[bytes]) -> None:
        """Write down what comes, and compare its digest."""
        digest, last = hashlib.blake2b(digest_size=_DIGEST), b""
        for piece in pieces:
            whole = last + piece
            body, last = whole[:-_DIGEST], whole[-_DIGEST:]
            digest.update(body)
            self._file.write(body)
        if digest.digest() != last:
            raise ResultError("what came is not what was written")

    def _media(self) -> Media:
        body = self._next()
        if not body:
            raise ResultError("it does not speak of everything that was asked about")
        try:
            return _media.decode(body)
        except (msgspec.MsgspecError, ValueError) as error:
            raise ResultError(f"it holds no record: {error}") from None

    def _next(self) -> bytes:
        """The next message; empty at the end."""
        head = self._file.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            raise ResultError("it breaks off")
        (length,) = _LENGTH.unpack(head)
        if length > _MOST:
            raise ResultError(f"a message of {length} bytes")
        body = self._file.read(length)
        if len(body) < length:
            raise ResultError("it breaks off")
        return body
