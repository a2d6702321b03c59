"""What a list holds, what a hit on it means, and by whom it may be used."""

from __future__ import annotations

import enum
import re
from datetime import date, timedelta
from typing import Literal

from vaern.records import KINDS, VALUE_KINDS


class Holds(enum.StrEnum):
    """What the entries of a list are. A list holds one of these: what is compared differently is not mixed."""

    FILES = "files"
    ADDRESSES = "addresses"
    DOMAINS = "domains"
    KEYWORDS = "keywords"
    WALLETS = "wallets"


SIGNALS: dict[Holds, frozenset[str]] = {
    Holds.FILES: frozenset(KINDS),
    Holds.ADDRESSES: frozenset({"address"}),
    Holds.DOMAINS: frozenset({"domain"}),
    Holds.KEYWORDS: frozenset({"keyword"}),
    Holds.WALLETS: frozenset({"wallet"}),
}
"""The kinds of signal that a list of each kind takes."""

assert {
    kind for holds in (Holds.ADDRESSES, Holds.DOMAINS, Holds.KEYWORDS, Holds.WALLETS) for kind in SIGNALS[holds]
} == {*VALUE_KINDS}


def told(holds: Holds) -> str:
    """Return the kind of which whatever is said for such a list is; "" for hashes, which say theirs themselves."""
    return "" if holds is Holds.FILES else min(SIGNALS[holds])


class Purpose(enum.StrEnum):
    """What a hit on a list means."""

    KNOWN = "known"
    SURVIVORS = "survivors"
    ADULTS = "adults"
    KNOWN_GOOD = "known-good"
    NEGATIVE = "negative"


class Wishes(enum.StrEnum):
    """Which wishes of survivors make the entries of a list."""

    OWN = "own"


class Tells(enum.StrEnum):
    """What who is matched against a hosted list without holding it hears of a hit (`vaern.lookup.callers.Hears`)."""

    VERDICT = "verdict"
    CLASS = "class"
    ALL = "all"


ON_DISK: dict[Purpose, Literal["known", "removal", "known-good", "negative"]] = {
    Purpose.KNOWN: "known",
    Purpose.SURVIVORS: "removal",
    Purpose.ADULTS: "removal",
    Purpose.KNOWN_GOOD: "known-good",
    Purpose.NEGATIVE: "negative",
}
"""The purpose that the packages of a list have."""

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?\Z")
"""How a list is called in addresses, folders and answers: small letters, figures and hyphens."""

KEPT_FOR = timedelta(days=365)
"""From birth to the day on which a list is erased unless a person decides before that it is still needed."""

SAME_DISTANCE = 31
"""The distance that the field uses for PDQ (facebook/ThreatExchange, `pdq/README.md`)."""


def first_review(made: date) -> date:
    """Return the review date of a list that is made on this day."""
    return made + KEPT_FOR
