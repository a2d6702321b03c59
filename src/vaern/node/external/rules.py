"""When two external identifiers are one, whether a value has the form of its system, and how far it goes. Pure."""

from __future__ import annotations

import enum
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaern.node.external.records import System

LONGEST = 80
"""Characters of a value."""

LONGEST_HOLDER = 120
LONGEST_NOTE = 400
MOST = 50
"""External identifiers of one record, those that were withdrawn included."""

_ASIDE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
"""Categories of characters that say nothing in a number: spaces, controls, dashes."""

_DASHES = frozenset("\N{MINUS SIGN}\N{HYPHEN BULLET}\N{MACRON}")

WIDTHS = ("red", "amber+strict", "amber", "green")
"""The labels of TLP 2.0, the narrowest first; a test holds them to `terms.Handling`."""

STAYS = ""
"""How far an identifier goes along that goes along with no release."""


class Source(enum.StrEnum):
    """How an identifier came to stand on a record; it is never derived from words or guessed."""

    TYPED = "typed"
    DOCUMENT = "document"
    RECEIVED = "received"


class Change(enum.StrEnum):
    """What was done to an identifier."""

    ADDED = "added"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


class Problem(enum.StrEnum):
    """Why a value is none of its system."""

    EMPTY = "identifier.empty"
    LONG = "identifier.long"
    SIGNS = "identifier.signs"
    DIGITS = "identifier.digits"
    LENGTH = "identifier.length"
    COUNTRY = "identifier.country"
    HOLDER = "identifier.holder"


def normal(value: str) -> str:
    """Return the form in which values are compared: case, spaces and dashes aside. Idempotent."""
    found, before = value, None
    while found != before:
        before = found
        folded = unicodedata.normalize("NFKC", found.upper()).casefold()
        found = "".join(one for one in folded if unicodedata.category(one) not in _ASIDE and one not in _DASHES)
    return found


def said(value: str) -> str:
    """Return a value as it is kept: as it was written, without spaces around it and with single ones in it."""
    return " ".join(value.split())


def same(system: System, value: str, country: str = "", holder: str = "") -> str:
    """Return a text that is equal for what is the same identifier, and for nothing else.

    A number of a system that counts for all alike is the same whoever noted it; one that a country or a company gives
    is theirs, so that `2026-17` of one country is another than `2026-17` of the next.
    """
    whose = ("", "") if system.counts == "once" else (country, normal(holder))
    return "\0".join((system.code, *whose, normal(value)))


def problem(system: System, value: str, country: str = "", holder: str = "") -> Problem | None:
    """Return why this cannot be an identifier of a system, or None. A form is checked only where it is known."""
    compared = normal(value)
    wrong = {
        Problem.EMPTY: not compared,
        Problem.LONG: len(value) > LONGEST,
        Problem.SIGNS: not value.isprintable(),
        Problem.HOLDER: len(holder) > LONGEST_HOLDER or not holder.isprintable(),
        Problem.COUNTRY: system.counts == "country" and not country,
        Problem.DIGITS: system.signs == "digits" and not (compared.isascii() and compared.isdigit()),
        Problem.LENGTH: bool(system.longest) and not system.shortest <= len(compared) <= system.longest,
    }
    return next((one for one, holds in wrong.items() if holds), None)


def goes(along: str, handling: str) -> bool:
    """Whether an identifier goes along with a release of its record under a label.

    Args:
        along: the widest label under which it does, of `WIDTHS`; `STAYS` for none.
        handling: the label of the release.
    """
    return along != STAYS and WIDTHS.index(handling) <= WIDTHS.index(along)


def passed_on(along: str, handling: str) -> str:
    """Return how far whoever received an identifier may pass it on: never further than it was given them.

    TLP:RED and TLP:AMBER+STRICT end at the recipient's own organisation.
    """
    if handling in {"red", "amber+strict"} or not goes(along, handling):
        return STAYS
    return WIDTHS[min(WIDTHS.index(along), WIDTHS.index(handling))]
