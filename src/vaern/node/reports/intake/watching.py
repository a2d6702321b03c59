"""What somebody watches for beside the lists: an app above this one says which files it knows, and is told where.

    watching.register(survivors)        # in the app's `ready()`; `Watch` says what it has to offer

A file that is watched for counts as known: nobody is asked to look at it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import File
    from vaern.node.reports.models import Item, Report
    from vaern.records import Match


class Watch(Protocol):
    """Somebody who watches."""

    def look(self, files: Sequence[File | None]) -> list[Match | None]:
        """Return the hit of each file, or None; the list of a `Match` says in one word who watches."""

    def found(self, report: Report, items: Sequence[Item], hits: Sequence[Match]) -> None:
        """Take note of items of a report that is being stored, in its transaction, each with its hit."""


_WATCHES: list[Watch] = []


def register(watch: Watch) -> None:
    """Let somebody watch."""
    if watch not in _WATCHES:
        _WATCHES.append(watch)


def look(files: Sequence[File | None]) -> list[tuple[Watch, Match] | None]:
    """Return who watches for each file, with the hit; the first of several."""
    found: list[tuple[Watch, Match] | None] = [None] * len(files)
    for watch in _WATCHES:
        for number, hit in enumerate(watch.look(files)):
            if hit is not None and found[number] is None:
                found[number] = (watch, hit)
    return found


def tell(report: Report, items: Sequence[Item], watched: Sequence[tuple[Watch, Match] | None]) -> None:
    """Tell each watch of the items that it watches for."""
    for watch in _WATCHES:
        own = [(item, pair[1]) for item, pair in zip(items, watched, strict=True) if pair and pair[0] is watch]
        if own:
            watch.found(report, [item for item, _hit in own], [hit for _item, hit in own])
