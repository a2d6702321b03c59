"""Registry of followers: apps above this one keep what survivors wish where others are matched against it.

    followers.register(follow_soon)     # in the app's `ready()`

What a follower keeps is what `wished` says now, and nothing else of a wish. It is told in the transaction of each act
that changes this; what it does is a job that commits with it, so that no answer takes longer for what is held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from vaern.node.victims.models import Confirmation, WatchedHash, Wish
from vaern.node.victims.rules.wishes import WishState
from vaern.node.victims.wishes.places import is_silent, reported

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


class Follower(Protocol):
    """What an app does when wishes changed."""

    def __call__(self, wishes: Collection[UUID]) -> None:
        """Let what is kept of these wishes become what `wished` says, soon; called in a transaction."""


class Wished(NamedTuple):
    """What may be kept of a wish.

    Attributes:
        hashes: kinds and values of what a person looked at and concluded to be an offence, as they were sent.
        own_look: the look was by somebody of the wish's own desk.
        silent: the police hold a place where it was found, or a case is silent: what is not told yet waits.
    """

    hashes: tuple[tuple[str, bytes], ...]
    own_look: bool
    silent: bool


_FOLLOWERS: list[Follower] = []


def register(follower: Follower) -> None:
    """Register an app's follower."""
    if follower not in _FOLLOWERS:
        _FOLLOWERS.append(follower)


def tell(wishes: Collection[UUID]) -> None:
    """Tell the followers that wishes changed, or ended, in the caller's transaction."""
    if wishes:
        for follower in _FOLLOWERS:
            follower(wishes)


def tell_of(hashes: Collection[int]) -> None:
    """Tell the followers that watched hashes were confirmed, or no longer are, in the caller's transaction."""
    if hashes:
        wishes = WatchedHash.everywhere.filter(pk__in=hashes).order_by("wish").values_list("wish", flat=True)
        tell(list(wishes.distinct()))


def wished(organisation: UUID, wishes: Collection[UUID] | None = None) -> dict[UUID, Wished]:
    """Return what may be kept of the wishes of a desk, of all or of some; of one that is left out nothing may.

    A hash that a list alone confirms is left out: else whoever sends wishes and is matched against what a follower
    keeps would learn what stands on lists that they may not have.
    """
    running = Wish.everywhere.filter(organisation=organisation, removal=True).exclude(state=WishState.ENDED.value)
    if wishes is not None:
        running = running.filter(pk__in=list(wishes))
    looks = Confirmation.everywhere.filter(watched__wish__in=running, list="")
    found: dict[UUID, list[tuple[str, bytes]]] = {}
    rows = WatchedHash.everywhere.filter(pk__in=looks.order_by().values("watched")).order_by("wish", "pk")
    for wish, kind, value in rows.values_list("wish", "kind", "value"):
        found.setdefault(wish, []).append((kind, bytes(value)))
    own = looks.filter(person__organisation=organisation).order_by()
    looked = set(own.values_list("watched__wish", flat=True))
    return {
        wish.pk: Wished(tuple(found[wish.pk]), wish.pk in looked, is_silent(reported(wish).values()))
        for wish in running.filter(pk__in=found).order_by("pk")
    }


def ended(organisation: UUID, wishes: Collection[UUID]) -> set[UUID]:
    """Return which of some wishes of a desk ended, or are gone: nothing may be kept of them for good."""
    there = Wish.everywhere.filter(organisation=organisation, pk__in=list(wishes))
    running = there.exclude(state=WishState.ENDED.value).values_list("pk", flat=True)
    return set(wishes) - set(running)
