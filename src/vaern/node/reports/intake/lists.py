"""The loaded lists: list packages in the folder `VAERN_LISTS`, opened once per process and refreshed.

A package never changes; a new release is a new folder. The folder is checked every minute, and new packages are
opened. A package that cannot be opened is skipped, and the log says which and why.
"""

from __future__ import annotations

import logging
import time
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from vaern.matching import IndexFormatError, ListPackage, ListPackageError, Matcher
from vaern.records import Media

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaern.arrivals import File
    from vaern.records import Match

LOOK_EVERY = 60.0
"""Seconds between two looks at the folder."""

_log = logging.getLogger("vaern.reports")


class _Opened(NamedTuple):
    """What was opened, out of which folder, and when somebody looked last."""

    folder: Path | None = None
    names: tuple[str, ...] = ()
    at: float = float("-inf")
    matcher: Matcher | None = None


class _Lists:
    """The lists of this process."""

    def __init__(self) -> None:
        self._opened = _Opened()
        self._lock = Lock()

    def matcher(self) -> Matcher | None:
        """Return what looks signals up in the folder that is configured now."""
        folder, now, opened = settings.LISTS, time.monotonic(), self._opened
        if opened.folder == folder and now - opened.at < LOOK_EVERY:
            return opened.matcher
        with self._lock:
            names = _names(folder)
            if (folder, names) != (self._opened.folder, self._opened.names):
                self._opened = _Opened(folder, names, now, _open(folder, names))
            self._opened = self._opened._replace(at=now)
            return self._opened.matcher


_lists = _Lists()


def matcher() -> Matcher | None:
    """Return the matcher of the loaded lists; None without any."""
    return _lists.matcher()


def known(files: Sequence[File | None]) -> list[Match | None]:
    """Return the nearest hit of each file on the loaded lists; None without a hit or a file."""
    found = matcher()
    if found is None or not any(files):
        return [None] * len(files)
    media = [Media("", 0, signals=file.signals if file else ()) for file in files]
    return [answer.matches[0] if answer.matches else None for answer in found.match_many(media)]


def _names(folder: Path | None) -> tuple[str, ...]:
    if folder is None:
        return ()
    try:
        return tuple(sorted(path.parent.name for path in folder.glob("*/list.json")))
    except OSError:
        return ()


def _open(folder: Path | None, names: Sequence[str]) -> Matcher | None:
    packages: list[ListPackage] = []
    for name in names:
        assert folder is not None  # else there are no names
        try:
            package = ListPackage.open(folder / name)
            Matcher([*packages, package])
        except (ListPackageError, IndexFormatError, OSError) as error:
            _log.error("the list package %s is left out: %s", name, error)
        else:
            packages.append(package)
    return Matcher(packages) if packages else None
