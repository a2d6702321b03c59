"""Every change to lists and entries by their curators: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.formats.moments import moment_of
from vaern.losing import LOST, LOST_PERCENT
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.lists.base import acts, elsewhere
from vaern.node.lists.base.changes import BY_RULE, ask_which_class, locked_entry, move, saved, take_numbers
from vaern.node.lists.base.disk import class_of, follow_soon, spoken
from vaern.node.lists.base.recipients import check_licence
from vaern.node.lists.base.subsets import name_taken
from vaern.node.lists.lookups.callers import write_soon as tell_callers
from vaern.node.lists.models import EntryQuarantine, EntryRecall, HashList, ListEntry
from vaern.node.lists.recalls.tracing import trace_soon
from vaern.node.lists.rules.classes import claims, contradicting
from vaern.node.lists.rules.entries import TRANSITIONS, EntryEvent, EntryState, held, mark_of
from vaern.node.lists.rules.floods import CALLERS, FACTOR, HITS
from vaern.node.lists.rules.lists import NAME, SAME_DISTANCE, SIGNALS, Holds, Purpose, Tells, Wishes, first_review
from vaern.node.lists.rules.subsets import stands
from vaern.node.lists.survivors.following import check_by_hand, follow_all_soon
from vaern.node.lists.votes.actions import settle as settle_votes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.casework.models import Release
    from vaern.node.casework.releases.terms import Terms
    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.lists.rules.effects import RecallReason
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry, Signal


@dataclass(frozen=True)
class ListTerms:
    """Under which terms a list is held and used; attributes as of `HashList`."""

    title: str
    scheme: str = ""
    source: str = ""
    jurisdiction: str = ""
    basis: str = ""
    licence: str = ""
    licence_words: str = ""
    licence_kinds: tuple[str, ...] = ()
    pass_on: bool = False
    hosted: bool = False
    tells: str = Tells.VERDICT.value
    distance: int = SAME_DISTANCE
    lost_count: int = LOST
    lost_percent: int = LOST_PERCENT
    flood_hits: int = HITS
    flood_factor: int = FACTOR
    flood_callers: int = CALLERS


@transaction.atomic
def make(
    viewer: Viewer,
    reason: Reason,
    name: str,
    holds: Holds,
    purpose: Purpose,
    terms: ListTerms,
    wishes: Wishes | None = None,
) -> HashList:
    """Make an empty list; one that follows wishes is filled with those that are confirmed by a job.

    Raises:
        Refusal: the name is taken, or is none; a list of survivors' wishes would hold anything but files; or one that
            follows wishes would mean something else, or have no licence of its own.
    """
    _person(viewer)
    if not NAME.match(name):
        raise Refusal(_("Small letters, figures and hyphens, at most sixty."), field="name")
    if purpose in {Purpose.SURVIVORS, Purpose.ADULTS} and holds is not Holds.FILES:
        raise Refusal(_("Such a list holds hashes of files."), field="holds")
    if wishes and purpose is not Purpose.SURVIVORS:
        raise Refusal(_("A list that follows wishes means: what survivors wish to have removed."), field="purpose")
    _check_licence(wishes or "", terms)
    hash_list = HashList(
        organisation=viewer.organisation,
        name=name,
        holds=holds.value,
        purpose=purpose.value,
        wishes=wishes.value if wishes else "",
        synthetic=settings.CONFIGURATION.synthetic,
        review_date=first_review(timezone.localdate()),
        **_columns(terms),
    )
    if name_taken(name):
        raise Refusal(_("There is a list of this name already."), field="name")
    hash_list.save(force_insert=True)
    record(acts.MADE, hash_list.subject, viewer.actor, reason)
    follow_soon(hash_list.pk)
    follow_all_soon(hash_list)
    tell_callers()
    return hash_list


@transaction.atomic
def change_terms(viewer: Viewer, reason: Reason, hash_list: HashList, terms: ListTerms) -> HashList:
    """Change under which terms a list is held; its packages carry them from their next release on."""
    _person(viewer)
    current = releases.locked(viewer, hash_list)
    _check_licence(current.wishes, terms)
    for column, value in _columns(terms).items():
        setattr(current, column, value)
    current.change += 1  # so that the list on disk says it, too
    current.save()
    record(acts.TERMS_CHANGED, current.subject, viewer.actor, reason)
    follow_soon(current.pk)
    follow_all_soon(current)
    tell_callers()
    return current


def _check_licence(wishes: str, terms: ListTerms) -> None:
    if wishes and not terms.licence:
        raise Refusal(
            _("What survivors wish goes on under a licence of its own: give its short name, and say what it allows."),
            field="licence",
        )


def _columns(terms: ListTerms) -> dict[str, object]:
    given = {name: getattr(terms, name) for name in terms.__dataclass_fields__}
    return {**given, "licence_kinds": list(terms.licence_kinds)}


@transaction.atomic
def add_entry(viewer: Viewer, reason: Reason, hash_list: HashList, given: Entry) -> ListEntry:
    """Add one entry by hand.

    Raises:
        Refusal: the list has one of this id, does not take what it holds, or follows wishes.
    """
    _person(viewer)
    current = releases.locked(viewer, hash_list)
    check_by_hand(current)
    check_signals(Holds(current.holds), given.signals)
    columns = entry_columns(given)
    differ = columns.pop("classes_differ")
    state = held(EntryState.LIVE, columns["negative"])
    row = ListEntry(
        list=current,
        change=take_numbers(current, 1) + 1,
        state=state.value,
        body=msgspec.msgpack.encode(given),
        classes_since=timezone.now() if differ else None,
        **columns,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refusal(_("The list has an entry of this id already."), field="ident") from None
    setattr(current, state.value, getattr(current, state.value) + 1)
    saved(current)
    record(acts.ENTRY_ADDED, row.subject, viewer.actor, reason)
    if state is EntryState.DISPUTED:
        record(acts.DISPUTED, row.subject, NODE, BY_RULE)
    if differ:
        ask_which_class(row)
    return row


def check_signals(holds: Holds, signals: Sequence[Signal]) -> None:
    """Refuse an entry that nothing could match, or that is none for a list of this kind.

    Raises:
        Refusal: why.
    """
    if not signals:
        raise Refusal(_("An entry has at least one hash or value."))
    wrong = sorted({one.kind for one in signals} - SIGNALS[holds])
    if wrong:
        raise Refusal(_("This list does not take %(kinds)s.") % {"kinds": ", ".join(wrong)})


def entry_columns(given: Entry) -> dict[str, Any]:
    """Return the columns by which an entry is looked for, out of what its source says."""
    every, under = spoken(given, (), None) if given.votes else (), stands(given)
    return {
        "ident": given.id,
        "scheme": _column(given.scheme or ""),
        "classification": _column(given.classification or ""),
        "series": _column(given.series),
        "victim_identified": given.victim_identified,
        "licence": under.licence,
        "basis": under.basis,
        "jurisdiction": under.jurisdiction,
        "source": _column(given.source),
        "updated": moment_of(given.updated) if given.updated else None,
        "ends": date.fromisoformat(given.ends) if given.ends else None,
        "positive": sum([vote.opinion == "positive" for vote in every]),
        "negative": sum([vote.opinion == "negative" and not vote.settled for vote in every]),
        "classes_differ": bool(every and contradicting(class_of(given), claims(every))),
        "signals_mark": mark_of(given.signals),
    }


def _column(text: str) -> str:
    """Return a text as a column holds it: PostgreSQL has no NUL. The body of the entry keeps it as it is."""
    return text[:200].replace("\0", "\ufffd") if text else ""


@transaction.atomic
def quarantine(viewer: Viewer, reason: Reason, entry: ListEntry) -> ListEntry:
    """Set an entry aside: it is not matched until a person lets it go or recalls it."""
    return _decided(viewer, reason, entry, EntryEvent.QUARANTINE, acts.QUARANTINED)


@transaction.atomic
def let_go(viewer: Viewer, reason: Reason, entry: ListEntry) -> ListEntry:
    """Let an entry out of quarantine; the reason is given in words."""
    return _decided(viewer, reason, entry, EntryEvent.LET_GO, acts.LET_GO)


@transaction.atomic
def settle(viewer: Viewer, reason: Reason, entry: ListEntry) -> ListEntry:
    """Settle a dispute: the entry stays, and who said no holds nothing back any more. That it does not is a recall."""
    return _decided(viewer, reason, entry, EntryEvent.SETTLE, acts.SETTLED)


@transaction.atomic
def recall(viewer: Viewer, reason: Reason, entry: ListEntry, why: RecallReason) -> EntryRecall:
    """Withdraw an entry: it matches nothing any more, everywhere, and what rested on it is followed to its end."""
    row = _decided(viewer, reason, entry, EntryEvent.RECALL, acts.RECALLED)
    earlier = EntryRecall.of(list=row.list).filter(ident=row.ident, ended_at=None)
    earlier.update(ended_at=timezone.now())  # of an entry that was recalled, ended, and came again
    made: EntryRecall = EntryRecall.everywhere.create(
        list=row.list, ident=row.ident, why=why.value, words=reason.words[:500], by=viewer.person, change=row.change
    )
    trace_soon(made.pk)
    return made


@transaction.atomic
def reinstate(viewer: Viewer, reason: Reason, entry: ListEntry) -> ListEntry:
    """Take a recall back: the entry is matched again. Whoever was told of the recall is told of this, too.

    Raises:
        Refusal: the node recalled the entry of a wish, and takes that back itself; or why not else.
    """
    withdrawn = EntryRecall.of(list=entry.list).filter(ident=entry.ident, ended_at=None, by_source=True)
    if entry.list.wishes and withdrawn.exists():
        raise Conflict(_("Its wish is no longer confirmed. The entry comes back by itself once a person confirms it."))
    row = _decided(viewer, reason, entry, EntryEvent.REINSTATE, acts.REINSTATED)
    EntryRecall.of(list=row.list).filter(ident=row.ident, ended_at=None).update(ended_at=timezone.now())
    follow_all_soon(row.list)  # its wish may have been withdrawn meanwhile
    return row


def _decided(viewer: Viewer, reason: Reason, entry: ListEntry, event: EntryEvent, act: Act) -> ListEntry:
    """Let a person's decision happen to an entry of a list of their organisation.

    Raises:
        Refusal: a key decides; the list is not theirs; it is not the time; or words are missing.
    """
    _person(viewer)
    current = releases.locked(viewer, entry.list)
    row = locked_entry(current, entry)
    step = TRANSITIONS.get((EntryState(row.state), event))
    if step is not None and step.says_why and not reason.words.strip():
        raise Refusal(_("Say why, in words: whoever reads it later was not there."), field="words")
    record(act, row.subject, viewer.actor, reason)
    if event is EntryEvent.SETTLE:
        settle_votes(row)
    move(current, row, event)
    if event in {EntryEvent.LET_GO, EntryEvent.RECALL}:
        set_aside = EntryQuarantine.of(list=current).filter(ident=row.ident, ended_at=None)
        set_aside.update(ended_at=timezone.now(), let_go=event is EntryEvent.LET_GO)
    return row


@transaction.atomic
def release(
    viewer: Viewer, reason: Reason, hash_list: HashList, recipients: Sequence[UUID], terms: Terms
) -> list[Release]:
    """Let other organisations receive a list, with one entry of the ledger for each.

    Raises:
        Refusal: why not: its licence does not cover a recipient, or as of `releases.release`.
    """
    check_licence(hash_list, recipients)
    made = releases.release(viewer, hash_list, recipients, reason, terms)
    elsewhere.released(viewer, reason, hash_list, made)
    tell_callers()
    return made


def end_release(viewer: Viewer, reason: Reason, hash_list: HashList, recipient: UUID) -> None:
    """End that an organisation receives a list."""
    releases.recall(viewer, hash_list, recipient, reason)
    tell_callers()


def _person(viewer: Viewer) -> None:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
