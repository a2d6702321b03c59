"""An organisation votes with the grades that its people gave at a workstation: many votes, all of them or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.casework.releases.terms import country_of
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.lists.base import acts
from vaern.node.lists.base.changes import BY_RULE, VOTED_ON, ask_which_class, keep, saved, take_numbers
from vaern.node.lists.base.disk import by_entry, recount
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.rules.entries import TRANSITIONS, EntryEvent, EntryState, held
from vaern.node.lists.votes.actions import asked_anew

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.votes.actions import Ballot
    from vaern.node.organisations.viewers import Viewer

AT_ONCE = 2_000
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Voted:
    """What became of many votes.

    Attributes:
        made: votes that are new, or other than before.
        same: votes that stood already: nothing changed.
        disputed: entries that wait for a person now, because of a no.
        gone: entries that are recalled or ended, or not on the list: no vote was given.
    """

    made: int = 0
    same: int = 0
    disputed: int = 0
    gone: int = 0


@transaction.atomic
def vote_all(
    viewer: Viewer, reason: Reason, hash_list: HashList, ballots: Mapping[str, Ballot], words: str = ""
) -> Voted:
    """Vote on entries for the viewer's organisation; a vote that stands already is left as it is.

    Args:
        viewer: a person; they answer for all of it.
        reason: why.
        hash_list: that they may see.
        ballots: by the ids of entries.
        words: where the votes are from, kept beside those of the reason.

    Raises:
        Refusal: a key votes, or a no without words.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if any(one.opinion == "negative" for one in ballots.values()) and not reason.words.strip():
        raise Refusal(_("Say why it does not belong on the list: whoever decides was not there."), field="words")
    current: HashList = HashList.objects.select_for_update(of=("self",), no_key=True).get(pk=hash_list.pk)
    kept = "; ".join(filter(None, [reason.words.strip(), words]))[:LONGEST_WORDS]
    found = Voted()
    for part in _parts(sorted(ballots)):
        one = _part(viewer, reason, current, {ident: ballots[ident] for ident in part}, kept)
        found = Voted(*(getattr(found, name) + getattr(one, name) for name in Voted.__dataclass_fields__))
    if found.made:
        saved(current)
    return found


def _part(viewer: Viewer, reason: Reason, hash_list: HashList, ballots: Mapping[str, Ballot], words: str) -> Voted:
    rows = ListEntry.of(list=hash_list).filter(ident__in=ballots).order_by("pk").select_for_update(no_key=True)
    there = [row for row in rows if (EntryState(row.state), EntryEvent.VOTE) in TRANSITIONS]
    own = {vote.entry_id: vote for vote in EntryVote.of(entry__in=there).filter(organisation=viewer.organisation)}
    changed = [row for row in there if not _stands(own.get(row.pk), ballots[row.ident])]
    votes = [_vote(viewer, row, ballots[row.ident], words) for row in changed]
    columns = ["person", "country", "opinion", "view", "scheme", "classification", "words", "at"]
    EntryVote.everywhere.bulk_create(
        votes, update_conflicts=True, unique_fields=["entry", "organisation"], update_fields=columns
    )
    for row in changed:
        asked_anew(row, viewer.organisation.name)
    agreed = {row.pk for row in changed if row.classes_since is None}
    disputed = list(_counted(hash_list, changed))
    for row in changed:
        row.list = hash_list
        record(acts.VOTED, row.subject, viewer.actor, reason)
        if row.classes_since and row.pk in agreed:
            ask_which_class(row)
    for row in disputed:
        record(acts.DISPUTED, row.subject, NODE, BY_RULE)
    ListEntry.everywhere.bulk_update(changed, ["state", "change", "born", *VOTED_ON])
    return Voted(len(changed), len(there) - len(changed), len(disputed), len(ballots) - len(there))


def _counted(hash_list: HashList, changed: Sequence[ListEntry]) -> Iterator[ListEntry]:
    """Count the votes on entries anew, and number the change; yield those that are disputed from now on."""
    given = by_entry(EntryVote.of(entry__in=changed))
    number = take_numbers(hash_list, len(changed))
    keep(changed, range(number + 1, number + 1 + len(changed)))
    for place, row in enumerate(changed, start=1):
        recount(row, given[row.pk])
        row.change, before = number + place, EntryState(row.state)
        row.state = held(before, row.negative).value
        if row.state != before.value:
            hash_list.live, hash_list.disputed = hash_list.live - 1, hash_list.disputed + 1
            yield row


def _vote(viewer: Viewer, row: ListEntry, ballot: Ballot, words: str) -> EntryVote:
    return EntryVote(
        entry=row,
        organisation_id=viewer.organisation.id,
        person=viewer.person,
        country=country_of(viewer.organisation),
        opinion=ballot.opinion,
        view=ballot.view,
        scheme=ballot.scheme if ballot.classification else "",
        classification=ballot.classification,
        words=words,
        at=timezone.now(),
    )


def _stands(vote: EntryVote | None, ballot: Ballot) -> bool:
    if vote is None:
        return False
    said = (ballot.opinion, ballot.view, ballot.scheme if ballot.classification else "", ballot.classification)
    return (vote.opinion, vote.view, vote.scheme, vote.classification) == said


def _parts(idents: Sequence[str]) -> Iterable[Sequence[str]]:
    return (idents[at : at + AT_ONCE] for at in range(0, len(idents), AT_ONCE))
