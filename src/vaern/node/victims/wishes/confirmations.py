"""What confirms a watched hash: one person who looked and concluded that it is an offence, or a list at hand.

A look counts for the hashes that the item has exactly. One that is only near counts where a person said that it is the
same (`reports.assessment.confirmations`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.reports.base.precedents import looked_at
from vaern.node.reports.intake import lists
from vaern.node.reports.models import Item, Location
from vaern.node.victims.models import Confirmation, WatchedHash
from vaern.node.victims.wishes import followers, matches
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Collection

    from vaern.node.reports.models import Report
    from vaern.node.victims.wishes.matches import Match

CHUNK = 5_000
"""Hashes that are looked up on the lists at once."""


def stands_for(match: Match, item: Item) -> bool:
    """Whether a hash may be relied on as standing for an item."""
    return match.distance == 0 or item.same is True


def by_looks(items: Collection[int]) -> set[int]:
    """Update the confirmations that rest on items to their current conclusions, in the caller's transaction.

    Of a report of which nothing is concluded now nothing changes: a reporter's further word takes back no look.

    Returns:
        The hashes for which something changed.
    """
    rows = Item.everywhere.filter(pk__in=items, report__actionable__isnull=False).select_related("report")
    by_id = {item.pk: item for item in rows}
    looks = looked_at(by_id.values())
    online = set(Location.everywhere.filter(item__in=by_id).values_list("item", flat=True))
    due = {
        (one.hash, one.thing): looks[one.thing]
        for one in matches.of_items(list(by_id))
        if one.thing in looks and stands_for(one, by_id[one.thing])
    }
    held = {(one.watched_id, one.item_id): one for one in Confirmation.everywhere.filter(item__in=by_id)}
    gone = [one.pk for pair, one in held.items() if pair not in due]
    Confirmation.everywhere.filter(pk__in=gone).delete()
    Confirmation.everywhere.bulk_create(
        (
            Confirmation(watched_id=hash, item_id=item, person_id=look.person_id, online=item in online, at=look.at)
            for (hash, item), look in due.items()
            if (hash, item) not in held
        ),
        ignore_conflicts=True,
    )
    Confirmation.everywhere.filter(item__in=online).filter(online=False).update(online=True)
    changed = {hash for hash, _item in held.keys() ^ due.keys()}
    followers.tell_of(changed)
    return changed


def withdraw(report: Report) -> set[int]:
    """Withdraw confirmations that rest on a report, in the caller's transaction; return the hashes."""
    found = Confirmation.of(item__report=report)
    hashes = set(found.values_list("watched", flat=True))
    found.delete()
    followers.tell_of(hashes)
    return hashes


def by_lists() -> int:
    """Update confirmations by lists to the installed lists; return how many changed."""
    matcher = lists.matcher()
    due: dict[tuple[int, str], str] = {}
    if matcher is not None:
        # A list of what is to be removed, made of wishes, would confirm them for ever, whatever became of the look.
        known = {list_.name for list_ in matcher.lists if list_.purpose == "known"}
        rows = list(WatchedHash.everywhere.order_by("pk").values_list("pk", "kind", "value"))
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            answers = matcher.match_signals([Signal(kind, bytes(value)) for _pk, kind, value in part])
            for (pk, _kind, _value), answer in zip(part, answers, strict=True):
                due |= {(pk, hit.list): hit.release for hit in answer.matches if not hit.distance and hit.list in known}
    held = {(one.watched_id, one.list): one for one in Confirmation.everywhere.exclude(list="")}
    gone = [one.pk for pair, one in held.items() if pair not in due]
    Confirmation.everywhere.filter(pk__in=gone).delete()
    new = [
        Confirmation(watched_id=pk, list=name, release=release)
        for (pk, name), release in due.items()
        if (pk, name) not in held
    ]
    Confirmation.everywhere.bulk_create(new, ignore_conflicts=True)
    return len(gone) + len(new)
