"""Organisations vote, blind to each other: most agree, and what somebody says no to goes to a person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from vaern.node.base.scope import viewing
from vaern.node.demo.lists.invented import CLASSES, QUALITY, SCHEME
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.curation import actions
from vaern.node.lists.models import ListEntry
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from vaern.node.demo.seed import Alliance
    from vaern.node.demo.stories import Story
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer

VOTE = (
    ("hotline.nordhavia", Role.CURATOR),
    ("police.nordhavia", Role.IDENTIFIER),
    ("safeline.vestrovia", Role.CURATOR),
    ("police.vestrovia", Role.IDENTIFIER),
)

DOUBTED = 31
"""The entry to which one organisation says no, and which stays."""


def vote_on(alliance: Alliance, hash_list: HashList) -> Story:
    """Organisations vote on the first entries; on one they contradict each other, on another about its class."""
    for number, (host, role) in enumerate(VOTE):
        viewer = alliance.someone(host, role)
        for ident in range(6 - number):
            against = (number, ident) == (2, 3)
            ballot = Ballot(
                "negative" if against else "positive",
                "independent" if number % 2 == 0 else "inherited",
                SCHEME,
                CLASSES[(ident + 1 + ((number, ident) == (1, 1))) % 3],
            )
            why = "A picture of a catalogue, as it stands in shops (invented)" if against else ""
            _say(viewer, hash_list, ident + 1, ballot, why)
            yield timedelta(hours=5)


def settle(alliance: Alliance, curator: Viewer, hash_list: HashList) -> Story:
    """One no is enough for a person to look: two members look again, and the entry stays."""
    doubts = alliance.someone("safeline.vestrovia", Role.CURATOR)
    why = "Its digest is that of a file of an installer, as far as we can tell (invented)"
    _say(doubts, hash_list, DOUBTED, Ballot("negative", "independent"), why)
    yield timedelta(days=2)
    with viewing(curator.organisation.id):
        row = ListEntry.of(list=hash_list).select_related("list").get(ident=f"random-{DOUBTED}")
        said = "Two members viewed the file again: it belongs on the list (invented)"
        actions.settle(curator, Reason(Why.LIST_QUALITY, said), row)


def _say(viewer: Viewer, hash_list: HashList, number: int, ballot: Ballot, why: str) -> None:
    with viewing(viewer.organisation.id):
        row = ListEntry.of(list=hash_list).get(ident=f"random-{number}")
        vote(viewer, Reason(QUALITY.why, why), row, ballot)
