"""The loaded lists: those of the folder `VAERN_LISTS`, open and up to date in this process.

A change of a list is seen within a second. A list that cannot be opened is skipped, or stays as it was, and the log
says which and why.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from django.conf import settings

from vaern.matching import Matcher, Shelf
from vaern.node.casework.matches import Kept, kept
from vaern.records import Media

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from vaern.arrivals import File
    from vaern.matching import List


class Ageing(NamedTuple):
    """A loaded list that was not compared with its source for long.

    Attributes:
        name: of the list.
        checked_at: when it was last compared with its source.
        since: since when that is too long.
        stops_at: when it is not used any more; None for never.
        stopped: that this has come.
    """

    name: str
    checked_at: datetime
    since: datetime
    stops_at: datetime | None
    stopped: bool


_lock = Lock()
_shelves: dict[Path | None, Shelf] = {}


def shelf(folder: Path | None = None) -> Shelf:
    """Return the lists of a folder, by default of the one that is configured now; they are open once in a process."""
    folder = folder or settings.LISTS
    with _lock:
        if folder not in _shelves:
            _shelves[folder] = Shelf(folder)
        return _shelves[folder]


def of_any_age(folder: Path | None = None) -> list[List]:
    """Return the lists of a folder, by default the loaded ones, as they are this moment, however old they are.

    For those who keep a list, who look for what they added a moment ago; and for what speaks against an entry: an old
    list of harmless files sends it to a person all the same, and what is compared is not compared again.
    """
    return [replace(one, freshness=None) for one in shelf(folder).snapshot(at_once=True)]


def usable() -> list[List]:
    """Return the loaded lists that may be used: not those that were fetched and are too old (`List.is_stopped`).

    That is decided here, once: a list that stops while it is asked answers that question, and no report waits for it.
    Its age stays with it, for whoever reads the answer.
    """
    return [_without_stop(one) for one in shelf().snapshot() if not one.is_stopped]


def _without_stop(one: List) -> List:
    if one.freshness is None:
        return one
    return replace(one, freshness=msgspec.structs.replace(one.freshness, stop_at=""))


def ageing() -> list[Ageing]:
    """Return the loaded lists of which people are to be told that they stop, or have stopped, the worst first."""
    found = []
    for one in shelf().snapshot():
        fresh = one.freshness
        if fresh is not None and fresh.is_ageing():
            checked, since = datetime.fromisoformat(fresh.checked_at), datetime.fromisoformat(fresh.alarm_at)
            stops = datetime.fromisoformat(fresh.stop_at) if fresh.stop_at else None
            found.append(Ageing(one.name, checked, since, stops, one.is_stopped))
    return sorted(found, key=lambda one: (not one.stopped, one.checked_at, one.name))


class Compared(NamedTuple):
    """How old the lists are of which files here are known.

    Attributes:
        oldest: when the one was last compared with its source for which that is longest ago; None if none was fetched.
        unasked: those that have stopped and are not asked, each with `list`, `checked` and `stopped` (ISO 8601).
    """

    oldest: datetime | None
    unasked: list[dict[str, str]]


def compared() -> Compared:
    """Return how old the lists of known material are that `known` asks now, and which it does not ask."""
    lists = [one for one in shelf().snapshot() if one.purpose == "known"]
    ages = [one.checked for one in lists if one.checked and not one.is_stopped]
    unasked = [
        {"list": one.name, "checked": one.freshness.checked_at, "stopped": one.freshness.stop_at}
        for one in lists
        if one.freshness is not None and one.is_stopped
    ]
    return Compared(datetime.fromisoformat(min(ages)) if ages else None, unasked)


def matcher() -> Matcher | None:
    """Return the matcher of the loaded lists that may be used; None without any.

    A report is taken in whether a list is too old or not: what that has is not known until it was fetched again.
    """
    lists = usable()
    return Matcher(lists) if lists else None


def known(files: Sequence[File | None]) -> list[Kept]:
    """Return the hits of each file on the loaded lists of known material, the nearest first; none of what is no file.

    What stands on a list of what is to be removed is no knowledge of a desk: intimate images of adults are another
    matter, and of what survivors wish removed nobody may know who the child is. As known material it would no longer be
    grouped or compared, and the search for the child would end.
    """
    lists = [one for one in usable() if one.purpose == "known"]
    if not lists or not any(files):
        return [Kept()] * len(files)
    media = [Media("", 0, signals=file.signals if file else ()) for file in files]
    answers = Matcher(lists).match_many(media)
    return [kept(sorted(one.matches, key=lambda match: match.nearness), one.more) for one in answers]
