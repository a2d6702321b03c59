"""The holder's tags of one pair and epoch on disk: one file for the asker, one that stays, one that is being made.

    EPOCH.tags      sorted tags, 8 bytes each: all that the asker gets
    EPOCH.index     the digest of each key with its tag, 40 bytes, sorted by digest: stays with the holder
    EPOCH.part      rows of the index in the order in which they were evaluated, until all are
    EPOCH.RUN.asked the asker's own: the digest of each key that a run asked about, with its tag

All but the part have a header of 96 bytes: what it is (8), the epoch and the size of a row (4 each), the rows (8), the
public key (32), zeros (8), SHA-256 of all else (32). Numbers of the header are big-endian, tags little-endian. A file
is written beside its place and put there whole; one that was cut or changed is refused and made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from vaern.node.crosscheck.rules.intersection import TAG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

TAGS = np.dtype(f"<u{TAG}")
ROWS = np.dtype([("digest", "S32"), ("tag", TAGS)])
_HEADER = struct.Struct(">8sIIQ32s8x")
_SIZE = _HEADER.size + 32
_PIECE = 36
_MAGIC = {TAGS: b"VAERNTG1", ROWS: b"VAERNIX1"}


class Damaged(ValueError):
    """A file is not what its header says; it is made anew."""


class Read(NamedTuple):
    """A file that was read and is whole.

    Attributes:
        public: the key with which it was made.
        rows: mapped, not copied.
        digest: its checksum.
    """

    public: bytes
    rows: NDArray[Any]
    digest: bytes


def write(path: Path, epoch: int, public: bytes, rows: NDArray[Any]) -> None:
    """Put a file in its place, whole and on disk.

    Args:
        path: of the file.
        epoch: its number.
        public: the key.
        rows: of `TAGS` or `ROWS`, in order.
    """
    header = _HEADER.pack(_MAGIC[rows.dtype], epoch, rows.dtype.itemsize, len(rows), public)
    body = rows.tobytes()
    put(path, header + hashlib.sha256(header + body).digest() + body)


def put(path: Path, data: bytes) -> None:
    """Put bytes in their place, whole and on disk."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _beside(path) as file:
        file.write(data)


def parsed(data: bytes) -> tuple[int, Read]:
    """Return the epoch and the tags of a file of tags that came from elsewhere.

    Raises:
        Damaged: it is no such file, or its tags are not in order.
    """
    if len(data) < _SIZE:
        raise Damaged("it is cut")
    magic, epoch, item, count, public = _HEADER.unpack(data[: _HEADER.size])
    head, digest, body = data[: _HEADER.size], data[_HEADER.size : _SIZE], data[_SIZE:]
    if (magic, item, count * item) != (_MAGIC[TAGS], TAGS.itemsize, len(body)):
        raise Damaged("it is of another kind or size")
    rows = np.frombuffer(body, TAGS)
    if hashlib.sha256(head + body).digest() != digest or np.any(rows[1:] < rows[:-1]):
        raise Damaged("it was changed, or is not in order")
    return epoch, Read(public, rows, digest)


def not_tags(data: bytes) -> str:
    """Return "" if a file is nothing but tags in order; else what it is taken for."""
    try:
        parsed(data)
    except Damaged:
        return "packed data"
    return ""


def read(path: Path, epoch: int, kind: np.dtype[Any]) -> Read | None:
    """Return a file of this epoch, or None if there is none.

    Raises:
        Damaged: it is cut, changed, or of another epoch.
    """
    try:
        with path.open("rb") as file:
            header, digest, size = file.read(_HEADER.size), file.read(32), os.fstat(file.fileno()).st_size
            body = np.memmap(file, np.uint8, "r", _SIZE) if size > _SIZE else np.empty(0, np.uint8)
    except FileNotFoundError:
        return None
    if len(digest) != 32:
        raise Damaged(f"{path.name} is cut")
    magic, of, item, count, public = _HEADER.unpack(header)
    if (magic, of, item, count * item) != (_MAGIC[kind], epoch, kind.itemsize, len(body)):
        raise Damaged(f"{path.name} is of another kind, epoch or size")
    if hashlib.sha256(header + body.tobytes()).digest() != digest:
        raise Damaged(f"{path.name} was changed")
    return Read(public, np.frombuffer(body, kind), digest)


def kept(path: Path, epoch: int, public: bytes) -> NDArray[Any]:
    """Return the rows of an index that this key made; none where there is no such file, or it is damaged."""
    try:
        found = read(path, epoch, ROWS)
    except Damaged:
        return np.empty(0, ROWS)
    return found.rows if found and found.public == public else np.empty(0, ROWS)


def part(path: Path, public: bytes) -> tuple[NDArray[Any], int]:
    """Return the rows that a run left which was broken off, for this key, and how many bytes of the file hold them.

    Each piece has its checksum; what a crash cut or left unwritten is evaluated again.
    """
    data = path.read_bytes() if path.exists() else b""
    if data[:32] != public:
        return np.empty(0, ROWS), 0
    at, found = 32, [np.empty(0, ROWS)]
    while len(data) - at >= _PIECE:
        size = int.from_bytes(data[at : at + 4], "big") * ROWS.itemsize
        body = data[at + _PIECE : at + _PIECE + size]
        if len(body) != size or hashlib.sha256(body).digest() != data[at + 4 : at + _PIECE]:
            break
        found.append(np.frombuffer(body, ROWS))
        at += _PIECE + size
    return np.concatenate(found), at


def piece(rows: NDArray[Any]) -> bytes:
    """Return rows as a piece of a part: their number, their checksum, and they."""
    body = rows.tobytes()
    return len(rows).to_bytes(4, "big") + hashlib.sha256(body).digest() + body


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Any]:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.touch(0o600)
    with fresh.open("wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    _synced(path.parent)


def _synced(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
