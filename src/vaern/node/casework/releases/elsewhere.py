"""Releases to organisations on other nodes: what the exchange does for them. Casework itself knows no node.

Where nothing is registered, organisations of other nodes can be released nothing; and so for each kind of record that
does not travel. What becomes of a release there is told by `progress`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from vaern.node.casework.models import Release
    from vaern.node.ledger.rules import Actor, Reason


@dataclass(frozen=True)
class Progress:
    """How far the message of a release has come.

    Attributes:
        sent_at: when it first left this node; None while it waits.
        delivered_at: since when the other node keeps it.
        taken_in_at: when it became a record there.
        read_at: when a person there first opened that.
        stopped: why it waits, was refused or set aside there, or why it cannot leave; "" if nothing is wrong.
    """

    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    taken_in_at: datetime | None = None
    read_at: datetime | None = None
    stopped: str = ""

    @property
    def steps(self) -> tuple[datetime | None, ...]:
        """The moments, in the order in which they come."""
        return self.sent_at, self.delivered_at, self.taken_in_at, self.read_at


class Elsewhere(Protocol):
    """What the exchange provides."""

    def nodes(self, kind: str) -> Collection[str]:
        """Return the nodes to whose organisations a record of a kind can be released now."""

    def recalled(self, release: Release, by: Actor, reason: Reason) -> None:
        """Tell the other node, in the transaction of the recall."""

    def acknowledged(self, release: Release, by: Actor, reason: Reason) -> None:
        """Tell the other node, whose organisation recalled, in the transaction of the acknowledgement."""

    def prolonged(self, release: Release, by: Actor, reason: Reason) -> None:
        """Tell the other node, in the transaction of the act."""

    def read(self, release: Release) -> None:
        """Tell the other node that a person opened what it released, once."""

    def progress(self, releases: Collection[UUID]) -> Mapping[UUID, Progress]:
        """Return how far the messages of releases have come; of those to organisations of this node nothing."""


_PROVIDED: list[Elsewhere] = []


def register(provided: Elsewhere) -> None:
    """Let the exchange do this."""
    _PROVIDED[:] = [provided]


def nodes(kind: str) -> frozenset[str]:
    """Return the nodes to whose organisations a record of a kind can be released now: "", this one, always."""
    return frozenset({""}.union(*(one.nodes(kind) for one in _PROVIDED)))


def recalled(release: Release, by: Actor, reason: Reason) -> None:
    """Tell a recipient on another node that a release was recalled."""
    if release.recipient.node:
        for one in _PROVIDED:
            one.recalled(release, by, reason)


def acknowledged(release: Release, by: Actor, reason: Reason) -> None:
    """Tell an owner on another node that a recall was acknowledged."""
    if release.owner.node:
        for one in _PROVIDED:
            one.acknowledged(release, by, reason)


def prolonged(release: Release, by: Actor, reason: Reason) -> None:
    """Tell a recipient on another node that its sight lasts longer."""
    if release.recipient.node:
        for one in _PROVIDED:
            one.prolonged(release, by, reason)


def read(release: Release) -> None:
    """Tell an owner on another node that a person opened what it released."""
    if release.owner.node:
        for one in _PROVIDED:
            one.read(release)


def progress(releases: Collection[UUID]) -> Mapping[UUID, Progress]:
    """Return how far releases to other nodes have come, by their ids."""
    found: dict[UUID, Progress] = {}
    for one in _PROVIDED if releases else ():
        found |= one.progress(releases)
    return found
