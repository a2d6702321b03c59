"""How long recalls and signed releases took until the last subscriber had them: indicators of a list."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import structlog

from vaern.node.lists.models import EntryRecall
from vaern.node.lists.rules.everywhere import Moved, reached
from vaern.node.lists.rules.indicators import Indicator, times
from vaern.node.lists.signing.repository import change_of, made_of, opened
from vaern.node.lists.subscribers.history import caught_up
from vaern.node.runtime.logs import described
from vaern.trust.faults import TrustError
from vaern.trust.repository import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from vaern.node.lists.models import HashList
    from vaern.trust.repository import Repository


class Signed(NamedTuple):
    """A signed release of a list: its number, when its state began, and up to which change of the list it is."""

    number: int
    made: datetime
    change: int


def counted(hash_list: HashList, begin: datetime, end: datetime) -> dict[Indicator, dict[str, int]]:
    """Return how far the recalls and the releases of a month are; nothing where the repository cannot be read."""
    repository = opened()
    try:
        subscribers = caught_up(repository, hash_list)
        releases = _releases(repository, hash_list) if subscribers else []
    except TrustError as error:  # somebody damaged the folder: what was counted before stays
        structlog.get_logger().error("error", task="lists.everywhere", **described(error))
        return {}
    recalls = reached(_recalls(hash_list, releases, begin, end) if subscribers else (), subscribers)
    made = [Moved(one.made, one.made, one.number, signed=True) for one in releases if begin <= one.made < end]
    signed = reached(made, subscribers)
    silent = recalls.silent | signed.silent
    return {
        Indicator.RECALLED_EVERYWHERE: times(recalls.taken),
        Indicator.RECALLS_OUT: {"": recalls.out} if recalls.out else {},
        Indicator.RELEASED_EVERYWHERE: times(signed.taken),
        Indicator.RELEASES_OUT: {"": signed.out} if signed.out else {},
        Indicator.SILENT: {"": len(silent)} if silent else {},
    }


def _releases(repository: Repository, hash_list: HashList) -> list[Signed]:
    """Return the signed releases that were made of this list, in their order."""
    found = []
    for number, path in sorted(repository.versions(hash_list.name).items()):
        document = read(path).signed
        made, change = made_of(document, hash_list.name), change_of(document, hash_list.name)
        if made is not None and change is not None:
            found.append(Signed(number, made, change))
    return found


def _recalls(hash_list: HashList, releases: Sequence[Signed], begin: datetime, end: datetime) -> list[Moved]:
    """Return the recalls of a month, each with the first release that has it."""
    upto = list(accumulate((one.change for one in releases), max))
    rows = EntryRecall.of(list=hash_list).filter(at__gte=begin, at__lt=end, change__isnull=False)
    found = []
    for at, here, ended, change in rows.values_list("at", "published_at", "ended_at", "change"):
        place = bisect_left(upto, change)
        found.append(Moved(at, here, releases[place].number if place < len(releases) else None, ended=ended))
    return found
