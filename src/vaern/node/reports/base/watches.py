"""Watches beside the lists: an app above this one marks files and is notified of what becomes of them.

    watches.register(survivors)         # in the app's `ready()`; see `Watch`

A watched file does not count as known: it is handled first, and viewed like any other (`reports.base.known`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import File
    from vaern.node.reports.models import Item, Report
    from vaern.node.reports.rules.marks import Mark


class Watch(Protocol):
    """A watcher of files."""

    def look(self, files: Sequence[File | None]) -> list[Mark | None]:
        """Return the mark of each file, or None."""

    def found(self, items: Sequence[Item]) -> None:
        """Called when items with a mark are stored, in the transaction of their report."""

    def judged(self, report: Report) -> None:
        """Called when a report is concluded, or a near hit of it confirmed or rejected; in that transaction."""

    def taken_back(self, report: Report) -> None:
        """Called when the conclusion about a report is retracted; in that transaction."""


_WATCHES: list[Watch] = []


def register(watch: Watch) -> None:
    """Register a watcher."""
    if watch not in _WATCHES:
        _WATCHES.append(watch)


def look(files: Sequence[File | None]) -> list[Mark | None]:
    """Return the mark of each file, from the first watcher that has one."""
    found: list[Mark | None] = [None] * len(files)
    for watch in _WATCHES:
        found = [before or mark for before, mark in zip(found, watch.look(files), strict=True)]
    return found


def tell(items: Sequence[Item]) -> None:
    """Notify the watchers of items with a mark that are being stored."""
    if marked := [item for item in items if item.wished]:
        for watch in _WATCHES:
            watch.found(marked)


def judged(report: Report) -> None:
    """Notify the watchers that a report was concluded, or a near hit of it confirmed or rejected."""
    for watch in _WATCHES:
        watch.judged(report)


def taken_back(report: Report) -> None:
    """Notify the watchers that the conclusion about a report was retracted."""
    for watch in _WATCHES:
        watch.taken_back(report)
