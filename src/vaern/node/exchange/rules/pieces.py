"""Files larger than a message: what the message says of one, its pieces, and which of them are asked for. Pure.

A message says how large its file is, and the SHA-256 of the whole and of each piece; no name and no type. The pieces
travel beside the messages of the same calls, and only those that the receiver asks for: so it takes no more than it has
room for, goes on after a break where it was, and ends it by asking no more.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec

from vaern.node.exchange.rules.canonical import Malformed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LARGEST_FILE = 64_000_000
PIECE = 512 * 1_024
"""Bytes of each piece but the last. A call that breaks loses no more than it carried."""

LARGEST_PIECE = 1_000_000
MOST_PIECES = 1_024
MOST_ASKED = 16
"""Pieces that are asked for at once, of one file; and files of which something is said at once."""

MOST_OF_PEER = 4 * LARGEST_FILE
"""Bytes of files of one peer that are under way at once; those beyond wait for room."""

MOST_WRONG = 8
"""Pieces that were none of a file, until its message is refused."""

COMING = "pieces"
ROOM = "pieces_room"
DISK = "pieces_disk"
GONE = "pieces_gone"
WRONG = "pieces_wrong"
NOT_WHOLE = "pieces_not_whole"
TOO_LARGE = "pieces_too_large"
NONE = "pieces_none"
CONTENT = "pieces_content"
RECALLED = "pieces_recalled"

_Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
_Place = Annotated[int, msgspec.Meta(ge=0, lt=MOST_PIECES)]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a message says of its file.

    Attributes:
        size: bytes of the whole.
        piece: bytes of each piece but the last.
        sha256: of the whole.
        pieces: SHA-256 of each piece, in their order.
    """

    size: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_FILE)]
    piece: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PIECE)]
    sha256: _Digest
    pieces: Annotated[list[_Digest], msgspec.Meta(min_length=1, max_length=MOST_PIECES)]


class Piece(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One piece that was asked for.

    Attributes:
        message: id of the message whose file it is of.
        number: its place in the file, from 0.
        data: its bytes, in base64; "" if the sender has the file no longer.
    """

    message: UUID
    number: _Place
    data: Annotated[bytes, msgspec.Meta(max_length=LARGEST_PIECE)]


class Want(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How far a file has come, and which pieces are asked for.

    Attributes:
        message: id of the message whose file it is.
        have: how many pieces have come.
        missing: which are asked for now.
        waits: a code of why none is; "" if some are.
    """

    message: UUID
    have: Annotated[int, msgspec.Meta(ge=0, le=MOST_PIECES)]
    missing: Annotated[list[_Place], msgspec.Meta(max_length=MOST_ASKED)] = []
    waits: Annotated[str, msgspec.Meta(pattern="^[a-z_]{0,40}$")] = ""


def cut(data: bytes, piece: int) -> list[bytes]:
    """Return the pieces of a file."""
    return [data[at : at + piece] for at in range(0, len(data), piece)]


def manifest_of(data: bytes, piece: int = PIECE) -> Manifest:
    """Return what a message says of a file."""
    return Manifest(
        size=len(data), piece=piece, sha256=sha256(data), pieces=[sha256(part) for part in cut(data, piece)]
    )


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, as a manifest has it."""
    return hashlib.sha256(data).hexdigest()


def check(manifest: Manifest) -> None:
    """Check that what a message says of its file fits together.

    Raises:
        Malformed: its size and its pieces are of two files.
    """
    if -(-manifest.size // manifest.piece) != len(manifest.pieces):
        raise Malformed("the size of the file and the number of its pieces do not fit")


def is_piece(manifest: Manifest, number: int, data: bytes) -> bool:
    """Whether bytes are the piece of a place."""
    return number < len(manifest.pieces) and sha256(data) == manifest.pieces[number]


def missing(count: int, held: Collection[int]) -> list[int]:
    """Return which pieces are asked for next, the first ones first.

    Args:
        count: how many the file has.
        held: which have come.
    """
    have = set(held)
    return [number for number in range(count) if number not in have][:MOST_ASKED]


def with_room(sizes: Iterable[int], most: int = MOST_OF_PEER) -> list[bool]:
    """Return of files, in the order in which they are taken, whether there is room for each."""
    found, used = [], 0
    for size in sizes:
        fits = used + size <= most
        used += size if fits else 0
        found.append(fits)
    return found


def percent(have: int, count: int) -> int:
    """Return how much of a file has come; 100 is all of it and nothing less."""
    return have * 100 // count if count else 0
