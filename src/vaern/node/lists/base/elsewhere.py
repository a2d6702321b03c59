"""What other nodes are told of lists. The rooms say what happened here; `across`, which knows nodes, tells it.

Where nothing is registered, nobody elsewhere is told anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.models import Release
    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.base.signed import Signed
    from vaern.node.lists.models import EntryRecall, HashList
    from vaern.node.organisations.viewers import Viewer


class Elsewhere(Protocol):
    """Who tells other nodes, each in the transaction of the act."""

    def released(self, viewer: Viewer, reason: Reason, signed: Signed, releases: Sequence[Release]) -> None:
        """A list, or a subset of one, was released."""

    def announced(self, signed: Signed) -> None:
        """A signed release of it is complete."""

    def recalled(self, hash_list: HashList, recalls: Sequence[EntryRecall]) -> None:
        """Entries were recalled, and whom that concerns is written down."""


_TELLS: list[Elsewhere] = []


def register(tells: Elsewhere) -> None:
    """Let somebody tell other nodes."""
    _TELLS[:] = [tells]


def released(viewer: Viewer, reason: Reason, signed: Signed, releases: Sequence[Release]) -> None:
    """Tell the nodes on which recipients live that a list was released to them."""
    abroad = [one for one in releases if one.recipient.node]
    for one in _TELLS if abroad else ():
        one.released(viewer, reason, signed, abroad)


def announced(signed: Signed) -> None:
    """Tell recipients on other nodes that there is a newer signed release."""
    for one in _TELLS:
        one.announced(signed)


def recalled(hash_list: HashList, recalls: Sequence[EntryRecall]) -> None:
    """Tell recipients on other nodes that entries were recalled."""
    for one in _TELLS:
        one.recalled(hash_list, recalls)
