"""Pictures and films that come with a file of another kind: behind a photograph, as the cover of sound, as previews."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import av.error

from vaern.hashing.behind import LARGEST, is_stream, pieces_behind
from vaern.hashing.covers import covers
from vaern.hashing.jpeg import listed_pictures, read_header
from vaern.hashing.raws import PREVIEWS, TYPES, Preview, read_raw
from vaern.scanning.members import Archive, Member, Window, stray
from vaern.scanning.zips import stray_behind

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOUND = {b"ID3": "audio/mpeg", b"fLaC": "audio/flac"}


_BUFFER = 1 << 16


def opened(stream: IO[bytes], head: bytes, mime: str, start: int) -> Archive | None:
    """What comes with this file, as the members of an archive, or `None`; `head` is its first block."""
    if mime.startswith("image/"):
        return _behind(stream, mime, start)
    mime = next((sound for magic, sound in _SOUND.items() if head.startswith(magic)), mime)
    if not mime.startswith("audio/"):
        return None
    with suppress(av.error.FFmpegError, ValueError):  # sound that FFmpeg cannot open
        stream.seek(0)
        if pictures := covers(cast("BinaryIO", stream)):
            return Archive(mime, _covers(pictures, start))
    return None


def of_raw(stream: IO[bytes], mime: str, start: int) -> Archive | None:
    """The previews of a camera's raw data, and a zip behind it; `None` where it is none, or has no previews."""
    if mime not in TYPES:
        return None

    def look(at: int, length: int) -> bytes:
        stream.seek(at)
        return stream.read(length)

    raw = read_raw(look, stream.seek(0, io.SEEK_END), mime)
    if raw is None or not raw.previews:
        return None
    return Archive(raw.mime, _previews(stream, raw.previews, start), shown=PREVIEWS)


def _previews(stream: IO[bytes], previews: tuple[Preview, ...], start: int) -> Iterator[Member]:
    for index, (begin, size) in enumerate(previews):
        if index >= start:
            place = Window(stream, begin, size)
            yield Member(
                index, f"preview {index + 1}.jpg", size, None, partial(io.BufferedReader, place, _BUFFER), direct=True
            )
    if (behind := stray_behind(stream, len(previews))) is not None and behind.index >= start:
        yield behind


def _behind(stream: IO[bytes], mime: str, start: int) -> Archive | None:
    size = stream.seek(0, io.SEEK_END)
    if size > LARGEST:
        return None
    stream.seek(0)
    data = stream.read()
    pieces = pieces_behind(data, mime)
    if mime == "image/jpeg" and is_stream(data, pieces):
        return None  # hashed as a video
    frames = listed_pictures(data, read_header(data)) if mime == "image/jpeg" else set()  # hashed with the first
    known = [piece for piece in pieces if piece.mime and piece.begin not in frames]
    members = (stray(stream, index, begin, end) for index, (begin, end, _) in enumerate(known) if index >= start)
    return Archive(mime, members, behind=True) if known else None


def _covers(pictures: list[bytes], start: int) -> Iterator[Member]:
    for index, picture in enumerate(pictures):
        if index >= start:
            yield Member(index, f"cover-{index + 1}", len(picture), None, partial(io.BytesIO, picture), direct=True)
