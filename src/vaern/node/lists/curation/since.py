"""Since when entries wait for a person, by whom and why: an entry has its state, and the ledger when it came to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.models import Note
from vaern.node.lists.base import acts
from vaern.node.lists.models import EntryAct, ListEntry
from vaern.node.lists.quarantine.acts import SET_ASIDE
from vaern.node.lists.rules.entries import EntryState
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

BY = {
    EntryState.DISPUTED: (acts.DISPUTED.code, acts.ENTRIES_DISPUTED.code),
    EntryState.QUARANTINED: (acts.QUARANTINED.code, SET_ASIDE.code),
}
"""The acts by which an entry comes to a state in which it waits."""


@dataclass(frozen=True)
class Since:
    """How an entry came to wait.

    Attributes:
        at: when.
        by: name of the person who set it aside; "" of the node, and of one whose data was erased.
        words: that this person typed; "" of the node, and where they were erased.
    """

    at: datetime
    by: str = ""
    words: str = ""


def since_of(entries: Iterable[ListEntry]) -> dict[int, Since]:
    """Return of those among a few entries that wait how they came to, by their numbers; all of them with their lists.

    What is older than the ledger tells is left out.
    """
    waiting = [one for one in entries if EntryState(one.state) in BY]
    if not waiting:
        return {}
    by_subject = {one.subject.id: one for one in waiting}
    numbers = [one.pk for one in waiting]
    lists = {one.list_id: one.list for one in waiting}
    many = EntryAct.of(list__in=list(lists.values())).filter(entry__in=numbers).values_list("act", "entry")
    of_many: dict[int, list[int]] = {}
    for act, entry in many:
        of_many.setdefault(act, []).append(entry)
    by_number = {one.pk: one for one in waiting}
    about = Q(kind=ListEntry.KIND, subject__in=list(by_subject)) | Q(pk__in=list(of_many))
    codes = [code for every in BY.values() for code in every]
    last: dict[int, LedgerEntry] = {}
    for done in LedgerEntry.objects.filter(about, act__in=codes).order_by("id"):
        for entry in [by_number[number] for number in of_many.get(done.pk, ())] or [by_subject[done.subject]]:
            if done.act in BY[EntryState(entry.state)]:
                last[entry.pk] = done
    return _told(last)


def _told(last: dict[int, LedgerEntry]) -> dict[int, Since]:
    by_hand = {done.pk: done for done in last.values() if done.person and done.act == acts.QUARANTINED.code}
    words = dict(Note.objects.filter(entry__in=by_hand).values_list("entry", "words"))
    people = {one.pk: one.name for one in Person.objects.filter(pk__in=[done.person for done in by_hand.values()])}
    return {
        number: Since(done.at, people.get(done.person, ""), words.get(done.pk, ""))
        if done.pk in by_hand
        else Since(done.at)
        for number, done in last.items()
    }
