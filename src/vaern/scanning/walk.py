"""Everything in the named folders, in one fixed order, without following a link and without losing anything silently.

Each folder is opened once, relative to its parent's descriptor and never through a link, and what it holds is opened
relative to that descriptor: a folder that someone swaps for a link during the scan leads nowhere.
"""

from __future__ import annotations

import errno
import itertools
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from vaern.scanning import segments
from vaern.scanning.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Identity = tuple[int, int]
"""Device and inode."""

_SPECIAL = {  # as freedesktop.org's shared-mime-info writes them
    stat.S_IFLNK: "inode/symlink",
    stat.S_IFIFO: "inode/fifo",
    stat.S_IFSOCK: "inode/socket",
    stat.S_IFCHR: "inode/chardevice",
    stat.S_IFBLK: "inode/blockdevice",
}
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
OPEN_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
"""Flags by which a folder is opened."""


VANISHED = "it vanished during the scan"
"""Why something could not be read that was there when its folder was listed."""


class Refusal(Exception):
    """The scan cannot run; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something met on the walk.

    Attributes:
        name: printable path, see `names.printable`.
        size: bytes; 0 of what is no regular file.
        modified: ISO 8601 in UTC.
        mime: empty of a regular file, else one of `inode/...`.
        problem: why it could not be read, if so.
        state: as `states.state_of` would say it, of what has another way to tell; empty of a file.
        changed: it became another after it was listed.
        tag: what a store tells its content from any other by (ETag); empty of a file.
        busy: the problem is that a store had no time for it.
    """

    name: str
    size: int = 0
    modified: str | None = None
    mime: str = ""
    problem: str = ""
    state: str = ""
    changed: bool = False
    tag: str = ""
    busy: bool = False
    _folder: int = field(default=-1, repr=False)
    _raw: bytes = field(default=b"", repr=False)

    def open(self) -> int:
        """A read-only descriptor of it. Valid only until the walk goes on.

        Raises:
            OSError: it cannot be opened, or is no regular file any more.
        """
        return _open_regular(self._raw, self._folder)

    def open_further(self) -> list[int]:
        """Read-only descriptors of the files that go on with it, if it is the first of an image; as `open`.

        The last is the one before the first name that is missing, or that cannot be opened.
        """
        found: list[int] = []
        if not self._raw.endswith(segments.LAST):
            return found
        with suppress(OSError):
            for name in itertools.islice(segments.further(self._raw), segments.MOST):
                found.append(_open_regular(name, self._folder))  # noqa: PERF401 - those before an error must stay
        return found


@dataclass(slots=True)
class _Folder:
    descriptor: int
    prefix: str
    identity: Identity
    entries: Iterator[bytes]


def roots_of(paths: Sequence[Path]) -> list[Path]:
    """The paths without those that another one contains, in the order given.

    Raises:
        Refusal: there is none, or one does not exist.
    """
    if not paths:
        raise Refusal("there is nothing to scan: name a folder or a file")
    real: dict[Path, Path] = {}
    for path in paths:
        try:
            real.setdefault(path.resolve(strict=True), path)
        except OSError as error:
            raise Refusal(f"{path}: {error.strerror}; name a folder or file that exists") from None
        except RuntimeError:  # Python 3.11 and 3.12 instead of ELOOP
            raise Refusal(f"{path}: a link that leads to itself; name a folder or file that exists") from None
    return [given for full, given in real.items() if not any(parent in real for parent in full.parents)]


def walk(roots: Sequence[Path], leave_out: frozenset[Identity] = frozenset()) -> Iterator[Item]:
    """Everything under the roots, folders in byte order of their names, depth first.

    Args:
        roots: folders and files, see `roots_of`. A root that is itself a link is followed: it was named.
        leave_out: folders that are not entered.

    Yields:
        One item for each thing that is not a folder, and for each folder that could not be listed; no two of one name:
        what another root names (only a link can be, see `roots_of`) is left to that root, which follows it.
    """
    named = frozenset(map(_name_of, roots))
    for root in roots:
        raw, name = os.fsencode(root), _name_of(root)
        try:
            info = os.stat(raw)  # noqa: PTH116 - bytes, which pathlib cannot hold
            if not stat.S_ISDIR(info.st_mode):
                yield from _walk_file(raw, name)
                continue
            descriptor = os.open(raw, OPEN_FOLDER & ~os.O_NOFOLLOW)
        except OSError as error:
            yield Item(name or ".", mime="inode/directory", problem=cause_of(error))
            continue
        yield from _walk_folder(descriptor, name, leave_out, named)


