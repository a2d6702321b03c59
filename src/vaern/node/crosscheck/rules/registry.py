"""What is compared between organisations, who takes part, and what a meeting may say. Pure; no Django."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from vaern.node.organisations.rules import OrganisationKind

TAKING_PART = frozenset({OrganisationKind.HOTLINE, OrganisationKind.POLICE, OrganisationKind.HUB})
"""Whose records meet. A company or a ministry is not told where somebody investigates."""


class State(enum.StrEnum):
    """How the work on a registered record stands; so much of it is told to whoever meets it."""

    OPEN = "open"
    IDENTIFIED = "identified"
    CLOSED = "closed"


@dataclass(frozen=True)
class KindRule:
    """One row of the table of kinds.

    Attributes:
        what: the value of which a keyed digest is taken; a text, or raw bytes for the digests of files.
        justifies: whether one shared value is enough for a meeting.
        specific: how closely it points at one file, thing or person: 3 at one, 0 at thousands.
        folds: upper and lower case do not tell values apart.
        own: the value is a digest under the node's own secret already (addresses of pages come so from reports), and
            so no other node has the same.
    """

    what: str
    justifies: bool
    specific: int
    folds: bool = True
    own: bool = False


KINDS: dict[str, KindRule] = {
    "md5": KindRule("MD5 of a file, 16 bytes", justifies=True, specific=2, folds=False),
    "sha1": KindRule("SHA-1 of a file, 20 bytes", justifies=True, specific=3, folds=False),
    "sha256": KindRule("SHA-256 of a file, 32 bytes", justifies=True, specific=3, folds=False),
    "pdq": KindRule("PDQ of a picture, 32 bytes; equal values only", justifies=True, specific=2, folds=False),
    "camera_serial": KindRule("make|model|serial number of a camera", justifies=True, specific=3),
    "url": KindRule("normalised address of a page or a file", justifies=True, specific=3, folds=False, own=True),
    "account": KindRule("service|account", justifies=True, specific=3),
    "email": KindRule("address of e-mail", justifies=True, specific=3),
    "phone": KindRule("number with its country's code, digits only", justifies=True, specific=3),
    "wallet": KindRule("address of a payment, as its network writes it", justifies=True, specific=3, folds=False),
    "ip": KindRule("IP address|window of time (`ip_windows`)", justifies=True, specific=2),
    "ip_alone": KindRule("IP address without a time", justifies=False, specific=1),
    "host": KindRule("name of a host", justifies=False, specific=0, own=True),
    "name_pattern": KindRule("pattern of the names of files", justifies=False, specific=1),
}
"""What is compared. Whatever does not justify a meeting counts only beside something that does, and for the country."""

JUSTIFYING = frozenset(code for code, kind in KINDS.items() if kind.justifies)

BETWEEN_NODES = frozenset(code for code, kind in KINDS.items() if kind.justifies and not kind.own)
"""What two nodes can compare: the same value has the same common digest on each (`common_digest`)."""


def common_digest(kind: str, value: bytes) -> bytes:
    """Return the digest of a value that every node computes alike: SHA-256 of this form's version, the kind, the value.

    Nobody keeps it: whoever has it can test guesses. The registry keeps it enciphered with the node's secret.
    """
    return hashlib.sha256(b"vaern cross-check 1\0" + kind.encode() + b"\0" + value).digest()


LONGEST_VALUE = 4_000
"""Characters of a value of which a key is taken."""

MOST_PER_ORGANISATION = 20
"""Records of one other organisation that one record meets by one enrolment: the rest would say the same again. Without
it, a file that thousands of reports hold would make millions of pairs."""

WINDOW = timedelta(hours=24)
"""Of an IP address: two sightings within it share a window, two that are twice as far apart never do."""


def ip_windows(at: datetime) -> tuple[int, int]:
    """Return the two windows that a moment falls into: each is two days long, and one begins every day.

    Addresses change hands, so equal addresses mean something only at about the same time; and digests can only be
    equal or not. Two moments less than 24 hours apart share at least one window.
    """
    if at.tzinfo is None:
        raise ValueError("a moment without its time zone falls into no window")
    day = int(at.timestamp() // WINDOW.total_seconds())
    return day - 1, day


class Many(enum.StrEnum):
    """How many other organisations, in coarse steps: no exact number is told."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


def many(organisations: int) -> Many:
    """Return the coarse step of a number."""
    return Many.NONE if organisations == 0 else Many.ONE if organisations == 1 else Many.SEVERAL


LOOK_UPS_OF_PERSON = (60 / 3_600, 60.0)
"""Look-ups a second in the long run, and at once after a pause, of one person or key."""

LOOK_UPS_OF_ORGANISATION = (600 / 3_600, 600.0)

MOST_KEYS_LOOKED_UP = 1_000
"""Keys of one look-up."""


class Update(enum.StrEnum):
    """What whoever met a record is told of it, without which record it is."""

    IDENTIFIED = "identified"
    SAFEGUARDED = "safeguarded"
    CLOSED = "closed"
    REOPENED = "reopened"
