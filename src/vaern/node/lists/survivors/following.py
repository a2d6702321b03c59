"""A list that follows wishes: its entries are the confirmed hashes of wishes, and change when these do.

An entry is one wish, under an id that says nothing. It has what stands for pictures that a person looked at and
concluded to be an offence, exactly as it was sent, and no word of whoever sent it. What is no longer confirmed is
recalled and traced like any other entry; of a wish that ended nothing is kept. What a person here decided on an entry
stays: the node takes back only its own recalls.

Doing it again changes nothing, and whatever was missed is made good each night. A single change is not in the ledger,
whose length anybody may read: else the end of a wish would tell whoever has its code whether it had been confirmed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import in_turn
from vaern.node.base.refusals import Conflict
from vaern.node.casework.releases.terms import country_of
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.lists.base.changes import forget, moved, renumber, saved, take_numbers
from vaern.node.lists.models import EntryRecall, EntryVote, HashList, ListEntry
from vaern.node.lists.recalls.tracing import trace_soon
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.entries import EntryEvent, EntryState, mark_of
from vaern.node.lists.rules.lists import Wishes
from vaern.node.lists.rules.subsets import stands
from vaern.node.lists.rules.survivors import Step, signals_now, step
from vaern.node.lists.survivors import acts
from vaern.node.lists.votes.actions import count
from vaern.node.victims.wishes import followers
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from vaern.node.victims.wishes.followers import Wished

QUALITY = Reason(Why.REMOVAL)


def check_by_hand(hash_list: HashList) -> None:
    """Refuse that the entries of a list that follows wishes are added by hand, or by a file.

    Raises:
        Conflict: it follows wishes.
    """
    if hash_list.wishes:
        raise Conflict(
            _(
                "This list follows what survivors wish: its entries come from wishes that a person confirmed, and go "
                "with them. Keep what comes from elsewhere in another list."
            )
        )


def follow_soon(wishes: Collection[UUID]) -> None:
    """Let lists follow wishes that changed, by a job that commits with the change."""
    from vaern.node.lists.survivors.jobs import follow

    if _following().exists():
        follow.defer(wishes=[str(wish) for wish in wishes])


def follow_all_soon(hash_list: HashList) -> None:
    """Let a list that follows wishes be held against all of them, by a job that commits with the change."""
    from vaern.node.lists.survivors.jobs import follow_all

    if hash_list.wishes:
        follow_all.defer(list=str(hash_list.pk))


def _following() -> QuerySet[HashList]:
    return HashList.everywhere.filter(wishes=Wishes.OWN.value).order_by("name")


def follow(wishes: Collection[UUID]) -> int:
    """Let every list follow some wishes; return how many entries changed."""
    lists = list(_following().values_list("pk", flat=True))
    return in_turn("lists.survivors.follow", lists, lambda one: bring(one, wishes))


def follow_everything() -> int:
    """Hold every list against all wishes, each night; return how many entries changed. One entry of the ledger each."""
    lists = list(_following().values_list("pk", flat=True))
    return in_turn("lists.survivors.follow_all", lists, _nightly)


@transaction.atomic
def _nightly(id: UUID) -> int:
    changed = bring(id)
    hash_list = HashList.everywhere.filter(pk=id).first()
    if hash_list is not None:
        record(acts.FOLLOWED, hash_list.subject, NODE, QUALITY, count=hash_list.matched)
    return changed


@transaction.atomic
def bring(id: UUID, wishes: Collection[UUID] | None = None) -> int:
    """Make the entries of a list what may be kept of its wishes now, of all or of some; return how many changed."""
    rows = HashList.everywhere.select_for_update(of=("self",), no_key=True).exclude(wishes="")
    hash_list: HashList | None = rows.select_related("organisation__member").filter(pk=id).first()
    if hash_list is None:
        return 0
    owner = hash_list.organisation_id
    now = followers.wished(owner, wishes)  # after the lock: whoever waited for it sees what was committed meanwhile
    entries = ListEntry.of(list=hash_list).exclude(state=EntryState.ENDED.value)
    if wishes is not None:
        entries = entries.filter(ident__in=[str(wish) for wish in wishes])
    there: dict[UUID, ListEntry] = {UUID(row.ident): row for row in entries.order_by("pk")}
    gone = followers.ended(owner, there)
    here = _recalled_here(hash_list, there)
    changed = 0
    for wish in sorted({*now, *there}):
        changed += _follow(hash_list, wish, there.get(wish), now.get(wish), gone=wish in gone, here=wish in here)
    if changed:
        saved(hash_list)
    return changed


def _recalled_here(hash_list: HashList, wishes: Mapping[UUID, ListEntry]) -> set[UUID]:
    """Return the wishes whose entries a person recalled, who alone takes that back."""
    idents = [str(wish) for wish in wishes]
    rows = EntryRecall.of(list=hash_list).filter(ident__in=idents, ended_at=None, by_source=False)
    return {UUID(ident) for ident in rows.values_list("ident", flat=True)}


def _follow(
    hash_list: HashList, wish: UUID, row: ListEntry | None, now: Wished | None, *, gone: bool, here: bool
) -> bool:
    """Let one entry follow its wish; return whether it changed."""
    said = row.record if row is not None and row.body else None
    sent = [Signal(kind, value) for kind, value in now.hashes] if now else []
    signals = signals_now(sent, said.signals if said else (), silent=now is not None and now.silent)
    entry = entry_of(hash_list, wish, signals, own_look=now is not None and now.own_look)
    state, same = EntryState(row.state) if row else None, said is not None and said == entry
    what = step(state, signals, gone=gone, recalled_here=here, same=same)
    if row is None:
        if what is Step.ADD:
            _add(hash_list, entry)
        return what is Step.ADD
    row.list = hash_list
    if what is Step.END:
        _end(hash_list, row)
    elif what is not Step.NOTHING:
        _change(hash_list, row, entry, what)
    return what is not Step.NOTHING


def entry_of(hash_list: HashList, wish: UUID, signals: tuple[Signal, ...], *, own_look: bool) -> Entry:
    """Return the entry of a wish: its id, its signals and the terms of the list; and that a person of this desk looked.

    Who looked elsewhere, when, at what and in which report stands in no entry.
    """
    keeper = hash_list.organisation
    vote = Vote(keeper.name, "positive", country_of(keeper), "independent" if own_look else "inherited")
    return Entry(
        str(wish),
        signals,
        votes=(vote,),
        source=hash_list.source or keeper.name,
        jurisdiction=hash_list.jurisdiction,
        basis=hash_list.basis,
    )


def _add(hash_list: HashList, entry: Entry) -> None:
    row = ListEntry(list=hash_list, ident=entry.id, change=take_numbers(hash_list, 1) + 1)
    _say(row, entry)
    row.save(force_insert=True)
    hash_list.live += 1


def _say(row: ListEntry, entry: Entry) -> None:
    """Write what an entry says into its row."""
    row.body, row.source = msgspec.msgpack.encode(entry), entry.source
    row.licence, row.basis, row.jurisdiction = stands(entry)
    row.signals_mark = mark_of(entry.signals)
    if row.pk is None:
        row.positive, row.negative = 1, 0
    else:
        count(row)


def _change(hash_list: HashList, row: ListEntry, entry: Entry, what: Step) -> None:
    """Change what an entry says, and recall or reinstate it where that follows."""
    renumber(hash_list, row)
    _say(row, entry)
    columns = (
        "body",
        "source",
        "licence",
        "basis",
        "jurisdiction",
        "positive",
        "negative",
        "classes_since",
        "change",
        "born",
        "signals_mark",
    )
    row.save(update_fields=columns)
    if what is Step.RECALL:
        moved(hash_list, row, EntryEvent.RECALL)
        made = EntryRecall.everywhere.create(
            list=hash_list, ident=row.ident, why=RecallReason.WITHDRAWN.value, by_source=True, change=row.change
        )
        trace_soon(made.pk)
    elif what is Step.REINSTATE:
        moved(hash_list, row, EntryEvent.REINSTATE)
        EntryRecall.of(list=hash_list).filter(ident=row.ident, ended_at=None).update(ended_at=timezone.now())


def _end(hash_list: HashList, row: ListEntry) -> None:
    """Erase what an entry was; its bare row goes when no list on disk has it any more (`curation.retention`)."""
    EntryVote.of(entry=row).delete()
    row.positive = row.negative = 0
    row.body, row.signals_mark = b"", None
    row.settled = row.classes_since = row.classes_settled = None
    row.save(update_fields=["body", "signals_mark"])
    moved(hash_list, row, EntryEvent.END)
    forget(hash_list, [row])
