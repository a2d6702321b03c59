"""What somebody watches for beside the lists: an app above this one marks files, and is told what became of them.

    watching.register(survivors)        # in the app's `ready()`; `Watch` says what it has to offer

That a file is watched for is no knowledge of it. It is first in line, and everybody looks at it as at any other
(`reports.base.known`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import File
    from vaern.node.reports.models import Item, Report
    from vaern.node.reports.rules.marks import Mark


class Watch(Protocol):
    """Somebody who watches."""

    def look(self, files: Sequence[File | None]) -> list[Mark | None]:
        """Return the mark of each file, or None."""

    def found(self, items: Sequence[Item]) -> None:
        """Take note of items that are being stored with a mark, in the transaction of their report."""

    def judged(self, report: Report) -> None:
        """Take note that something was concluded of a report, or said of one of its items; in that transaction."""

    def taken_back(self, report: Report) -> None:
        """Take note that a person took back what was concluded of a report; in that transaction."""


_WATCHES: list[Watch] = []


def register(watch: Watch) -> None:
    """Let somebody watch."""
    if watch not in _WATCHES:
        _WATCHES.append(watch)


def look(files: Sequence[File | None]) -> list[Mark | None]:
    """Return the mark of each file; the first of several who watch for it."""
    found: list[Mark | None] = [None] * len(files)
    for watch in _WATCHES:
        found = [before or mark for before, mark in zip(found, watch.look(files), strict=True)]
    return found


def tell(items: Sequence[Item]) -> None:
    """Tell those who watch which of the items that are being stored have a mark."""
    if marked := [item for item in items if item.wished]:
        for watch in _WATCHES:
            watch.found(marked)


def judged(report: Report) -> None:
    """Tell those who watch that something was concluded of a report, or said of one of its items."""
    for watch in _WATCHES:
        watch.judged(report)


def taken_back(report: Report) -> None:
    """Tell those who watch that a person took back what was concluded of a report."""
    for watch in _WATCHES:
        watch.taken_back(report)
