"""How grades of a workstation become votes on a list: media as its entries, and what was said of these before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vaern.matching import Matcher
from vaern.node.casework.sheets import find
from vaern.node.casework.workstations.kinds import Returning, Taken
from vaern.node.lists.base.disk import on_disk
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.votes import actions_graded
from vaern.node.lists.votes.actions import Ballot
from vaern.node.organisations.rules import Permission
from vaern.records import DIGEST_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from vaern.node.casework.workstations.kinds import Resolve
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry


def entries_of(hash_list: HashList) -> Resolve:
    """Make what says of media the ids of the entries that have one of their exact digests, in whichever state."""
    matchers = [Matcher([one]) for one in on_disk(hash_list.name)]

    def resolve(media: Sequence[Entry]) -> list[set[str]]:
        asked = [(place, one) for place, row in enumerate(media) for one in row.signals if one.kind in DIGEST_KINDS]
        found: list[set[str]] = [set() for _row in media]
        for matcher in matchers if asked else ():
            answers = matcher.match_signals([signal for _place, signal in asked])
            for (place, _signal), answer in zip(asked, answers, strict=True):
                found[place].update(match.entry for match in answer.matches)
        return found

    return resolve


def standing(hash_list: HashList, organisation: UUID, idents: Collection[str]) -> dict[str, str]:
    """Return of entries, by their ids, how an organisation graded them in its votes; what it did not is left out."""
    votes = EntryVote.of(entry__list=hash_list).filter(organisation=organisation, entry__ident__in=idents)
    rows = votes.values_list("entry__ident", "scheme", "classification")
    return {ident: f"{scheme} {value}" for ident, scheme, value in rows}


def sent(hash_list: HashList, idents: Collection[str]) -> dict[str, Entry]:
    """Return of entries, by their ids, what their source says of them: this goes to a workstation."""
    return {row.ident: row.record for row in ListEntry.of(list=hash_list).filter(ident__in=idents)}


def _take(viewer: Viewer, reason: Reason, hash_list: HashList, taken: Taken) -> dict[str, int]:
    ballots = {}
    for category, idents in taken.grades.items():
        ballot = Ballot(taken.meanings[category], "independent", category.scheme, category.value)
        ballots.update(dict.fromkeys(idents, ballot))
    voted = actions_graded.vote_all(viewer, reason, hash_list, ballots, taken.words)
    return {"made": voted.made, "same": voted.same, "disputed": voted.disputed, "gone": voted.gone}


RETURNING = Returning(
    HashList,
    Permission.HASHLIST_VOTE,
    partial(find, HashList),
    entries_of,
    standing,
    sent,
    lambda _viewer, _hash_list: None,
    _take,
    "lists:graded-document",
)
