"""All that a source gives, read to its end as a scan would."""

from __future__ import annotations

import os
import re
import select
import threading
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from vaern.store.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.scanning.walk import Item


def settle() -> None:
    """Wait until all that asks a store has ended: a scan leaves to itself what is on its way when it ends."""
    for thread in threading.enumerate():
        if thread.name in {"fetch", "list"}:
            thread.join()


class Came(NamedTuple):
    """An item, and what could be read of it."""

    item: Item
    content: bytes

    @property
    def name(self) -> str:
        return re.sub("^[a-z0-9]+://uploads/", "", self.item.name)


def content_of(item: Item) -> bytes:
    """All that can be read of it; nothing where there is a problem."""
    if item.problem:
        return b""
    with os.fdopen(item.open(), "rb") as stream:
        return stream.read()


def drained(
    address: str,
    scratch: Path | None = None,
    done: Callable[[Item], bool] = lambda _: False,
    *,
    into: list[Came] | None = None,
    read: Callable[[Item], bytes] = content_of,
) -> list[Came]:
    """What comes of an address, in its order; `into` has it also where it ends with an error."""
    came: list[Came] = [] if into is None else into
    bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
    try:
        with closing(Objects(address, scratch)) as objects:
            for item in objects.coming(frozenset(), done, bell):
                if item is None:
                    assert select.select([bell], [], [], 60)[0], "nobody rang"
                    os.eventfd_read(bell)
                    continue
                came.append(Came(item, read(item)))
    finally:
        os.close(bell)
        settle()
    return came


def listed(address: str) -> list[Item]:
    """What is listed of an address."""
    try:
        with closing(Objects(address)) as objects:
            return list(objects.listed(frozenset()))
    finally:
        settle()
