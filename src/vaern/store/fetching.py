"""An object on its way here: into memory or a deleted file, gone on with where the connection broke."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import FileIO
from typing import TYPE_CHECKING

from vaern.scanning.names import original
from vaern.scanning.walk import Item
from vaern.store.answers import ChangedError, UnreadError
from vaern.store.client import BrokenError, Listed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.store.client import Answer, Store

IN_MEMORY = 16 << 20
"""Bytes of an object that is held in memory; a larger one lies in a deleted file meanwhile."""

_CHUNK = 1 << 20
_BREAKS = 5
"""Times in a row that a connection may break and bring nothing."""

_CHANGES = 3
"""Times that an object may become another while it comes."""

_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class GivenUpError(Exception):
    """Nobody wants it any more."""


@dataclass(frozen=True, slots=True)
class Fetched(Item):
    """An object that is here, or a word why not."""

    _descriptor: int = field(default=-1, repr=False)

    def open(self) -> int:
        """A descriptor of what came."""
        return fcntl.fcntl(self._descriptor, fcntl.F_DUPFD_CLOEXEC, 0)

    def open_further(self) -> list[int]:
        """None: the other files of an image are objects of their own."""
        return []

    def close(self) -> None:
        """Give it up; what was opened stays."""
        if self._descriptor >= 0:
            os.close(self._descriptor)


def item_of(store: Store, listed: Listed) -> Item:
    """An object as it was listed."""
    name, modified = store.address.name(listed.key), iso(listed.modified)
    return Item(name, listed.size, modified, state=_state(listed), tag=listed.etag)


def listed_of(store: Store, item: Item) -> Listed:
    """The object, of the item that `item_of` made of it."""
    key = os.fsdecode(original(item.name.removeprefix(store.address.name(""))))
    return Listed(key, item.size, datetime.fromisoformat(item.modified or ""), item.tag)


def fetch(store: Store, listed: Listed, scratch: Path | None, wanted: Callable[[], bool]) -> Fetched:
    """Fetch an object; what could not be read says so in `problem`.

    Args:
        store: has it.
        listed: as it was; if it is another by now, that one is fetched, and `changed` says so.
        scratch: folder for a large one; the system's for temporary files if `None`.
        wanted: whether to go on.

    Raises:
        GivenUpError: not wanted any more.
        Refusal: the store cannot be reached, or takes no request of ours.
    """
    busy, changes = False, 0
    while True:
        try:
            answer = store.get(listed.key, "" if changes else listed.etag)
            now = _coming(listed, answer)
            descriptor = _received(store, now, answer, scratch, wanted)
        except ChangedError:
            changes += 1
            if changes <= _CHANGES:
                continue
            problem = "it was changed again and again while it was read"
        except UnreadError as error:
            problem, busy = str(error), error.busy
        except OSError as error:
            problem = _local(error)
        else:
            item, changed = item_of(store, now), bool(changes) or now.etag != listed.etag
            return Fetched(
                item.name, item.size, item.modified, state=item.state, changed=changed, _descriptor=descriptor
            )
        item = item_of(store, listed)
        return Fetched(item.name, item.size, item.modified, problem=problem, state=item.state, busy=busy)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC, as of a file."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _coming(listed: Listed, answer: Answer) -> Listed:
    """The object as it is now."""
    modified, etag = answer.modified or listed.modified, answer.etag or listed.etag
    return listed._replace(size=answer.size, modified=modified, etag=etag)


def _received(store: Store, now: Listed, answer: Answer, scratch: Path | None, wanted: Callable[[], bool]) -> int:
    """A descriptor, for reading alone, of all that comes."""
    try:
        with _place(now.size, scratch) as file:
            there = breaks = 0
            while not _copied(answer, file, now.size, wanted):
                breaks = 1 if file.tell() > there else breaks + 1
                there = file.tell()
                if breaks > _BREAKS or there == now.size or not now.etag:
                    raise UnreadError("the store broke off while it was read")
                answer.body.close()
                answer = store.get(now.key, now.etag, there)
                if (answer.etag or now.etag, answer.size) != (now.etag, now.size):
                    raise ChangedError
            if now.size <= IN_MEMORY:
                fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
            return os.open(f"/proc/self/fd/{file.fileno()}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        answer.body.close()


def _copied(answer: Answer, file: FileIO, size: int, wanted: Callable[[], bool]) -> bool:
    """Write what comes behind what is there; whether all of it came."""
    try:
        while file.tell() < size:
            if not wanted():
                raise GivenUpError
            data = memoryview(answer.body.read(min(_CHUNK, size - file.tell())))
            if not data:
                return False
            while data:
                data = data[file.write(data) :]
        answer.body.read(1)  # its end, where the store's own checksum is compared
    except BrokenError:
        return False
    return True


def _place(size: int, scratch: Path | None) -> FileIO:
    """Somewhere without a name for so many bytes."""
    if size <= IN_MEMORY:
        return FileIO(os.memfd_create("object", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING), "w")
    with tempfile.TemporaryFile(dir=scratch, buffering=0) as file:
        room = os.fstatvfs(file.fileno())
        if room.f_bavail * room.f_frsize < size:
            raise OSError(errno.ENOSPC, "")
        return FileIO(fcntl.fcntl(file.fileno(), fcntl.F_DUPFD_CLOEXEC, 0), "w")


def _local(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return "there is no room for it in the scratch folder"
    return (error.strerror or type(error).__name__).lower()


def _state(listed: Listed) -> str:
    """What of an object tells that it is not what it was, as `states.state_of` does of a file."""
    seen = f"{listed.etag} {listed.size} {iso(listed.modified)}"
    return hashlib.blake2b(seen.encode(), digest_size=16).hexdigest()
