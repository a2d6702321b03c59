"""Shares of a scan: some things that follow each other in the source, for one machine to read."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from vaern.scanning.walk import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

BYTES = 64 << 20
"""Of the things in a share; one that is larger is alone in its share."""

THINGS = 2000
"""In a share."""

FIRST_THINGS = 32
"""In each of the first `FIRST` shares: what they hold is found soon, whatever comes later."""

FIRST = 16


class Entry(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True, gc=False):
    """A thing as it was listed; as of `walk.Item`."""

    name: str
    size: int
    modified: str | None = None
    mime: str = ""
    problem: str = ""
    tag: str = ""

    def item(self) -> Item:
        """The same for whoever opens it."""
        return Item(self.name, self.size, self.modified, self.mime, self.problem, tag=self.tag)


def entry_of(item: Item) -> Entry:
    """What another machine has to know of it."""
    return Entry(item.name, item.size, item.modified, item.mime, item.problem, item.tag)


class Share(NamedTuple):
    """A share.

    Attributes:
        number: they are numbered in the order of the source.
        data: its things, packed.
    """

    number: int
    data: bytes

    @property
    def digest(self) -> bytes:
        """What tells it from any other: a result names the share that it is of."""
        return hashlib.blake2b(self.data, digest_size=16).digest()

    def entries(self) -> list[Entry]:
        """Its things.

        Raises:
            msgspec.MsgspecError: they are not what `Cutter` made.
        """
        return _entries.decode(self.data)


_entries = msgspec.msgpack.Decoder(list[Entry])


class Cutter:
    """Cuts what comes into shares.

    Args:
        first: number of the first.
    """

    def __init__(self, first: int = 0) -> None:
        self._number, self._size = first, 0
        self._entries: list[Entry] = []

    def add(self, item: Item) -> Sequence[Share]:
        """The shares that are full, now that this came."""
        full = self.rest() if self._entries and self._size + item.size > BYTES else ()
        self._entries.append(entry_of(item))
        self._size += item.size
        most = FIRST_THINGS if self._number < FIRST else THINGS
        return [*full, *(self.rest() if len(self._entries) >= most or self._size >= BYTES else ())]

    def rest(self) -> Sequence[Share]:
        """What has gathered, as a share; none if nothing has."""
        if not self._entries:
            return ()
        share = Share(self._number, msgspec.msgpack.encode(self._entries))
        self._number, self._size, self._entries = self._number + 1, 0, []
        return (share,)
