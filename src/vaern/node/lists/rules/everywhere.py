"""How long it takes until everybody has what a list says: every process of this machine, and each subscriber.

A subscriber counts from when they were enrolled, by the releases that they acknowledged, of the list or of a subset
of it: each is released by itself, under numbers of its own. Whoever fetches one and is not enrolled is known to nobody,
and counts nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

ENROLLED = 0
"""Stands for no release: since when a subscriber is one."""


class Who(NamedTuple):
    """A subscriber of a list or of a subset: the name of what they have, and the id of their key."""

    of: str
    key: str


class Subscriber(NamedTuple):
    """Since when somebody is to acknowledge the releases of a list, or of a subset, and what they acknowledged.

    Attributes:
        since: when they were enrolled.
        newest: the newest release there was then; 0 for none.
        said: when they first acknowledged each release.
    """

    since: datetime
    newest: int
    said: Mapping[int, datetime]


class Moved(NamedTuple):
    """A recall, or a signed release: what everybody is to have.

    Attributes:
        begun: when it was decided, or made.
        here: since when every process of this machine has it; None for not yet.
        releases: by name the list, and the subsets, whose subscribers it concerns, with the first signed release of
            each that has it; None where there is none yet.
        signed: it is that release itself.
        ended: since when it is taken back; None where it is not.
    """

    begun: datetime
    here: datetime | None
    releases: Mapping[str, int | None]
    signed: bool = False
    ended: datetime | None = None


class Reach(NamedTuple):
    """How far something is.

    Attributes:
        at: since when everybody has it; None while somebody is missing.
        silent: who has not acknowledged the release that has it, or a later one.
    """

    at: datetime | None
    silent: frozenset[Who]


class Reached(NamedTuple):
    """How far several things are.

    Attributes:
        taken: of each that everybody has, how many seconds that took.
        out: how many somebody is missing.
        silent: who has not acknowledged one of these.
    """

    taken: list[float]
    out: int
    silent: frozenset[Who]


def said_at(said: datetime, made: datetime, now: datetime) -> datetime:
    """Return when a release was acknowledged: by the subscriber's clock, but not before it was made nor after now."""
    return max(made, min(said, now))


def expects(one: Moved, who: Who, since: Subscriber) -> bool:
    """Return whether something concerns a subscriber, who was one when it began: of a release, before it was signed."""
    if who.of not in one.releases:
        return False
    first = one.releases[who.of]
    return first > since.newest if one.signed and first is not None else since.since <= one.begun


def reach(one: Moved, subscribers: Mapping[Who, Subscriber]) -> Reach | None:
    """Return how far something is with those who were subscribers when it began; None where nobody was."""
    when = {who: _had(one.releases[who.of], said) for who, said in subscribers.items() if expects(one, who, said)}
    if not when:
        return None
    silent = frozenset(who for who, at in when.items() if at is None and one.releases[who.of] is not None)
    moments = [one.here, *when.values()]
    known = [at for at in moments if at is not None]
    return Reach(max(known) if len(known) == len(moments) else None, silent)


def _had(first: int | None, subscriber: Subscriber) -> datetime | None:
    """When a subscriber first acknowledged a release or a later one; nobody can have what is in no release."""
    return (
        None if first is None else min((at for number, at in subscriber.said.items() if number >= first), default=None)
    )


def reached(moved: Iterable[Moved], subscribers: Mapping[Who, Subscriber]) -> Reached:
    """Return how far several things are; what was taken back before everybody had it, nobody waits for."""
    taken, out, silent = [], 0, frozenset[Who]()
    for one in moved:
        found = reach(one, subscribers)
        if found is None or (one.ended is not None and (found.at is None or found.at > one.ended)):
            continue
        silent |= found.silent
        if found.at is None:
            out += 1
        else:
            taken.append((found.at - one.begun).total_seconds())
    return Reached(taken, out, silent)
