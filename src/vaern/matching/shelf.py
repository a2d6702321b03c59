"""The lists of a folder, open and up to date in this process.

Every list is looked at again at most every `LOOK_EVERY` seconds, by reading when its description was replaced. What
changed is opened, parts that are open already are used again, and all lists are swapped at once: a look-up is
answered by one state of all of them. A state that was replaced is dropped when the last look-up with it ends.
"""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from vaern.matching.current import CURRENT
from vaern.matching.files import IndexFormatError
from vaern.matching.lists import List
from vaern.matching.matcher import Matcher
from vaern.matching.packages import MANIFEST, ListPackageError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

LOOK_EVERY = 0.2
"""Seconds between two looks at the folder."""

_log = logging.getLogger("vaern.matching")

_Stamp = tuple[str, int, int, int]
"""Which file describes a list, and its inode, moment of change and size: another when it was replaced."""


class _State(NamedTuple):
    """What was seen last: the files, the lists that are open, and the matchers made of them."""

    stamps: dict[str, _Stamp]
    lists: dict[str, List]
    snapshot: tuple[List, ...]
    matchers: dict[tuple[tuple[str, Any], ...], Matcher]


_NOTHING = _State({}, {}, (), {})


class Shelf:
    """The lists of a folder. Safe to use from many threads at once.

    Attributes:
        problems: by the name of its folder, why a list cannot be opened; an older state of it is used as long as this
            process has one.
    """

    def __init__(self, folder: Path | None, names: Collection[str] | None = None) -> None:
        """Take a folder that holds one list a subfolder.

        Args:
            folder: None for no lists.
            names: the subfolders to take; by default all.
        """
        self._folder, self._names = folder, None if names is None else frozenset(names)
        self._state, self._looked = _NOTHING, float("-inf")
        self._lock = Lock()
        self.problems: dict[str, str] = {}

    def snapshot(self, *, at_once: bool = False) -> tuple[List, ...]:
        """The lists as they are now, in the order of their folders' names.

        Args:
            at_once: as they are this moment; else as they were at most `LOOK_EVERY` seconds ago, which costs nothing.
        """
        return self._now(at_once=at_once).snapshot

    def matcher(self, **options: Any) -> Matcher | None:
        """What looks signals up in the lists as they are now; the same one as long as they stay so.

        Args:
            options: as `Matcher` takes them.

        Returns:
            None without a list.
        """
        state = self._now()
        if not state.snapshot:
            return None
        key = tuple(sorted(options.items()))
        found = state.matchers.get(key)
        if found is None:
            found = state.matchers[key] = Matcher(state.snapshot, **options)
        return found

    def _now(self, *, at_once: bool = False) -> _State:
        state = self._state
        if self._folder is None or not (at_once or self._is_due()):
            return state
        if not self._lock.acquire(blocking=at_once or state is _NOTHING):
            return state  # another thread looks
        try:
            if at_once or self._is_due():
                stamps = self._stamps(self._folder)
                if stamps != self._state.stamps or self._state is _NOTHING:
                    self._state = self._opened(self._folder, stamps)
                self._looked = time.monotonic()
            return self._state
        finally:
            self._lock.release()

    def _is_due(self) -> bool:
        return time.monotonic() - self._looked >= LOOK_EVERY

    def _stamps(self, folder: Path) -> dict[str, _Stamp]:
        """What the lists of the folder are described by."""
        try:
            names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        except OSError:
            return {}
        stamps = {}
        for name in names:
            stamp = _stamp(folder / name) if self._names is None or name in self._names else None
            if stamp:
                stamps[name] = stamp
        return stamps

    def _opened(self, folder: Path, stamps: dict[str, _Stamp]) -> _State:
        """Open what changed; what cannot be opened stays as it was, and the log says why."""
        before = self._state
        opened = {part.package.manifest.seal: part.package for list_ in before.snapshot for part in list_.parts}
        lists: dict[str, List] = {}
        problems: dict[str, str] = {}
        for name, stamp in stamps.items():
            older = before.lists.get(name)
            try:
                if older is not None and before.stamps.get(name) == stamp and name not in self.problems:
                    list_ = older
                else:
                    list_ = List.open(folder / name, opened=opened)
                Matcher([*lists.values(), list_])
            except (ListPackageError, IndexFormatError, OSError) as error:
                problems[name] = str(error)
                if self.problems.get(name) != problems[name]:
                    kept = "stays as it was" if older else "is left out"
                    _log.error("the list %s %s: %s", name, kept, error)
                if older is None:
                    continue
                list_ = older
            lists[name] = list_
        self.problems = problems
        if problems:  # to be tried again
            stamps = {name: stamp for name, stamp in stamps.items() if name not in problems}
        return _State(stamps, lists, tuple(lists.values()), {})


def _stamp(folder: Path) -> _Stamp | None:
    for file in (CURRENT, MANIFEST):
        try:
            found = (folder / file).stat()
        except OSError:
            continue
        return file, found.st_ino, found.st_mtime_ns, found.st_size
    return None
