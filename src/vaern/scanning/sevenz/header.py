"""The header of a 7z archive: what is packed where and how, and the files in it.

After `DOC/7zFormat.txt` of the LZMA SDK, whose names stand in the comments. Everything is counted against the bytes
that there are, so that a header of some bytes cannot claim a million files.
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

_END, _HEADER, _ARCHIVE_PROPERTIES, _ADDITIONAL, _MAIN, _FILES = 0, 1, 2, 3, 4, 5
_PACK, _UNPACK, _SUB, _SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _STREAMS = 6, 7, 8, 9, 10, 11, 12, 13
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _MODIFIED, _ATTRIBUTES, ENCODED = 14, 15, 17, 20, 21, 23

MOST_CODERS = 32
"""Steps by which one folder may be packed, as in 7-Zip."""


class HeaderError(ValueError):
    """The header is none."""


class Coder(NamedTuple):
    """One step of unpacking.

    Attributes:
        method: its number, as bytes.
        properties: its parameters.
        size: bytes that come out of it.
    """

    method: bytes
    properties: bytes
    size: int


class Folder(NamedTuple):
    """What is packed as one: the bytes of one file, or of many one behind the other.

    Attributes:
        coders: in the order in which they unpack; none where they are no simple chain (BCJ2).
        methods: of all coders.
        begin: where its packed bytes are, from the end of the signature header.
        packed: so many.
        size: bytes unpacked.
        crc: of these, if it is known.
    """

    coders: tuple[Coder, ...]
    methods: tuple[bytes, ...]
    begin: int
    packed: int
    size: int
    crc: int | None


class Streams(NamedTuple):
    """What is packed (StreamsInfo).

    Attributes:
        folders: in order.
        counts: how many files are in each.
        sizes: of these files, of all folders one behind the other.
        crcs: likewise; -1 where it is not known.
        begin, end: the stretch of packed bytes.
    """

    folders: tuple[Folder, ...] = ()
    counts: array[int] = array("Q")
    sizes: array[int] = array("Q")
    crcs: array[int] = array("q")
    begin: int = 0
    end: int = 0


class Files(NamedTuple):
    """The files (FilesInfo).

    Attributes:
        total: so many.
        empty: of which there are no packed bytes: folders, and files of no bytes.
        no_folder: of the empty ones in their order: those that are files.
        names: one behind the other, UTF-16 with an end mark each.
        modified: as Windows counts time; 0 where it is not known.
        attributes: of Windows, and of Unix in the upper half.
    """

    total: int = 0
    empty: bytes = b""
    no_folder: bytes = b""
    names: bytes = b""
    modified: array[int] = array("Q")
    attributes: array[int] = array("Q")


class Fields:
    """The bytes of a header, taken one after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """Bytes that were not taken."""
        return len(self._data) - self._at

    def take(self, size: int) -> bytes:
        """So many bytes.

        Raises:
            HeaderError: there are fewer.
        """
        if size > self.left:
            raise HeaderError("it ends too early")
        self._at += size
        return self._data[self._at - size : self._at]

    def byte(self) -> int:
        """One."""
        return self.take(1)[0]

    def number(self) -> int:
        """A number of one to nine bytes (NUMBER)."""
        first, value = self.byte(), 0
        for position in range(8):
            mask = 0x80 >> position
            if not first & mask:
                return value | (first & (mask - 1)) << 8 * position
            value |= self.byte() << 8 * position
        return value

    def amount(self) -> int:
        """A number of things of which each takes a byte at least."""
        if (count := self.number()) > self.left:
            raise HeaderError("it ends too early")
        return count

    def bits(self, count: int) -> bytes:
        """So many bits, one a byte."""
        packed = self.take((count + 7) // 8)
        return bytes(packed[index >> 3] >> (7 - (index & 7)) & 1 for index in range(count))

    def defined(self, count: int) -> bytes:
        """As `bits`, of which it may be said that all are set."""
        return b"\1" * count if self.byte() else self.bits(count)

    def values(self, count: int, size: int, missing: int) -> array[int]:
        """A number of so many bytes for each thing that has one (Digests, times, attributes)."""
        known = self.defined(count)
        if size != 4 or missing == 0:  # of files: they might stand elsewhere, which no program writes
            self.inside()
        found = array("q" if missing < 0 else "Q", [missing]) * count
        for index in range(count):
            if known[index]:
                found[index] = int.from_bytes(self.take(size), "little")
        return found

    def inside(self) -> None:
        """The values follow here (External is 0)."""
        if self.byte():
            raise HeaderError("a part of it is unknown")

    def skip_to(self, wanted: int) -> None:
        """Pass over properties of a known length until one is met."""
        while (kind := self.byte()) != wanted:
            if kind == _END:
                raise HeaderError("a part is missing")
            self.take(self.number())


def streams_of(fields: Fields) -> Streams:
    """StreamsInfo; its first byte follows."""
    begin, sub = 0, None
    packed: array[int] = array("Q")
    folders: tuple[Folder, ...] = ()
    while (kind := fields.byte()) != _END:
        if kind == _PACK:
            begin, packed = _packed(fields)
        elif kind == _UNPACK:
            folders = _placed(*_unpacked(fields), begin, packed)
        elif kind == _SUB:
            sub = _files_of(fields, folders)
        else:
            raise HeaderError("a part of it is unknown")
    counts, sizes, sums = sub or _one_each(folders)
    return Streams(folders, counts, sizes, sums, begin, begin + sum(packed))


def header_of(data: bytes) -> tuple[Streams, Files]:
    """A header that is not packed.

    Raises:
        HeaderError: it is malformed.
    """
    fields = Fields(data)
    if fields.byte() != _HEADER:
        raise HeaderError("a part of it is unknown")
    streams, files = Streams(), Files()
    while (kind := fields.byte()) != _END:
        if kind == _ARCHIVE_PROPERTIES:
            fields.skip_to(_END)
        elif kind == _ADDITIONAL:
            streams_of(fields)
        elif kind == _MAIN:
            streams = streams_of(fields)
        elif kind == _FILES:
            files = _files(fields)
        else:
            raise HeaderError("a part of it is unknown")
    return streams, files


def _packed(fields: Fields) -> tuple[int, array[int]]:
    """PackInfo: where the first packed stream begins, and how long each is."""
    begin, count = fields.number(), fields.amount()
    sizes: array[int] = array("Q")
    while (kind := fields.byte()) != _END:
        if kind == _SIZE:
            sizes = array("Q", (fields.number() for _ in range(count)))
        elif kind == _CRC:
            fields.values(count, 4, -1)
        else:
            raise HeaderError("a part of it is unknown")
    return begin, sizes


class _Raw(NamedTuple):
    """A folder as it is written: coders with their first input and output, what is bound, what comes from the file."""

    coders: list[tuple[bytes, bytes, int, int]]
    bound: dict[int, int]
    sources: list[int]


def _unpacked(fields: Fields) -> tuple[list[tuple[_Raw, list[int]]], array[int]]:
    """UnpackInfo: the folders with the sizes of what comes out of each coder, and their check sums."""
    fields.skip_to(_FOLDER)
    count = fields.amount()
    fields.inside()
    folders = [_folder(fields) for _ in range(count)]
    fields.skip_to(_UNPACK_SIZE)
    sizes = [[fields.number() for _ in range(len(raw.bound) + 1)] for raw in folders]
    crcs = array("q", [-1]) * count
    while (kind := fields.byte()) != _END:
        if kind != _CRC:
            raise HeaderError("a part of it is unknown")
        crcs = fields.values(count, 4, -1)
    return list(zip(folders, sizes, strict=True)), crcs


def _folder(fields: Fields) -> _Raw:
    coders, inputs, outputs = [], 0, 0
    count = fields.number()
    if not 0 < count <= MOST_CODERS:
        raise HeaderError("its parts do not fit together")
    for _ in range(count):
        flags = fields.byte()
        method = fields.take(flags & 15)
        takes, gives = (fields.number(), fields.number()) if flags & 0x10 else (1, 1)
        properties = fields.take(fields.number()) if flags & 0x20 else b""
        if flags & 0x80 or not 0 < takes <= MOST_CODERS or gives != 1:
            raise HeaderError("a part of it is unknown")
        coders.append((method, properties, inputs, takes))
        inputs, outputs = inputs + takes, outputs + gives
    bound = {fields.number(): fields.number() for _ in range(outputs - 1)}
    if len(bound) != outputs - 1 or inputs < outputs:
        raise HeaderError("its parts do not fit together")
    free = inputs - len(bound)
    sources = [fields.number() for _ in range(free)] if free > 1 else [i for i in range(inputs) if i not in bound]
    return _Raw(coders, bound, sources)


def _placed(raws: list[tuple[_Raw, list[int]]], crcs: array[int], begin: int, packed: array[int]) -> tuple[Folder, ...]:
    """The folders with the places of their packed bytes."""
    folders, at, stream = [], begin, 0
    for (raw, sizes), crc in zip(raws, crcs, strict=True):
        streams = packed[stream : stream + len(raw.sources)]
        if len(streams) < len(raw.sources):
            raise HeaderError("a part is missing")
        last = next((index for index in range(len(sizes)) if index not in raw.bound.values()), None)
        if last is None:
            raise HeaderError("its parts do not fit together")
        methods = tuple(method for method, *_ in raw.coders)
        chain = _chain(raw, sizes, last)
        folders.append(Folder(chain, methods, at, sum(streams), sizes[last], crc if crc >= 0 else None))
        at, stream = at + sum(streams), stream + len(raw.sources)
    return tuple(folders)


def _chain(raw: _Raw, sizes: list[int], last: int) -> tuple[Coder, ...]:
    """The coders from the packed bytes to the last one; none where one of them has several inputs."""
    chain: list[Coder] = []
    index: int | None = last
    while index is not None:
        if len(chain) == len(raw.coders) or index >= len(raw.coders):
            raise HeaderError("its parts do not fit together")
        method, properties, takes, count = raw.coders[index]
        if count != 1:
            return ()
        chain.append(Coder(method, properties, sizes[index]))
        index = raw.bound.get(takes)
    return tuple(reversed(chain))


def _one_each(folders: tuple[Folder, ...]) -> tuple[array[int], array[int], array[int]]:
    """Where it is not said how many files are in a folder, there is one."""
    sums = array("q", (-1 if folder.crc is None else folder.crc for folder in folders))
    return array("Q", [1]) * len(folders), array("Q", (folder.size for folder in folders)), sums


def _files_of(fields: Fields, folders: tuple[Folder, ...]) -> tuple[array[int], array[int], array[int]]:
    """SubStreamsInfo: how many files are in each folder, their sizes and check sums."""
    counts, kind = array("Q", [1]) * len(folders), fields.byte()
    if kind == _STREAMS:
        counts, kind = array("Q", (fields.number() for _ in folders)), fields.byte()
    sizes = _sizes_of(fields if kind == _SIZE else Fields(b""), folders, counts)
    return counts, sizes, _sums_of(fields, fields.byte() if kind == _SIZE else kind, folders, counts)


def _sizes_of(fields: Fields, folders: tuple[Folder, ...], counts: array[int]) -> array[int]:
    """Of the last file in a folder it is not said: it has what is left."""
    sizes: array[int] = array("Q")
    for folder, count in zip(folders, counts, strict=True):
        left = folder.size
        for _ in range(count - 1):
            sizes.append(fields.number())
            left -= sizes[-1]
        if left < 0:
            raise HeaderError("its parts do not fit together")
        if count:
            sizes.append(left)
    return sizes


def _sums_of(fields: Fields, kind: int, folders: tuple[Folder, ...], counts: array[int]) -> array[int]:
    """Of a file that is alone in its folder it is that of the folder, if this has one."""
    known = [folder.crc if count == 1 else None for folder, count in zip(folders, counts, strict=True)]
    missing = sum(count for count, crc in zip(counts, known, strict=True) if crc is None)
    found = array("q", [-1]) * missing
    while kind != _END:
        if kind != _CRC:
            raise HeaderError("a part of it is unknown")
        found, kind = fields.values(missing, 4, -1), fields.byte()
    sums, at = array("q"), 0
    for count, crc in zip(counts, known, strict=True):
        if crc is None:
            sums += found[at : at + count]
            at += count
        else:
            sums.append(crc)
    return sums


def _files(fields: Fields) -> Files:
    files = Files(fields.amount())
    while (kind := fields.byte()) != _END:
        part = Fields(fields.take(fields.number()))
        if kind == _EMPTY_STREAM:
            files = files._replace(empty=part.bits(files.total))
        elif kind == _EMPTY_FILE:
            files = files._replace(no_folder=part.bits(sum(files.empty)))
        elif kind == _NAMES:
            part.inside()
            files = files._replace(names=part.take(part.left))
        elif kind == _MODIFIED:
            files = files._replace(modified=part.values(files.total, 8, 0))
        elif kind == _ATTRIBUTES:
            files = files._replace(attributes=part.values(files.total, 4, 0))
    return files
