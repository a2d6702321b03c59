"""Images in the Advanced Forensic Format 4 (AFF4 Standard v1.0, M. Cohen and B. Schatz), as a stream of the disk.

The zip says in `information.turtle` what stands in it. A disk has a *data stream*: a map, or one stream of chunks.
Images of one disk in one file are read; what else there is has a sentence: several files (*striped*), several disks,
encrypted ones, and those made before the standard. A *logical* image holds no disk, and is a zip of files.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, cast
from urllib.parse import unquote

import numpy as np

from vaern.scanning.disks import kept_hashes, turtle
from vaern.scanning.disks.aff4_streams import METHODS, MOST_CHUNK, RANGE, ImageStream, Map, Shape, Symbol
from vaern.scanning.members import DamagedError, Stretch, told
from vaern.scanning.zips import FAULTS, content_of, directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.scanning.disks.aff4_streams import Place
    from vaern.scanning.disks.turtle import Said, Term

MIME = "application/x-aff4"

_SCHEMA = "http://aff4.org/Schema#"
_BEFORE = "http://afflib.org/2009/aff4#"
_INFORMATION = "information.turtle"
_MOST_INFORMATION = 16 << 20  # bytes
_MOST_MAP = 128 << 20  # bytes: some five million stretches
_MOST_INDEX = 16 << 20  # bytes, of one segment
_MOST_SIZE = (1 << 63) - 1
_DISKS = {_SCHEMA + "DiskImage", _SCHEMA + "ContiguousImage", _SCHEMA + "DiscontiguousImage"}
_MAP_PARTS = {"mapPointHash": "map", "mapIdxHash": "idx", "mapPathHash": "mapPath"}
_WORDS = {"Zero": b"\0", "UnknownData": b"UNKNOWN", "UnreadableData": b"UNREADABLEDATA"}
_SYMBOL = "SymbolicStream"


def opened(stream: IO[bytes]) -> Disk | None:
    """The disk of this image, or `None` if it holds none.

    Raises:
        DamagedError: it cannot be read; why.
    """
    volume = _Volume(stream)
    disks = volume.disks()
    if not disks:
        return None
    if len(disks) > 1:
        raise DamagedError("the image holds several disks, which are not read")
    return volume.disk(disks[0])


@dataclass(frozen=True, slots=True)
class _Stored:
    """Something that the image stores, and the hashes that it keeps of it."""

    stream: IO[bytes]
    hashes: dict[str, str]


class Disk(Stretch):
    """The bytes of the disk that an image holds.

    Args:
        data: the map, or the stream of chunks.
        stored: what the map and the streams under it have hashes of.
        hashes: those of the disk itself.
    """

    def __init__(self, data: Map | ImageStream, stored: Sequence[_Stored], hashes: dict[str, str]) -> None:
        super().__init__(data.size, "the image ends within its disk")
        self._data, self._stored, self._hashes = data, stored, hashes

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`, all of them; raises `OSError` where the image is damaged."""
        pieces = []
        while size:
            piece = self._data.read_at(place, size)
            pieces.append(piece)
            place, size = place + len(piece), size - len(piece)
        return b"".join(pieces)

    def verify(self) -> str:
        """As of `members.Archive`: the hashes of the disk, if the image has any, and of all that is stored.

        Most writers keep hashes of what they stored, and of the map that puts the disk together of it.
        """
        try:
            for one in self._stored:
                kept_hashes.compare(one.stream, one.hashes)
            kept_hashes.compare(cast("IO[bytes]", self), self._hashes)
        except FAULTS:
            raise DamagedError("a part of the image is damaged") from None
        stored = dict.fromkeys(name for one in self._stored for name in one.hashes)
        if stored and not self._hashes:
            return f"verified: what the image stores of the disk has the {' and the '.join(stored)} that it keeps"
        return kept_hashes.remark(self._hashes)


