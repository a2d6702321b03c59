"""Pictures and films that come with a file of another kind: behind a photograph, or as the cover of sound."""

from __future__ import annotations

import io
from contextlib import suppress
from functools import partial
from typing import IO, TYPE_CHECKING, BinaryIO, cast

import av.error

from vaern.hashing.behind import LARGEST, is_stream, pieces_behind
from vaern.hashing.content import recognise
from vaern.hashing.covers import covers
from vaern.hashing.jpeg import listed_pictures, read_header
from vaern.scanning.members import Archive, Member, stray

if TYPE_CHECKING:
    from collections.abc import Iterator

_SOUND = {b"ID3": "audio/mpeg", b"fLaC": "audio/flac"}


def opened(stream: IO[bytes], head: bytes, start: int) -> Archive | None:
    """What comes with this file, as the members of an archive, or `None`; `head` is its first block."""
    mime = recognise(head)
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
