"""The middle layer of a mailbox of Outlook ([MS-PST], 2.3): the properties of a folder, a message or an attachment.

They stand in a heap, which a node has as its data, and what is too large for that in a node below it.
"""

from __future__ import annotations

import io
from array import array
from functools import partial
from itertools import islice
from struct import Struct
from typing import IO, TYPE_CHECKING, NamedTuple

from vaern.scanning import filetimes
from vaern.scanning.members import DamagedError
from vaern.scanning.outlook.blocks import opened
from vaern.scanning.outlook.layout import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vaern.scanning.outlook.blocks import Blocks, Node

TEXT, BYTES_TEXT, BINARY, OBJECT = 0x1F, 0x1E, 0x102, 0x0D
"""Types of properties."""

LONGEST = 4096
"""Bytes of a text or a number that are read."""

_NUMBER, _TIME = 0x03, 0x40
_HEAP, _TREE, _PROPERTIES = 0xEC, 0xB5, 0xBC
_DEEPEST, _ITEMS = 8, 512  # of a tree: 147 full ones hold all keys that there can be
_BLOCKS, _HELD = 1 << 16, 64  # of a heap: which a place can name, and which are kept in memory
_ROOT = Struct("<HBBI")
_BRANCH, _ENTRY = Struct("<HI"), Struct("<HHI")
_CHARSET, _FURTHER_CHARSET = 0x3FFD, 0x3FDE
_CHARSETS = {65001: "utf-8", 20127: "cp1252", 1200: "utf-8", 936: "gbk", 950: "big5", 28591: "cp1252"}
_PAGES = {874, 932, 949, *range(1250, 1259)}


class Large(NamedTuple):
    """A property that may be large: bytes, and what gives them."""

    size: int
    open: Callable[[], IO[bytes]]


class Properties:
    """The properties of a node.

    Raises:
        DamagedError: they cannot be read.
    """

    def __init__(self, blocks: Blocks, node: Node) -> None:
        self._blocks, self._node = blocks, node
        self._leaves = array("Q", islice(blocks.leaves(node.data), _BLOCKS))
        self._held: dict[int, bytes] = {}
        head = self._block(0)
        if len(head) < _ROOT.size:
            raise DamagedError(UNREADABLE)
        _, heap, kind, root = _ROOT.unpack_from(head)
        tree = self._item(root)
        if heap != _HEAP or kind != _PROPERTIES or len(tree) < 8 or tree[:3] != bytes([_TREE, 2, 6]):
            raise DamagedError(UNREADABLE)
        self._items = _ITEMS
        self._entries = {
            key: (form, value) for key, form, value in self._read(int.from_bytes(tree[4:8], "little"), tree[3])
        }

    def _read(self, place: int, level: int) -> Iterator[tuple[int, int, int]]:
        self._items -= 1
        if self._items < 0 or level > _DEEPEST:
            raise DamagedError(UNREADABLE)
        item = self._item(place) if place else b""
        form = _BRANCH if level else _ENTRY
        for entry in form.iter_unpack(item[: len(item) // form.size * form.size]):
            if level:
                yield from self._read(entry[1], level - 1)
            else:
                yield entry[0], entry[1], entry[2]

    def type(self, key: int) -> int | None:
        """The type of a property; `None` where there is no such one."""
        entry = self._entries.get(key)
        return entry and entry[0]

    def number(self, key: int) -> int:
        """A number, 0 where there is none."""
        form, value = self._entries.get(key, (0, 0))
        return value if form == _NUMBER else 0

    def time(self, key: int) -> str | None:
        """A time as ISO 8601."""
        if self.type(key) != _TIME:
            return None
        data = self.value(key)
        return filetimes.told(int.from_bytes(data[:8], "little")) if len(data) >= 8 else None

    def text(self, key: int) -> str:
        """A text, or its beginning; empty where there is none."""
        form = self.type(key)
        if form not in {TEXT, BYTES_TEXT}:
            return ""
        data = self.value(key)
        return data.decode("utf-16-le" if form == TEXT else self._charset(), "replace").partition("\0")[0]

    def _charset(self) -> str:
        page = self.number(_CHARSET) or self.number(_FURTHER_CHARSET)
        return f"cp{page}" if page in _PAGES else _CHARSETS.get(page, "cp1252")

    def value(self, key: int) -> bytes:
        """The bytes of a property, at most `LONGEST`.

        Raises:
            DamagedError: it is nowhere.
        """
        with self.large(key).open() as stream:
            return stream.read(LONGEST)

    def large(self, key: int) -> Large:
        """A property that may be large.

        Raises:
            DamagedError: it is nowhere.
        """
        _, place = self._entries.get(key, (0, 0))
        if place & 0x1F:
            return self.data_of(self.below(place))
        data = self._item(place) if place else b""
        return Large(len(data), partial(io.BytesIO, data))

    def data_of(self, node: Node) -> Large:
        """All data of a node.

        Raises:
            DamagedError: it is nowhere.
        """
        size = self._blocks.size(node.data)
        return Large(size, partial(opened, self._blocks, node.data, size))

    def below(self, number: int) -> Node:
        """The node of this number below this one.

        Raises:
            DamagedError: there is none.
        """
        for node in self._blocks.below(self._node.below) if self._node.below else ():
            if node.number == number:
                return node
        raise DamagedError(UNREADABLE)

    def _item(self, place: int) -> bytes:
        """What stands at a place in the heap."""
        bits = self._blocks.layout.index_bits
        index, block = (place >> 5) & ((1 << bits) - 1), self._block(place >> 5 + bits)
        listed = int.from_bytes(block[:2], "little")
        many = int.from_bytes(block[listed : listed + 2], "little")
        at = listed + 2 + 2 * index  # two bytes say how many are free
        begin, end = (int.from_bytes(block[one : one + 2], "little") for one in (at, at + 2))
        if not 0 < index <= many or at + 4 > len(block) or not begin <= end <= len(block):
            raise DamagedError(UNREADABLE)
        return block[begin:end]

    def _block(self, index: int) -> bytes:
        if index >= len(self._leaves):
            raise DamagedError(UNREADABLE)
        if index not in self._held:
            if len(self._held) >= _HELD:
                self._held.clear()
            self._held[index] = self._blocks.read(self._leaves[index])
        return self._held[index]
