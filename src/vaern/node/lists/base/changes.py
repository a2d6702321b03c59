"""Changes of entries: each has a number within its list, given under the list's lock, by which lists on disk follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base import acts, disk, standing
from vaern.node.lists.models import EntryPast, ListEntry
from vaern.node.lists.rules.entries import EntryState, after, held

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.lists.models import HashList
    from vaern.node.lists.rules.entries import EntryEvent

BY_RULE = Reason(Why.LIST_QUALITY)
VOTED_ON = ("positive", "negative", "settled", "classes_since", "classes_settled")
"""The columns of an entry that follow from the votes on it."""

COUNTED = ("live", "disputed", "quarantined", "recalled", "ended")


def locked_entry(hash_list: HashList, entry: ListEntry) -> ListEntry:
    """Lock an entry of a locked list, as it is now."""
    row: ListEntry = ListEntry.of(list=hash_list).select_for_update(of=("self",), no_key=True).get(pk=entry.pk)
    row.list = hash_list
    return row


def take_numbers(hash_list: HashList, count: int) -> int:
    """Take so many numbers for changes of a locked list; return the one before the first. The list is saved later."""
    before = hash_list.change
    hash_list.change += count
    return before


def saved(hash_list: HashList) -> None:
    """Save what changes counted on a locked list; what is on disk and what was matched follow once it is committed."""
    hash_list.save(update_fields=["change", *COUNTED])
    follow_soon(hash_list.pk)


def follow_soon(id: UUID) -> None:
    """Let what follows from the changes of a list follow: the list on disk, and the matches that were made with it."""
    disk.follow_soon(id)
    standing.follow_soon(id)


def keep(entries: Sequence[ListEntry], numbers: Sequence[int]) -> None:
    """Keep what locked entries are before they become something else, each by a change of this number.

    Whoever changes the state, the class or the signals of entries keeps them first: by it releases are compared. Their
    column `born` is set, and to be saved; whoever gives an entry another number for another reason sets it too.
    """
    past = []
    for entry, until in zip(entries, numbers, strict=True):
        entry.born = entry.born or entry.change
        past.append(
            EntryPast(
                list_id=entry.list_id,
                entry=entry.pk,
                born=entry.born,
                until=until,
                state=entry.state,
                scheme=entry.scheme,
                classification=entry.classification,
                signals_mark=entry.signals_mark,
            )
        )
    EntryPast.everywhere.bulk_create(past)


def renumber(hash_list: HashList, entry: ListEntry) -> None:
    """Keep what a locked entry of a locked list is, and number the change that follows: `change` and `born` are set."""
    number = take_numbers(hash_list, 1) + 1
    keep([entry], [number])
    entry.change = number


def ask_which_class(entry: ListEntry) -> None:
    """Record that an entry waits for a person from now on, because votes give it several classes of one scheme."""
    record(acts.CLASSES_DIFFER, entry.subject, NODE, BY_RULE)


def forget(hash_list: HashList, entries: Sequence[ListEntry]) -> None:
    """Forget of entries that ended what they were: that they were there and are not any more is all that is kept."""
    past = EntryPast.of(list=hash_list).filter(entry__in=[entry.pk for entry in entries])
    past.update(scheme="", classification="", signals_mark=None)


def move(hash_list: HashList, entry: ListEntry, event: EntryEvent) -> EntryState:
    """Let an event happen to a locked entry of a locked list; return the state after it. Both are saved.

    Raises:
        StateRefusal: it cannot happen in this state.
    """
    now = moved(hash_list, entry, event)
    saved(hash_list)
    return now


def moved(hash_list: HashList, entry: ListEntry, event: EntryEvent, *, alone: bool = True) -> EntryState:
    """Let an event happen to one of many locked entries of a locked list, which is saved after the last.

    An entry that would be matched as any other, and to which somebody says no, is disputed instead; the ledger says so.

    Args:
        hash_list: locked.
        entry: locked.
        event: what happens.
        alone: False where whoever calls records of many entries at once that they are disputed.

    Raises:
        StateRefusal: it cannot happen in this state.
    """
    before = EntryState(entry.state)
    now = held(after(before, event), entry.negative)
    if now is not before:
        for state, by in ((before, -1), (now, 1)):
            setattr(hash_list, state.value, getattr(hash_list, state.value) + by)
    number = take_numbers(hash_list, 1) + 1
    entry.born = entry.born or entry.change
    if now is not before:
        keep([entry], [number])
    entry.state, entry.change = now.value, number
    entry.save(update_fields=["state", "change", "born", *VOTED_ON])
    if alone and now is EntryState.DISPUTED and before is not now:
        record(acts.DISPUTED, entry.subject, NODE, BY_RULE)
    return now
