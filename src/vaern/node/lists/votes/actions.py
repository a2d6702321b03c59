"""An organisation votes on an entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.terms import country_of
from vaern.node.ledger.record import record
from vaern.node.lists.base import acts
from vaern.node.lists.base.changes import ask_which_class, locked_entry, move
from vaern.node.lists.base.disk import class_of, recount, spoken
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.rules.classes import claims, contradicting
from vaern.node.lists.rules.entries import EntryEvent, EntryState, after

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Ballot:
    """What an organisation says of an entry; attributes as of `EntryVote`."""

    opinion: str
    view: str
    scheme: str = ""
    classification: str = ""


@transaction.atomic
def vote(viewer: Viewer, reason: Reason, entry: ListEntry, ballot: Ballot) -> EntryVote:
    """Vote for the viewer's organisation; an earlier vote of it is replaced.

    Raises:
        Refusal: a key votes, the entry is gone, a no without words, or a class without its scheme.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if ballot.opinion == "negative" and not reason.words.strip():
        raise Refusal(_("Say why it does not belong on the list: whoever decides was not there."), field="words")
    if ballot.classification and not ballot.scheme:
        raise Refusal(_("A class says nothing without its scheme."), field="scheme")
    hash_list: HashList = HashList.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.list_id)
    row = locked_entry(hash_list, entry)
    after(EntryState(row.state), EntryEvent.VOTE)
    made, _new = EntryVote.everywhere.update_or_create(
        entry=row,
        organisation=viewer.organisation,
        defaults={
            "person": viewer.person,
            "country": country_of(viewer.organisation),
            "opinion": ballot.opinion,
            "view": ballot.view,
            "scheme": ballot.scheme if ballot.classification else "",
            "classification": ballot.classification,
            "words": reason.words[:500],
            "at": timezone.now(),
        },
    )
    asked_anew(row, viewer.organisation.name)
    before = row.classes_since
    count(row)
    record(acts.VOTED, row.subject, viewer.actor, reason)
    if row.classes_since and not before:
        ask_which_class(row)
    move(hash_list, row, EntryEvent.VOTE)
    return made


def asked_anew(row: ListEntry, name: str) -> None:
    """Forget that what an organisation said of an entry was settled: it has voted since."""
    row.settled = [one for one in row.settled or () if one != name] or None
    row.classes_settled = [one for one in row.classes_settled or () if one[0] != name] or None


def count(row: ListEntry) -> None:
    """Count the votes on an entry anew."""
    recount(row, list(EntryVote.of(entry=row).select_related("organisation")))


def settle(row: ListEntry) -> None:
    """Settle every no that stands on an entry, because whoever keeps the list decided that it stays."""
    votes = list(EntryVote.of(entry=row).select_related("organisation"))
    every = spoken(row.record, votes, row.settled)
    row.settled = sorted(one.organisation for one in every if one.opinion == "negative") or None
    recount(row, votes)


def settle_classes(row: ListEntry) -> None:
    """Settle every class that votes give an entry and that contradicts another, because a person has looked."""
    votes = list(EntryVote.of(entry=row).select_related("organisation"))
    said = row.record
    row.classes_settled = contradicting(class_of(said), claims(spoken(said, votes, row.settled))) or None
    recount(row, votes)
