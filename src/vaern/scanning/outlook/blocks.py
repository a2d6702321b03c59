"""The lower layer of a mailbox of Outlook ([MS-PST], 2.2): two trees of pages, and the blocks that they name."""

from __future__ import annotations

import io
import zlib
from array import array
from bisect import bisect_right
from typing import IO, TYPE_CHECKING, NamedTuple

from vaern.scanning.members import DamagedError, Stretch
from vaern.scanning.outlook.encoding import decoded
from vaern.scanning.outlook.layout import BLOCKS, NODES, UNREADABLE, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from struct import Struct

_DEEPEST = 8
"""Levels of a tree: with no more than two entries a page they would lead to more than any file has."""

_CACHED = 1024
"""Pages of trees that are kept in memory."""

_FREE_READS, _LEAST_BLOCK = 1000, 64
_INTERNAL, _RESERVED = 2, 1  # bits of a block's number: it names others; to be passed over
_DATA, _NODES = 1, 2  # what the blocks hold that name others
_LIST_HEAD = 8
_BUFFER = 1 << 16
LOST = "what is attached is damaged or truncated"
"""Of a file that is attached, and cannot be read whole."""


class Node(NamedTuple):
    """A node: its number, the numbers of its data and of what names the nodes below it, and its parent."""

    number: int
    data: int
    below: int
    parent: int = 0

    @property
    def kind(self) -> int:
        """What it is, as in `messages`."""
        return self.number & 0x1F


class _Page(NamedTuple):
    level: int
    keys: list[int]
    entries: list[tuple[int, ...]]