def modified_of(info: os.stat_result) -> str | None:
    """Modification time as ISO 8601 in UTC; `None` where the year has more than four digits."""
    return _moment(info.st_mtime_ns // 1_000_000_000)


@lru_cache(maxsize=4096)
def _moment(seconds: int) -> str | None:
    with suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
    return None


def _name_of(root: Path) -> str:
    """What the names of all that is in it begin with; `..` stays, for behind a link it leads elsewhere."""
    return "" if root.parts == () else printable(str(root))


def _walk_file(raw: bytes, name: str) -> Iterator[Item]:
    parent, base = os.path.split(os.path.realpath(raw))
    folder = os.open(parent, OPEN_FOLDER)
    try:
        item = _look(folder, base, name)
        if item is not None:
            yield item
    finally:
        os.close(folder)


def _walk_folder(descriptor: int, name: str, leave_out: frozenset[Identity], named: frozenset[str]) -> Iterator[Item]:
    stack: list[_Folder] = []
    try:
        yield from _enter(stack, descriptor, name, leave_out)
        while stack:
            folder = stack[-1]
            raw = next(folder.entries, None)
            if raw is None:
                os.close(stack.pop().descriptor)
                continue
            path = f"{folder.prefix}{printable(os.fsdecode(raw))}"
            if path in named:
                continue
            item = _look(folder.descriptor, raw, path)
            if item is not None:
                yield item
                continue
            try:
                inner = os.open(raw, OPEN_FOLDER, dir_fd=folder.descriptor)
            except OSError as error:
                yield Item(path, mime="inode/directory", problem=cause_of(error))
                continue
            yield from _enter(stack, inner, path, leave_out)
    finally:
        for folder in stack:
            os.close(folder.descriptor)


def _enter(stack: list[_Folder], descriptor: int, name: str, leave_out: frozenset[Identity]) -> Iterator[Item]:
    """Push the folder that `descriptor` holds, or close it and say why not."""
    info = os.fstat(descriptor)
    identity = (info.st_dev, info.st_ino)
    problem = ""
    entries: list[bytes] = []
    if any(folder.identity == identity for folder in stack):
        problem = "the folder contains itself (a mount of a parent)"
    elif identity not in leave_out:
        try:
            entries = sorted(os.fsencode(entry) for entry in os.listdir(descriptor))
        except OSError as error:
            problem = cause_of(error)
    if problem:
        os.close(descriptor)
        yield Item(name or ".", mime="inode/directory", problem=problem)
        return
    prefix = name if not name or name.endswith("/") else f"{name}/"
    stack.append(_Folder(descriptor, prefix, identity, iter(entries)))


def _look(folder: int, raw: bytes, name: str) -> Item | None:
    """What lies under this name; `None` for a folder."""
    try:
        info = os.stat(raw, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        return Item(name, problem=cause_of(error), mime="application/octet-stream")
    kind = stat.S_IFMT(info.st_mode)
    if kind == stat.S_IFDIR:
        return None
    if kind == stat.S_IFREG:
        return Item(name, info.st_size, modified_of(info), _folder=folder, _raw=raw)
    return Item(name, 0, modified_of(info), _SPECIAL.get(kind, "inode/other"))


def _open_regular(raw: bytes, folder: int) -> int:
    descriptor = _open_unseen(raw, folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ESTALE, "it was replaced by something else during the scan")
    return descriptor


def _open_unseen(raw: bytes, folder: int) -> int:
    """Open without changing the time of last access, where the system lets us: evidence stays as it was."""
    try:
        return os.open(raw, _OPEN_FILE | os.O_NOATIME, dir_fd=folder)
    except PermissionError:
        return os.open(raw, _OPEN_FILE, dir_fd=folder)


def cause_of(error: OSError) -> str:
    """Why something could not be read, to follow *Could not be read:*."""
    if error.errno == errno.ENOENT:
        return VANISHED
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "it was replaced by a link during the scan"
    return (error.strerror or str(error)).lower()
