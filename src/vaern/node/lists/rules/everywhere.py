"""How long it takes until everybody has what a list says: every process of this machine, and each subscriber.

A subscriber counts from when they were enrolled, by the releases that they acknowledged. Whoever fetches a list and is
not enrolled is known to nobody, and counts nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

ENROLLED = 0
"""Stands for no release: since when a subscriber is one."""


class Subscriber(NamedTuple):
    """Who is to acknowledge the releases of a list.

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
        release: the first signed release that has it; None where there is none yet.
        signed: it is that release itself.
        ended: since when it is taken back; None where it is not.
    """

    begun: datetime
    here: datetime | None
    release: int | None
    signed: bool = False
    ended: datetime | None = None


class Reach(NamedTuple):
    """How far something is.

    Attributes:
        at: since when everybody has it; None while somebody is missing.
        silent: who has not acknowledged the release that has it, or a later one.
    """

    at: datetime | None
    silent: frozenset[str]


class Reached(NamedTuple):
    """How far several things are.

    Attributes:
        taken: of each that everybody has, how many seconds that took.
        out: how many somebody is missing.
        silent: who has not acknowledged one of these.
    """

    taken: list[float]
    out: int
    silent: frozenset[str]


def said_at(said: datetime, made: datetime, now: datetime) -> datetime:
    """Return when a release was acknowledged: by the subscriber's clock, but not before it was made nor after now."""
    return max(made, min(said, now))


def expects(one: Moved, who: Subscriber) -> bool:
    """Return whether a subscriber was one when something began: of a release, before it was signed."""
    return one.release > who.newest if one.signed and one.release is not None else who.since <= one.begun


def reach(one: Moved, subscribers: Mapping[str, Subscriber]) -> Reach | None:
    """Return how far something is with those who were subscribers when it began; None where nobody was."""
    expected = {key: who for key, who in subscribers.items() if expects(one, who)}
    if not expected:
        return None
    if one.release is None:
        return Reach(None, frozenset())  # nobody can have acknowledged what is in no release
    when = {
        key: min((at for release, at in who.said.items() if release >= one.release), default=None)
        for key, who in expected.items()
    }
    silent = frozenset(key for key, at in when.items() if at is None)
    moments = [one.here, *when.values()]
    known = [at for at in moments if at is not None]
    return Reach(max(known) if len(known) == len(moments) else None, silent)


def reached(moved: Iterable[Moved], subscribers: Mapping[str, Subscriber]) -> Reached:
    """Return how far several things are; what was taken back before everybody had it, nobody waits for."""
    taken, out, silent = [], 0, frozenset[str]()
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
