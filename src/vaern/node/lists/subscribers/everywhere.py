"""How long recalls and signed releases took until the last subscriber had them: indicators of a list."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import structlog

from vaern.node.lists.base.signed import had_by, signed_of
from vaern.node.lists.models import EntryRecall
from vaern.node.lists.rules.everywhere import Moved, Who, reached
from vaern.node.lists.rules.indicators import Indicator, times
from vaern.node.lists.signing.repository import change_of, made_of, opened
from vaern.node.lists.subscribers.history import caught_up
from vaern.node.runtime.logs import described
from vaern.trust.faults import TrustError
from vaern.trust.repository import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.models import HashList
    from vaern.node.lists.rules.everywhere import Subscriber
    from vaern.trust.repository import Repository


class SignedRelease(NamedTuple):
    """A signed release: its number, when its state began, and up to which change of the list it is."""

    number: int
    made: datetime
    change: int


class Side(NamedTuple):
    """A list, or a subset of it, that has subscribers.

    Attributes:
        name: under which it is released.
        subscribers: who they are, by the ids of their keys.
        releases: which were made of it, in their order.
        had: tells of the id of an entry whether it is or was in it.
    """

    name: str
    subscribers: dict[str, Subscriber]
    releases: list[SignedRelease]
    had: Callable[[str], bool]


def counted(hash_list: HashList, begin: datetime, end: datetime) -> dict[Indicator, dict[str, int]]:
    """Return how far the recalls and the releases of a month are; nothing where the repository cannot be read.

    The releases are those of the list and those of its subsets. Who has both, or two subsets, is one subscriber.
    """
    repository = opened()
    try:
        sides = [_side(repository, one, found) for one in signed_of(hash_list) if (found := caught_up(repository, one))]
    except TrustError as error:  # somebody damaged the folder: what was counted before stays
        structlog.get_logger().error("error", task="lists.everywhere", **described(error))
        return {}
    subscribers = {Who(side.name, key): one for side in sides for key, one in side.subscribers.items()}
    recalls = reached(_recalls(hash_list, sides, begin, end) if sides else (), subscribers)
    made = [
        Moved(one.made, one.made, {side.name: one.number}, signed=True)
        for side in sides
        for one in side.releases
        if begin <= one.made < end
    ]
    signed = reached(made, subscribers)
    silent = {who.key for who in recalls.silent | signed.silent}
    return {
        Indicator.RECALLED_EVERYWHERE: times(recalls.taken),
        Indicator.RECALLS_OUT: {"": recalls.out} if recalls.out else {},
        Indicator.RELEASED_EVERYWHERE: times(signed.taken),
        Indicator.RELEASES_OUT: {"": signed.out} if signed.out else {},
        Indicator.SILENT: {"": len(silent)} if silent else {},
    }


def _side(repository: Repository, signed: Signed, subscribers: dict[str, Subscriber]) -> Side:
    return Side(signed.name, subscribers, _releases(repository, signed.name), had_by(signed))


def _releases(repository: Repository, name: str) -> list[SignedRelease]:
    """Return the signed releases that were made of this list, or of this subset, in their order."""
    found = []
    for number, path in sorted(repository.versions(name).items()):
        document = read(path).signed
        made, change = made_of(document, name), change_of(document, name)
        if made is not None and change is not None:
            found.append(SignedRelease(number, made, change))
    return found


def _recalls(hash_list: HashList, sides: Sequence[Side], begin: datetime, end: datetime) -> Iterator[Moved]:
    """Yield the recalls of a month, each with the first release that has it of all that had the entry."""
    upto = [list(accumulate((one.change for one in side.releases), max)) for side in sides]
    rows = EntryRecall.of(list=hash_list).filter(at__gte=begin, at__lt=end, change__isnull=False)
    for ident, at, here, ended, change in rows.values_list("ident", "at", "published_at", "ended_at", "change"):
        releases = {
            side.name: _from(side.releases, bisect_left(changes, change))
            for side, changes in zip(sides, upto, strict=True)
            if side.had(ident)
        }
        yield Moved(at, here, releases, ended=ended)


def _from(releases: Sequence[SignedRelease], place: int) -> int | None:
    return releases[place].number if place < len(releases) else None
