"""Viewing stations and work packages: whether a licence stands, whether answers fit. Pure; no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

LASTS = (1, 3, 7, 14)
"""For how many days a package can be made."""

USUAL = 7
KEPT_FOR = timedelta(days=90)
"""From the end of a package to the erasure of its record, with the answers."""

AHEAD = timedelta(minutes=10)
"""How far a station's clock may be ahead of ours."""

MOST_REPORTS = 200
MOST_ITEMS = 5_000


class Standing(enum.StrEnum):
    """Whether a station may be given addresses now."""

    PROPOSED = "proposed"
    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


def standing(*, revoked: bool, until: date | None, today: date) -> Standing:
    """Return the standing of a station.

    Args:
        revoked: somebody ended it.
        until: last day of the licence that a second person confirmed last; None if nobody did.
        today: in the node's zone.
    """
    if revoked:
        return Standing.REVOKED
    if until is None:
        return Standing.PROPOSED
    return Standing.VALID if today <= until else Standing.EXPIRED


class Door(enum.StrEnum):
    """How an answer came."""

    API = "api"
    VICS = "vics"


class Wrong(enum.StrEnum):
    """What is wrong with an answer."""

    ITEM = "station_item"
    EARLY = "station_early"
    FUTURE = "station_future"
    GONE_LOOKED = "station_gone_looked"
    NOBODY = "station_nobody"
    UNSEEN = "station_unseen"
    CLASS = "station_class"
    LAWFUL = "station_lawful"
    MARK = "station_mark"
    EMPTY_FILE = "station_empty_file"


@dataclass(frozen=True)
class Given:
    """An answer, as far as the rules ask.

    Attributes:
        found, looked, by, severity, baseline, value, marks, at: as in `formats.work_package.Answer`.
        files: whether each file has a hash.
    """

    found: str
    looked: str
    by: str
    severity: int
    baseline: bool | None
    value: str
    marks: tuple[str, ...]
    at: datetime
    files: tuple[bool, ...] = ()


def faults(
    given: Given, *, made: datetime, now: datetime, classes: dict[str, bool | None], marks: Collection[str]
) -> list[tuple[str, Wrong]]:
    """Return what is wrong with an answer: the field, and why.

    Args:
        given: the answer.
        made: when the package was made.
        now: the node's time.
        classes: of the package's scheme, each with whether it is an offence.
        marks: codes that may be set.
    """
    unseen = given.looked == "nothing"
    checks = [
        ("at", Wrong.EARLY, given.at < made - AHEAD),
        ("at", Wrong.FUTURE, given.at > now + AHEAD),
        ("looked", Wrong.GONE_LOOKED, given.found == "gone" and not unseen),
        ("by", Wrong.NOBODY, not unseen and not given.by),
        ("baseline", Wrong.UNSEEN, unseen and given.baseline is not None),
        ("class", Wrong.UNSEEN, unseen and bool(given.value)),
        ("marks", Wrong.UNSEEN, unseen and bool(given.marks)),
        ("severity", Wrong.UNSEEN, unseen and given.severity != 1),
        ("class", Wrong.CLASS, bool(given.value) and given.value not in classes),
        ("class", Wrong.LAWFUL, given.baseline is True and classes.get(given.value) is False),
        ("marks", Wrong.MARK, not set(given.marks) <= set(marks)),
    ]
    found = [(where, what) for where, what, holds in checks if holds]
    found += [(f"files.{n}", Wrong.EMPTY_FILE) for n, has in enumerate(given.files) if not has]
    return found


@dataclass(frozen=True)
class Grade:
    """What one answer says of an item that was looked at."""

    found: str
    looked: bool
    baseline: bool | None
    value: str


def differ(grades: Sequence[Grade]) -> frozenset[str]:
    """Return in what the answers about one item contradict each other: `found`, `baseline`, `value`."""
    seen = [one for one in grades if one.looked]
    found = set()
    if len({one.found for one in grades}) > 1:
        found.add("found")
    if len({one.baseline for one in seen}) > 1:
        found.add("baseline")
    if len({one.value for one in seen}) > 1:
        found.add("value")
    return frozenset(found)
