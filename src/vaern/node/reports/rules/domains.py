"""Which domains may be blocked, and which blocks are in force. Pure; no Django.

Blocking a domain blocks everything on it. So it has to be a registered name below a public suffix, with the location
on it, and must not host third parties: no public suffix (publicsuffix.org, including its private section of platforms
on which anybody can get a name), and no domain of a provider that the node notifies.
"""

from __future__ import annotations

import enum
from datetime import timedelta
from functools import cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from publicsuffixlist import PublicSuffixList

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

LASTS = timedelta(days=30)
LONGEST = timedelta(days=90)
"""Until a block lapses: proposed, and at most. It is not renewed: whoever still needs it asks anew."""

LONGEST_NAME = 220
"""Letters of a domain, so that `*.` before and the name of a zone behind it still make a name (RFC 1035, 253)."""

MOST_OPEN = 10
"""Appeals of strangers about one domain that wait for a decision; one with the code always arrives."""


class Obstacle(enum.StrEnum):
    """Why a domain may not be blocked."""

    NO_NAME = "no_name"
    OTHER = "other"
    SUFFIX = "suffix"
    SHARED = "shared"


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def registrable(name: str) -> str:
    """Return the registered part of a name: one label below its public suffix; "" without one."""
    return _suffixes().privatesuffix(name.lower().rstrip(".")) or ""


def is_name(name: str) -> bool:
    """Whether it is a DNS name of at least two labels in wire form, and not an address."""
    labels = name.split(".")
    if len(labels) < 2 or len(name) > LONGEST_NAME:
        return False
    try:
        ip_address(name)
    except ValueError:
        return all(_is_label(label) for label in labels) and not labels[-1].isdigit()
    return False


def _is_label(label: str) -> bool:
    plain = label.isascii() and label.replace("-", "a").replace("_", "a").isalnum() and label == label.lower()
    return plain and len(label) <= 63 and label[0] != "-" and label[-1] != "-"


def within(name: str, domain: str) -> bool:
    """Whether a name is a domain or a subdomain of it."""
    return name == domain or name.endswith(f".{domain}")


def refusal(domain: str, host: str, shared: Iterable[str]) -> Obstacle | None:
    """Return why a domain may not be blocked for a location on a host; None if it may.

    Args:
        domain: lower case, ASCII.
        host: of the location.
        shared: domains that host third parties: providers, and the node itself.
    """
    if not is_name(domain):
        return Obstacle.NO_NAME
    if not registrable(domain):
        return Obstacle.SUFFIX
    if not within(host, domain):
        return Obstacle.OTHER
    if any(within(name, domain) or within(domain, registrable(name) or name) for name in shared):
        return Obstacle.SHARED
    return None


def stands(*, seconded: bool, confirmed: bool, twin: bool, ended: bool, wrong: bool, until: date, today: date) -> bool:
    """Whether a block is in force: two people of one country, a second country, not ended, conclusion stands.

    Args:
        seconded: by another person of the requesting organisation.
        confirmed: by an organisation of another country that was asked.
        twin: an organisation of another country requested the same, with its own location, and it was seconded.
        ended, wrong, until, today: it was ended; its conclusion was wrong; its last day; the day in question.
    """
    return seconded and (confirmed or twin) and not ended and not wrong and today <= until
