"""A small writer of Outlook's mailboxes, after [MS-PST], for the tests; of 4-KiB pages after libpff's documentation."""

from __future__ import annotations

import struct
import zlib
from typing import NamedTuple

from vaern.scanning.outlook import encoding

INTEGER, BOOLEAN, TIME, BYTES_TEXT, TEXT, OBJECT, BINARY = 0x03, 0x0B, 0x40, 0x1E, 0x1F, 0x0D, 0x102
ROOT, TOP, STORE = 0x122, 0x8022, 0x21
NOON = 133_485_840_000_000_000
"""The first of January 2024, 12:00 UTC."""
HEAP_ITEM, HEAP_BLOCK = 3580, 3600


class Layout(NamedTuple):
    """What differs: format of a number, version, page, its room, block with trailer, unit, bits of an index."""

    number: str
    version: int
    page: int
    room: int
    block: int
    trailer: int
    unit: int
    bits: int


LAYOUTS = {
    "ansi": Layout("I", 14, 512, 496, 8192, 12, 64, 11),
    "unicode": Layout("Q", 23, 512, 488, 8192, 16, 64, 11),
    "large": Layout("Q", 36, 4096, 4056, 65536, 24, 512, 14),
}


def check(data):
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(place, number):
    """[MS-PST], 5.5."""
    mixed = place ^ number
    return (mixed >> 16 ^ mixed) & 0xFFFF


