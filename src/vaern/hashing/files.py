"""From a path or a stream to a `Media` with its signals."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.hashing import content
from vaern.hashing.behind import LARGEST, is_stream, may_hide, pieces_behind
from vaern.hashing.containers import HEAD_BYTES, KINDS, TAIL_BYTES, container_of
from vaern.hashing.decoding import Perception, perceive
from vaern.hashing.digests import digest, digest_stream
from vaern.hashing.exif import read_exif
from vaern.hashing.options import HashOptions
from vaern.hashing.raws import THUMBNAIL, TYPES, read_raw
from vaern.records import Media

if TYPE_CHECKING:
    from typing import BinaryIO

    from vaern.hashing.behind import Piece

WHOLE_BELOW = 64 << 20
"""Files of fewer bytes are read once, into memory; digests and decoder use the same bytes."""

_ENOUGH = 16 << 20
"""Bytes of a very large JPEG by which it is told whether it is the first frame of many."""

_RAW_HEAD = 1 << 20
"""Bytes of raw data in which its fields of EXIF stand."""

_DEFAULT = HashOptions()


def hash_file(path: str | os.PathLike[str], options: HashOptions = _DEFAULT) -> Media:
    """Digests and perceptual signals of a file, whatever it is.

    Bad content never raises: `Media.unreadable` says why there is no perceptual signal.

    Raises:
        OSError: the file itself could not be read.
        MemoryError: its content asks for more memory than there is.
    """
    place = Path(path)
    with place.open("rb") as stream:
        status = os.fstat(stream.fileno())
        modified = None
        with suppress(ValueError, OverflowError, OSError):  # a year of more than four digits
            modified = datetime.fromtimestamp(status.st_mtime, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return hash_stream(stream, str(place), status.st_size, modified, options)


def hash_stream(
    stream: BinaryIO, name: str, size: int, modified: str | None = None, options: HashOptions = _DEFAULT
) -> Media:
    """As `hash_file`, of a seekable stream that stands at its beginning.

    Args:
        stream: binary, seekable; not closed.
        name: becomes `Media.name`; it is not opened, and its extension is ignored.
        size: bytes to expect; decides whether the stream is read into memory. `Media.size` is what was really
            read.
        modified: becomes `Media.modified`.
        options: what to compute.

    Raises:
        OSError: reading the stream failed.
        MemoryError: the content asks for more memory than there is.
    """
    source: bytes | BinaryIO
    notes: tuple[str, ...] = ()
    if size < WHOLE_BELOW:
        source = data = stream.read()
        head, tail, signals, size = data[:HEAD_BYTES], data[-TAIL_BYTES:], digest(data), len(data)
    else:
        source, head = stream, stream.read(HEAD_BYTES)
        stream.seek(0)
        signals, size = digest_stream(stream, size)
        stream.seek(max(0, size - TAIL_BYTES))
        tail = stream.read(TAIL_BYTES)
    mime = content.recognise(head)
    if mime == content.UNKNOWN and content.has_boxes(lambda at: _at(source, at, size)):
        mime = "video/quicktime"
    if mime.startswith("image/"):
        data = source if isinstance(source, bytes) else _read(source, LARGEST if size <= LARGEST else _ENOUGH)
        pieces = pieces_behind(data, mime)
        if mime == "image/jpeg" and is_stream(data, pieces):
            mime = "video/x-mjpeg"
        elif may_hide(mime, size):
            notes = (f"what may stand behind the picture was not looked for: it has more than {LARGEST} bytes",)
        else:
            notes = _behind(pieces)
    container = container_of(head, tail) if mime == content.UNKNOWN else None
    seen = _perceive(source, mime, size, options) if options.perceptual else Perception(mime)
    return Media(
        name=name,
        size=size,
        mime=container.mime if container else seen.mime,
        signals=signals + seen.signals,
        width=seen.width,
        height=seen.height,
        duration=seen.duration,
        taken=seen.taken,
        modified=modified,
        camera=seen.camera,
        unreadable=seen.unreadable,
        unopened=container.name if container else "",
        notes=seen.notes + notes,
        traits=seen.traits,
    )


def _perceive(source: bytes | BinaryIO, mime: str, size: int, options: HashOptions) -> Perception:
    """What is perceived; raw data of a camera is not, where it has previews, which are files of their own in a scan."""

    def look(at: int, length: int) -> bytes:
        return _at(source, at, size, length)

    raw = read_raw(look, size, mime) if mime in TYPES else None
    if raw is None:
        return perceive(source, mime, options)
    if not raw.previews:
        seen = perceive(source, mime, options)
        return seen if seen.unreadable else seen._replace(notes=(*seen.notes, THUMBNAIL))
    seen, exif = perceive(source, raw.mime, options), read_exif(look(0, _RAW_HEAD))
    return seen._replace(taken=exif.taken, camera=exif.camera, traits=exif.traits)


def _at(source: bytes | BinaryIO, at: int, size: int, length: int = 16) -> bytes:
    """What stands at a place, by default as much as `content.has_boxes` looks at."""
    if isinstance(source, bytes):
        return source[at : at + length]
    if at >= size:
        return b""
    source.seek(at)
    return source.read(length)


def _behind(pieces: list[Piece]) -> tuple[str, ...]:
    """What is said of what stands behind a picture, besides the pictures and films there."""
    notes = [f"behind the picture: {KINDS[piece.mime]}" for piece in pieces if piece.mime in KINDS]
    if unknown := sum(piece.end - piece.begin for piece in pieces if not piece.mime):
        notes.append(f"bytes of no known kind behind the picture: {unknown}")
    return tuple(notes)


def _read(stream: BinaryIO, size: int) -> bytes:
    stream.seek(0)
    return stream.read(size)