class _Volume:
    """A zip of AFF4: its members by what they are of, and what is said of these."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        try:
            archive = directory(stream)
        except zipfile.BadZipFile as error:
            raise DamagedError(f"the image is damaged or truncated ({error})") from None
        name = archive.comment.split(b"\0")[0].decode(errors="replace")
        self._members = {_full(name, info.filename): info for info in archive.infolist()}
        self._information = _full(name, _INFORMATION)
        self._said = self._read_information()

    def disks(self) -> list[str]:
        """The names of the disks in it."""
        return [
            name for name, about in self._said.items() if _DISKS & {term.value for term in about.get(turtle.TYPE, ())}
        ]

    def disk(self, name: str) -> Disk:
        """The disk of this name."""
        data = self._one(name, "dataStream")
        of_data = name if data is None else data.value
        kinds = self._kinds(of_data)
        stored: list[_Stored] = []
        if "Map" in kinds:
            disk: Map | ImageStream = self._map(of_data, stored)
        else:
            disk = self._image(of_data, stored)
        if self._one(name, "size") is not None and self._size(name) != disk.size:
            raise _contradicted("size")
        return Disk(disk, stored, self._hashes(name) | (self._hashes(of_data) if "Map" in kinds else {}))

    def _map(self, name: str, stored: list[_Stored]) -> Map:
        points = self._part(f"{name}/map", _MOST_MAP)
        if len(points) % RANGE.itemsize:
            raise DamagedError("the map of the image is damaged")
        targets = self._part(f"{name}/idx", _MOST_INDEX).decode(errors="replace").split()
        gap = self._one(name, "mapGapDefaultStream")
        for said, part in _MAP_PARTS.items():
            if (kept := self._hashes(name, said)) and f"{name}/{part}" in self._members:
                stored.append(_Stored(self._member(f"{name}/{part}"), kept))
        places = [self._target(target, stored) for target in targets]
        between = self._target(gap.value, stored) if gap else Symbol(b"\0")
        return Map(self._size(name), np.frombuffer(points, RANGE), places, between)

    def _target(self, name: str, stored: list[_Stored]) -> Place:
        if name.startswith(_SCHEMA):
            word = name.removeprefix(_SCHEMA)
            if word in _WORDS:
                return Symbol(_WORDS[word])
            if word.startswith(_SYMBOL) and len(word) == len(_SYMBOL) + 2:
                try:
                    return Symbol(bytes.fromhex(word.removeprefix(_SYMBOL)))
                except ValueError:
                    pass
            raise DamagedError("the map of the image names a stream that it does not have")
        return self._image(name, stored)

    def _image(self, name: str, stored: list[_Stored]) -> ImageStream:
        kinds = self._kinds(name)
        if "EncryptedStream" in kinds or "RandomStream" in kinds:
            raise DamagedError("the image is encrypted")
        if "ImageStream" not in kinds:
            raise DamagedError("the image is made in a way that is not read")
        size = self._one(name, "size")
        if f"{name}/00000000" not in self._members and (size is None or size.value != "0"):
            raise DamagedError(
                "some of the disk lies in another file of the image, and such images are not read: bring it into "
                "one file"
            )
        method = self._one(name, "compressionMethod")
        unpack = METHODS.get(method.value if method else _SCHEMA + "NullCompressor")
        if unpack is None:
            raise DamagedError("the image is packed in a way that is not read")
        shape = Shape(
            self._size(name),
            self._number(name, "chunkSize", range(1, MOST_CHUNK + 1), "32768"),
            self._number(name, "chunksInSegment", range(1, _MOST_INDEX // 12), "2048"),
            unpack,
        )
        stream = ImageStream(shape, partial(self._segment, name))
        if kept := self._hashes(name):
            stored.append(_Stored(cast("IO[bytes]", stream), kept))
        return stream

    def _segment(self, name: str, number: int) -> tuple[IO[bytes], bytes]:
        try:
            return self._member(f"{name}/{number:08}"), self._part(f"{name}/{number:08}.index", _MOST_INDEX)
        except DamagedError as error:
            raise OSError(str(error)) from None

    def _member(self, name: str) -> IO[bytes]:
        info = self._members.get(name)
        if info is None:
            raise DamagedError("a part of the image is missing")
        try:
            return content_of(self._stream, info)
        except FAULTS as error:
            raise DamagedError(f"the image is damaged or truncated ({told(error)})") from None

    def _part(self, name: str, most: int) -> bytes:
        try:
            with self._member(name) as stream:
                data = stream.read(most + 1)
        except FAULTS as error:
            raise DamagedError(f"the image is damaged or truncated ({told(error)})") from None
        if len(data) > most:
            raise DamagedError("a part of the image is larger than is read")
        return data

    def _read_information(self) -> Said:
        try:
            said = turtle.read(self._part(self._information, _MOST_INFORMATION).decode())
        except ValueError as error:
            raise _contradicted(told(error)) from None
        kinds = {term.value for about in said.values() for term in about.get(turtle.TYPE, ())}
        if any(kind.startswith(_BEFORE) for kind in kinds):
            raise DamagedError("the image was made before there was a standard for such images, and is not read")
        return said

    def _terms(self, name: str, verb: str) -> Sequence[Term]:
        return self._said.get(name, {}).get(_SCHEMA + verb, ())

    def _one(self, name: str, verb: str) -> Term | None:
        return next(iter(self._terms(name, verb)), None)

    def _kinds(self, name: str) -> set[str]:
        return {term.value.removeprefix(_SCHEMA) for term in self._said.get(name, {}).get(turtle.TYPE, ())}

    def _size(self, name: str) -> int:
        return self._number(name, "size", range(_MOST_SIZE + 1))

    def _number(self, name: str, verb: str, may_be: range, otherwise: str = "") -> int:
        term = self._one(name, verb)
        text = term.value if term else otherwise
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) in may_be):
            raise _contradicted(verb)
        return int(text)

    def _hashes(self, name: str, verb: str = "hash") -> dict[str, str]:
        """Kept hashes by name; others than these, such as that of hashes of blocks, are left out."""
        found = {term.kind.removeprefix(_SCHEMA): term.value for term in self._terms(name, verb)}
        return {kind: value for kind, value in found.items() if kind in kept_hashes.ALGORITHMS}


def _contradicted(what: str) -> DamagedError:
    return DamagedError(f"what the image says of itself is damaged ({what})")


def _full(volume: str, member: str) -> str:
    """What a member is of: writers escape the whole name, or leave out that of the volume."""
    name = unquote(member)
    return name if name.startswith("aff4://") else f"{volume}/{name.lstrip('/')}"