class Writer:
    """A mailbox of nodes.

    Args:
        layout: a name in `LAYOUTS`.
        way: how blocks are encoded.
        most: bytes of data in a block, where it is to be less than what fits.
        fan: entries of a page or of a block that names others, where it is to be less.
        packed: blocks are packed by deflate, with the large layout alone.
    """

    def __init__(self, layout="unicode", way=encoding.PERMUTED, *, most=None, fan=None, packed=False):
        self.layout, self.way, self.packed = LAYOUTS[layout], way, packed
        self.is_ansi, self.is_large = layout == "ansi", layout == "large"
        self.most = min(most or 1 << 20, self.layout.block - self.layout.trailer)
        self.fan = fan or 1 << 20
        self.body = bytearray(0x4600)
        self.blocks, self.nodes, self.numbers = {}, {}, 4

    def block(self, data, *, names=False):
        """A block; its number. One that names others is not encoded."""
        number, self.numbers = self.numbers | (2 if names else 0), self.numbers + 4
        plain = len(data)
        if not names and self.way == encoding.PERMUTED:
            table = bytes(encoding.decoded(bytes(range(256)), encoding.PERMUTED, 0))
            data = data.translate(bytes(table.index(value) for value in range(256)))
        elif not names and self.way == encoding.CYCLIC:
            data = encoding.turned(data, number & 0xFFFFFFFF)
        if self.packed and len(squeezed := zlib.compress(data)) < len(data):
            data = squeezed
        place, layout = len(self.body), self.layout
        whole = -(-(len(data) + layout.trailer) // layout.unit) * layout.unit
        self.body += data.ljust(whole - layout.trailer, b"\0")
        head = struct.pack("<HH", len(data), signature(place, number))
        if self.is_ansi:
            self.body += head + struct.pack("<II", number, check(data))
        else:
            self.body += head + struct.pack("<IQ", check(data), number)
        if self.is_large:
            self.body += struct.pack("<HHI", 2, plain, 0)
        self.blocks[number] = place, len(data), plain
        return number

    def data(self, data):
        """Data in as many blocks as it takes; the number of the one that names the others, if there are several."""
        return self.tree([data[at : at + self.most] for at in range(0, len(data), self.most)])

    def tree(self, pieces):
        """Blocks of these pieces, and the blocks that name them."""
        if len(pieces) <= 1:
            return self.block(pieces[0]) if pieces else 0
        leaves = [(self.block(piece), len(piece)) for piece in pieces]
        fan = min(self.fan, (self.layout.block - self.layout.trailer - 8) // struct.calcsize(self.layout.number))
        lists = [leaves[at : at + fan] for at in range(0, len(leaves), fan)]
        named = [(self.names(1, part), sum(size for _, size in part)) for part in lists]
        return named[0][0] if len(named) == 1 else self.names(2, named)

    def names(self, level, numbered):
        numbers = [number for number, _ in numbered]
        head = struct.pack("<BBHI", 1, level, len(numbers), sum(size for _, size in numbered))
        return self.block(head + struct.pack(f"<{len(numbers)}{self.layout.number}", *numbers), names=True)

    def below(self, entries):
        """What names nodes below another: (number, data, below)."""
        if not entries:
            return 0
        form = struct.Struct("<III" if self.is_ansi else "<QQQ")
        entries = sorted(entries)
        fan = min(self.fan, (self.layout.block - self.layout.trailer - 8) // form.size)
        parts = [entries[at : at + fan] for at in range(0, len(entries), fan)]
        lists = [(part[0][0], self._below(0, form, part)) for part in parts]
        form = struct.Struct("<II" if self.is_ansi else "<QQ")
        return lists[0][1] if len(lists) == 1 else self._below(1, form, lists)

    def _below(self, level, form, entries):
        head = struct.pack("<BBH" if self.is_ansi else "<BBH4x", 2, level, len(entries))
        return self.block(head + b"".join(form.pack(*entry) for entry in entries), names=True)

    def node(self, number, data, below=0, parent=0):
        self.nodes[number] = data, below, parent

    def properties(self, values, further=()):
        """A node's data and nodes below it: key → (type, number or bytes); `further` come below it too."""
        heap, below = Heap(self.layout.bits), list(further)
        entries = []
        for key, (form, value) in sorted(values.items()):
            if isinstance(value, bytes):
                if len(value) > HEAP_ITEM:
                    place = 0x1F | (0x1000 + len(below)) << 5
                    below.append((place, self.data(value), 0))
                else:
                    place = heap.add(value) if value else 0
                entries.append(struct.pack("<HHI", key, form, place))
            else:
                entries.append(struct.pack("<HHI", key, form, value))
        heap.root = heap.tree(entries, 2, 6)
        return self.tree(heap.done(0xBC)), self.below(below)

    def table(self, rows):
        """A table of the numbers of nodes, and of no other columns."""
        heap = Heap(self.layout.bits)
        size = 2 if self.is_ansi else 4
        index = heap.tree(
            [struct.pack("<I", row) + at.to_bytes(size, "little") for at, row in enumerate(rows)], 4, size
        )
        matrix = b"".join(struct.pack("<IIB", row, 1, 0xC0) for row in rows)
        below, place = [], 0
        if len(matrix) > HEAP_ITEM:
            place, each = 0x1F | 0x1000 << 5, (self.layout.block - self.layout.trailer) // 9 * 9
            below = [(place, self.tree([matrix[at : at + each] for at in range(0, len(matrix), each)]), 0)]
        elif matrix:
            place = heap.add(matrix)
        columns = struct.pack("<IHBB", 0x67F20003, 0, 4, 0) + struct.pack("<IHBB", 0x67F30003, 4, 4, 1)
        heap.root = heap.add(struct.pack("<BB4HIII", 0x7C, 2, 8, 8, 8, 9, index, place, 0) + columns)
        return self.tree(heap.done(0x7C)), self.below(below)

    def page(self, kind, level, form, entries):
        """A page of a tree; what leads to it: its least key, its number, its place."""
        layout, number = self.layout, self.numbers
        self.numbers += 4
        self.body += bytes(-len(self.body) % layout.page)
        place = len(self.body)
        many = layout.room // form.size
        counts = struct.pack("<HHBB10x" if self.is_large else "<BBBB", len(entries), many, form.size, level)
        data = b"".join(form.pack(*entry) for entry in entries).ljust(layout.room, b"\0") + counts
        data += b"" if self.is_ansi or self.is_large else bytes(4)
        data_check, mark = check(data), struct.pack("<BBH", kind, kind, signature(place, number))
        tail = struct.pack("<II", number, data_check) if self.is_ansi else struct.pack("<IQ", data_check, number)
        self.body += data + mark + tail + (bytes(8) if self.is_large else b"")
        return entries[0][0] if entries else 0, number, place

    def pages(self, kind, form, entries):
        branch, level = struct.Struct("<3" + self.layout.number), 0
        while True:
            fan = min(self.fan, self.layout.room // form.size)
            parts = [entries[at : at + fan] for at in range(0, len(entries), fan)] or [[]]
            entries = [self.page(kind, level, form, part) for part in parts]
            if len(entries) == 1:
                return entries[0][1:]
            form, level = branch, level + 1

    def done(self):
        """The file."""
        wide = "IIII" if self.is_ansi else "QQQI4x"
        nodes = [(number, *node) for number, node in sorted(self.nodes.items())]
        nodes = self.pages(0x81, struct.Struct("<" + wide), nodes)
        form = {"ansi": "<IIHH", "unicode": "<QQHH4x", "large": "<QQHHHxx"}
        name = "ansi" if self.is_ansi else "large" if self.is_large else "unicode"
        blocks = [
            (number, place, size, plain, 2) if self.is_large else (number, place, size, 2)
            for number, (place, size, plain) in sorted(self.blocks.items())
        ]
        blocks = self.pages(0x80, struct.Struct(form[name]), blocks)
        data, size = self.body, len(self.body)
        struct.pack_into(
            "<4s4x2sHHBB", data, 0, b"!BDN", b"SO" if self.is_large else b"SM", self.layout.version, 19, 1, 1
        )
        if self.is_ansi:
            struct.pack_into("<III", data, 24, self.numbers, self.numbers, 1)
            struct.pack_into("<9I", data, 164, 0, size, 0, 0, 0, *nodes, *blocks)
            struct.pack_into("<B", data, 200, 2)
            struct.pack_into("<BB", data, 460, 0x80, self.way)
        else:
            struct.pack_into("<QI", data, 32, self.numbers, 1)
            struct.pack_into("<I8Q", data, 180, 0, size, 0, 0, 0, *nodes, *blocks)
            struct.pack_into("<B", data, 248, 2)
            struct.pack_into("<BBHQ", data, 512, 0x80, self.way, 0, self.numbers)
            struct.pack_into("<I", data, 524, check(bytes(data[8:524])))
        struct.pack_into("<I", data, 4, check(bytes(data[8:479])))
        return bytes(data)


class Heap:
    """A heap on a node ([MS-PST], 2.3.1), of as many blocks as it takes."""

    def __init__(self, bits):
        self.bits, self.root, self.pieces = bits, 0, [[]]

    def add(self, item):
        """The place of an item."""
        if sum(map(len, self.pieces[-1])) + len(item) + 2 * len(self.pieces[-1]) > HEAP_BLOCK:
            self.pieces.append([])
        self.pieces[-1].append(item)
        return len(self.pieces[-1]) << 5 | (len(self.pieces) - 1) << 5 + self.bits

    def tree(self, entries, key, size):
        """A tree on the heap ([MS-PST], 2.3.2); the place of its head."""
        level, each = 0, key + size
        while len(entries) * each > HEAP_ITEM:
            many = HEAP_ITEM // each
            parts = [entries[at : at + many] for at in range(0, len(entries), many)]
            entries = [part[0][:key] + struct.pack("<I", self.add(b"".join(part))) for part in parts]
            level, each = level + 1, key + 4
        root = self.add(b"".join(entries)) if entries else 0
        return self.add(struct.pack("<BBBBI", 0xB5, key, size, level, root))

    def done(self, kind):
        """Its blocks."""
        blocks = []
        for number, items in enumerate(self.pieces):
            head = 12 if number == 0 else 66 if number % 128 == 8 else 2
            places = [head]
            for item in items:
                places.append(places[-1] + len(item))
            listed = -(-places[-1] // 2) * 2
            block = struct.pack("<H", listed)
            block += struct.pack("<BBI4x", 0xEC, kind, self.root) if number == 0 else bytes(head - 2)
            block = (block + b"".join(items)).ljust(listed, b"\0")
            blocks.append(block + struct.pack(f"<HH{len(places)}H", len(items), 0, *places))
        return blocks
