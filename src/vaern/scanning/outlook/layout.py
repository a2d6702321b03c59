"""The three layouts of a mailbox of Outlook, and the beginning of its file, which tells which one it has.

ANSI (until Outlook 2002) and Unicode are those of [MS-PST]; that of 4-KiB pages, which an `.ost` has since Outlook
2013, is not in it: the documentation of libpff describes it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from struct import Struct
from typing import IO

from vaern.scanning.members import DamagedError
from vaern.scanning.outlook.encoding import PROTECTED

BLOCKS, NODES = 0x80, 0x81
"""Kinds of pages: of the tree of blocks, and of that of nodes."""

UNREADABLE = "the Outlook mailbox is damaged or truncated"

_HEAD = 580
_VERSION, _LAST_ANSI = 10, 15


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie in a file and how wide they are.

    Attributes:
        page: bytes of a page.
        room: of these, for entries.
        counts: behind them: how many there are, bytes of one, and the level.
        kind: where in a page its kind stands, twice.
        page_check: where in a page the check sum of all before its kind stands.
        branch: an entry that leads to a page: the least key in that, its number, its place.
        block: an entry for a block: number, place, size; with pages of 4 KiB also its size before it was packed.
        node: an entry for a node: its number, the numbers of its data and of the nodes below it, its parent.
        entries: bytes before the entries in a block that names nodes below another.
        below: such an entry: node, data, nodes below.
        inner: an entry there that leads to further ones: the least node, and a block.
        number: of a block.
        unit: a block with its trailer is padded to a multiple of this.
        trailer: its bytes.
        block_check: where in the trailer the check sum of the block stands.
        roots: where in the file the places of the trees of nodes and of blocks stand.
        encoding: where in the file the way stands in which blocks are encoded.
        index_bits: of a place in a heap: its number in its block.
    """

    page: int
    room: int
    counts: Struct
    kind: int
    page_check: int
    branch: Struct
    block: Struct
    node: Struct
    entries: int
    below: Struct
    inner: Struct
    number: Struct
    unit: int
    trailer: int
    block_check: int
    roots: tuple[int, int]
    encoding: int
    index_bits: int


ANSI = Layout(
    page=512,
    room=496,
    counts=Struct("<BxBB"),
    kind=500,
    page_check=508,
    branch=Struct("<III"),
    block=Struct("<IIH"),
    node=Struct("<IIII"),
    entries=4,
    below=Struct("<III"),
    inner=Struct("<II"),
    number=Struct("<I"),
    unit=64,
    trailer=12,
    block_check=8,
    roots=(188, 196),
    encoding=461,
    index_bits=11,
)

UNICODE = Layout(
    page=512,
    room=488,
    counts=Struct("<BxBB"),
    kind=496,
    page_check=500,
    branch=Struct("<QQQ"),
    block=Struct("<QQH"),
    node=Struct("<I4xQQI"),
    entries=8,
    below=Struct("<I4xQQ"),
    inner=Struct("<I4xQ"),
    number=Struct("<Q"),
    unit=64,
    trailer=16,
    block_check=4,
    roots=(224, 240),
    encoding=513,
    index_bits=11,
)

LARGE = replace(
    UNICODE,
    page=4096,
    room=4056,
    counts=Struct("<HxxBB"),
    kind=4072,
    page_check=4076,
    block=Struct("<QQHH"),
    unit=512,
    trailer=24,
    index_bits=14,
)


@dataclass(frozen=True, slots=True)
class Header:
    """What the beginning of a mailbox says.

    Attributes:
        layout: of the file.
        encoding: of its blocks.
        nodes: place of the root of the tree of nodes.
        blocks: place of that of the tree of blocks.
        size: bytes of the file, as they are.
    """

    layout: Layout
    encoding: int
    nodes: int
    blocks: int
    size: int


def header_of(stream: IO[bytes]) -> Header:
    """The header of a mailbox.

    Raises:
        DamagedError: it breaks off, or Windows has encrypted the mailbox.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(_HEAD)
    if len(head) < _HEAD:
        raise DamagedError(UNREADABLE)
    layout = ANSI if int.from_bytes(head[_VERSION : _VERSION + 2], "little") <= _LAST_ANSI else UNICODE
    nodes, blocks = (int.from_bytes(head[at : at + layout.number.size], "little") for at in layout.roots)
    if layout is UNICODE and _has_large_pages(stream, size, nodes, blocks):
        layout = LARGE
    if head[layout.encoding] == PROTECTED:
        raise DamagedError("the Outlook mailbox is encrypted by Windows")
    return Header(layout, head[layout.encoding], nodes, blocks, size)


def _has_large_pages(stream: IO[bytes], size: int, nodes: int, blocks: int) -> bool:
    """By the roots themselves: versions 36 and 37 have been written with pages of either size."""
    for place, kind in ((nodes, NODES), (blocks, BLOCKS)):
        if place >= size:
            continue
        stream.seek(place)
        page = stream.read(LARGE.page)
        for layout in (UNICODE, LARGE):
            if page[layout.kind : layout.kind + 2] == bytes([kind, kind]):
                return layout is LARGE
    return False