class Blocks:
    """The pages and blocks of one file.

    Attributes:
        damaged: places of what could not be read, or has a wrong check sum, on the way through all messages.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        header = header_of(stream)
        self.layout = header.layout
        self.damaged: set[int] = set()
        self._stream, self._encoding, self._size = stream, header.encoding, header.size
        self._roots = {NODES: header.nodes, BLOCKS: header.blocks}
        self._pages: dict[tuple[int, int], _Page] = {}
        self._reads = _FREE_READS + 2 * header.size // _LEAST_BLOCK

    def nodes(self) -> Iterator[Node]:
        """All nodes in the order of their numbers; a page of them that cannot be read is noted and passed over."""
        return self._walk(self._roots[NODES], None)

    def _walk(self, place: int, level: int | None) -> Iterator[Node]:
        try:
            self._count()
            page = self._page(place, NODES, level)
        except DamagedError:
            self.damaged.add(place)
            return
        for entry in page.entries:
            if page.level:
                yield from self._walk(entry[2], page.level - 1)
            else:
                yield Node(*entry)

    def node(self, number: int) -> Node | None:
        """The node of this number.

        Raises:
            DamagedError: the way to it cannot be read.
        """
        entry = self._find(NODES, number)
        return Node(*entry) if entry else None

    def below(self, number: int) -> Iterator[Node]:
        """The nodes below another, in the order of their numbers.

        Args:
            number: of the block that names them.

        Raises:
            DamagedError: not all could be read.
        """
        return self._below(number, 1)

    def _below(self, number: int, most: int) -> Iterator[Node]:
        block = self.read(number)
        if len(block) < self.layout.entries or block[0] != _NODES or block[1] > most:
            raise DamagedError(UNREADABLE)
        form = self.layout.inner if block[1] else self.layout.below
        for entry in _entries(block, self.layout.entries, form):
            if block[1]:
                yield from self._below(entry[1], 0)
            else:
                yield Node(*entry)

    def read(self, number: int) -> bytes:
        """What is in a block that says how messages hang together; a wrong check sum of it is noted.

        Raises:
            DamagedError: it cannot be found or breaks off, or more was read than the file can have of such blocks:
                what is damaged may lead in circles.
        """
        self._count()
        place, data, is_sound = self._block(number)
        if not is_sound:
            self.damaged.add(place)
        return data

    @property
    def most(self) -> int:
        """Blocks that the file has room for."""
        return self._size // _LEAST_BLOCK

    def content(self, number: int) -> bytes:
        """What is in a block of a file that is attached, whatever its check sum is.

        Raises:
            DamagedError: it cannot be found, or breaks off.
        """
        return self._block(number)[1]

    def _block(self, number: int) -> tuple[int, bytes, bool]:
        """Where it lies, what is in it, and whether its check sum is right."""
        place, size, plain = self._place(number)
        layout = self.layout
        whole = -(-(size + layout.trailer) // layout.unit) * layout.unit
        data = self._read_at(place, whole)
        if len(data) < size:
            raise DamagedError(UNREADABLE)
        is_sound = _fits(data[:size], data[whole - layout.trailer + layout.block_check :][:4])
        data = data[:size]
        if plain != size:
            try:
                data = zlib.decompressobj().decompress(data, plain)
            except zlib.error:
                raise DamagedError(UNREADABLE) from None
        return place, data if number & _INTERNAL else decoded(data, self._encoding, number & 0xFFFFFFFF), is_sound

    def size(self, number: int) -> int:
        """Bytes of data, as its first block says, which has all of it or names the others.

        Raises:
            DamagedError: it cannot be read.
        """
        if number & _INTERNAL:
            return int.from_bytes(_list_of(self.read(number))[4:8], "little")
        return self.plain_size(number) if number else 0

    def leaves(self, number: int, *, content: bool = False) -> Iterator[int]:
        """The blocks of data in order, of which the first has all of it or names the others.

        Args:
            number: of that block.
            content: it is the data of a file that is attached.

        Raises:
            DamagedError: not all could be found.
        """
        read = self.content if content else self.read
        if not number & _INTERNAL:
            if number:
                yield number
            return
        block = _list_of(read(number))
        for (one,) in _entries(block, _LIST_HEAD, self.layout.number):
            if block[1] == 1:
                yield one
            else:
                inner = _list_of(read(one), 1)
                yield from (leaf for (leaf,) in _entries(inner, _LIST_HEAD, self.layout.number))

    def plain_size(self, number: int) -> int:
        """Bytes of what is in a block.

        Raises:
            DamagedError: it cannot be found.
        """
        return self._place(number)[2]

    def _place(self, number: int) -> tuple[int, int, int]:
        """Where a block lies, its bytes there, and those of what is in it."""
        entry = self._find(BLOCKS, number & ~_RESERVED)
        if entry is None:
            raise DamagedError(UNREADABLE)
        _, place, size, *plain = entry
        return place, size, (plain[0] if plain else 0) or size

    def _find(self, kind: int, key: int) -> tuple[int, ...] | None:
        page = self._page(self._roots[kind], kind, None)
        while True:
            at = bisect_right(page.keys, key) - 1
            if at < 0:
                return None
            entry = page.entries[at]
            if not page.level:
                return entry if page.keys[at] == key else None
            page = self._page(entry[2], kind, page.level - 1)

    def _page(self, place: int, kind: int, level: int | None) -> _Page:
        """A page of a tree.

        Raises:
            DamagedError: there is none of this kind and level.
        """
        page = self._pages.get((place, kind))
        if page is None:
            page = self._parsed(place, kind)
            if len(self._pages) >= _CACHED:
                del self._pages[next(iter(self._pages))]
            self._pages[place, kind] = page
        if page.level > _DEEPEST or level not in {None, page.level}:
            raise DamagedError(UNREADABLE)
        return page

    def _parsed(self, place: int, kind: int) -> _Page:
        layout = self.layout
        page = self._read_at(place, layout.page)
        if len(page) < layout.page or page[layout.kind : layout.kind + 2] != bytes([kind, kind]):
            raise DamagedError(UNREADABLE)
        many, length, level = layout.counts.unpack_from(page, layout.room)
        form = layout.branch if level else layout.block if kind == BLOCKS else layout.node
        if many * length > layout.room or (many and length < form.size):
            raise DamagedError(UNREADABLE)
        if kind == NODES and not _fits(page[: layout.kind], page[layout.page_check :][:4]):
            self.damaged.add(place)
        entries = [form.unpack_from(page, at * length) for at in range(many)]
        mask = ~_RESERVED if kind == BLOCKS else 0xFFFFFFFF
        return _Page(level, [entry[0] & mask for entry in entries], entries)

    def _read_at(self, place: int, size: int) -> bytes:
        if place >= self._size:
            return b""
        self._stream.seek(place)
        return self._stream.read(size)

    def _count(self) -> None:
        self._reads -= 1
        if self._reads < 0:
            raise DamagedError(UNREADABLE)


class Data(Stretch):
    """The content of a file that is attached, one block of it in memory.

    Args:
        blocks: of the mailbox.
        number: of its first block.
        size: bytes, as that says.

    Raises:
        DamagedError: blocks of it are missing.
    """

    def __init__(self, blocks: Blocks, number: int, size: int) -> None:
        super().__init__(size, LOST)
        self._blocks, self._held, self._block = blocks, -1, b""
        self._numbers, self._until = array("Q"), array("Q")
        try:
            self._list(number)
        except DamagedError:
            raise DamagedError(LOST) from None

    def _list(self, number: int) -> None:
        end = 0
        for one in self._blocks.leaves(number, content=True):
            if end >= self.size:
                return
            length = self._blocks.plain_size(one)
            if not length or len(self._numbers) > self._blocks.most:
                break  # the same ones again and again
            end += length
            self._numbers.append(one)
            self._until.append(end)
        if end < self.size:
            raise DamagedError(LOST)

    def read_at(self, place: int, size: int) -> bytes:
        """As in `Stretch`; raises `DamagedError` where a block cannot be read."""
        at = bisect_right(self._until, place)
        if at != self._held:
            try:
                self._block = self._blocks.content(self._numbers[at])
            except DamagedError:
                raise DamagedError(LOST) from None
            self._held = at
        begin = self._until[at - 1] if at else 0
        return self._block[place - begin :][:size]


def opened(blocks: Blocks, number: int, size: int) -> IO[bytes]:
    """The content of a file that is attached, as a stream; arguments and errors as of `Data`."""
    return io.BufferedReader(Data(blocks, number, size), _BUFFER)


def _list_of(block: bytes, level: int | None = None) -> bytes:
    """A block that names others, if it is one."""
    if len(block) < _LIST_HEAD or block[0] != _DATA or block[1] not in ({1, 2} if level is None else {level}):
        raise DamagedError(UNREADABLE)
    return block


def _entries(block: bytes, begin: int, form: Struct) -> Iterator[tuple[int, ...]]:
    """The entries of a block that names others: as many as it says, and has."""
    many = int.from_bytes(block[2:4], "little")
    if begin + many * form.size > len(block):
        raise DamagedError(UNREADABLE)
    return form.iter_unpack(block[begin : begin + many * form.size])


def _fits(data: bytes, check: bytes) -> bool:
    """Whether a check sum is that of these bytes ([MS-PST], 5.3): CRC-32 from 0 on. Some writers leave it 0."""
    return not any(check) or zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF == int.from_bytes(check, "little")
