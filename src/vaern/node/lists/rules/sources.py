"""Sources of lists: which kinds there are, when one is asked again, and what is taken without a person."""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from vaern.client.peers import is_here
from vaern.matching import Freshness


class SourceKind(enum.StrEnum):
    """How a source speaks."""

    NCMEC = "ncmec"
    STOPNCII = "stopncii"
    THREATEXCHANGE = "threatexchange"
    TABLE = "table"
    RELEASES = "releases"


class Outcome(enum.StrEnum):
    """What came of the last attempt to fetch."""

    NEVER = "never"
    TAKEN = "taken"
    NOTHING = "nothing"
    WAITS = "waits"
    FAILED = "failed"
    REJECTED = "rejected"


FIRST_PAUSE = timedelta(minutes=5)
"""After the first failure; each further one waits twice as long, up to the usual interval."""

LONGEST_EVERY = 168
"""Hours between two fetches at most: a week."""

WARN_DAYS = 7
"""So old a list becomes, unless its curator says otherwise, before everybody who is compared with it is warned.

Its keepers are told days before (`LATE_AFTER`): they alone can mend it. It does not stop by itself unless they say so:
a list that stops finds nothing any more, and an expired password would do that to a desk whose keeper is away."""

LONGEST_AGE = 365
"""Days after which a list is warned of, or stops, at most."""


class AgeFault(enum.StrEnum):
    """What is wrong with how old a list may get."""

    STOPS_FIRST = "stops_first"
    ALWAYS_WARNS = "always_warns"
    ALWAYS_STOPS = "always_stops"


LATE_AFTER = timedelta(days=3)
"""After a source should have been fetched whole its curators are told: as publishers warn of a release (`trust`)."""


def late_since(since: datetime, every: int) -> datetime:
    """Return from when on the curators of a list are told that its source is not fetched.

    Args:
        since: when it was last fetched whole, or else when it was set.
        every: hours between two fetches.
    """
    return since + timedelta(hours=every) + LATE_AFTER


def fault_of_age(every: int, warn: int | None, stop: int | None) -> AgeFault | None:
    """Return what is wrong with how old a list may get; None for nothing.

    A list that is fetched as often as it is to be must never be warned of: nobody heeds what is always there.

    Args:
        every: hours between two fetches.
        warn, stop: days, as of `Freshness.aged`.
    """
    if warn is not None and stop is not None and stop <= warn:
        return AgeFault.STOPS_FIRST
    for days, fault in (((warn, None), AgeFault.ALWAYS_WARNS), ((None, stop), AgeFault.ALWAYS_STOPS)):
        begin = datetime(2000, 1, 1, tzinfo=UTC)
        alarm = Freshness.aged(begin, *days).alarm_at  # before it stops there is always one, whatever the warning
        if alarm and datetime.fromisoformat(alarm) <= begin + timedelta(hours=every):
            return fault
    return None


def next_attempt(now: datetime, every: int, failures: int) -> datetime:
    """Return when a source is asked again.

    Args:
        now: when it was asked.
        every: hours between two fetches.
        failures: how often it failed one after another; 0 after a success.
    """
    usual = timedelta(hours=every)
    return now + (min(usual, FIRST_PAUSE * 2 ** min(failures - 1, 12)) if failures else usual)


def may_take(changes: int, withdrawn: int, *, second: bool, takes: bool, most: int) -> bool:
    """Whether what was fetched becomes the list without a person.

    A source that withdraws an entry says that it is wrong: until that is done it matches, and nobody has to be asked.

    Args:
        changes: entries that would be added, changed or withdrawn.
        withdrawn: those of them that would be withdrawn.
        second: they take so many entries away that a second person has to agree (`losing.too_many`).
        takes: the curator decided that it does, up to a bound.
        most: that bound.
    """
    return not second and (changes == withdrawn or (takes and changes <= most))


def is_of_this_machine(address: str) -> bool:
    """Whether a written address leads to this machine or its link, where other services than a source listen.

    What a name leads to is only known when it is connected to: `vaern.client.peers` looks there.
    """
    host = urlsplit(address).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    return is_here(host)
