"""Answers to disseminations, milestones, and what a hash check may disclose. Pure; no Django."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.victims.rules.series import UNIDENTIFIED, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


class Answer(enum.StrEnum):
    """What a desk said to a series that was disseminated to it."""

    AWAITED = "awaited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    GIVEN_BACK = "given_back"
    RECALLED = "recalled"


class Milestones(enum.StrEnum):
    """What was reached, in the order in which it matters: a safe child comes before everything else."""

    IDENTIFIED = "identified"
    PERHAPS_KNOWN = "perhaps_known"
    SAFEGUARDED = "safeguarded"
    SUPPORTED = "supported"
    INVESTIGATION_OPENED = "investigation_opened"
    ARRESTED = "arrested"
    CHARGED = "charged"
    CONVICTED = "convicted"
    CLOSED = "closed"
    CLOSED_UNSAFEGUARDED = "closed_unsafeguarded"
    CLOSED_UNIDENTIFIED = "closed_unidentified"
    RETRACTED = "retracted"
    REOPENED = "reopened"
    OTHER_CHILD = "other_child"
    STOPPED = "stopped"
    ACCEPTED = "accepted"
    OTHER_FIRST = "other_first"
    DECLINED = "declined"
    GIVEN_BACK = "given_back"
    RECALLED = "recalled"


BY_SEX = ("girls", "boys", "others")
BY_AGE = ("under3", "under14", "under18", "adult")


@dataclass(frozen=True)
class Recorded:
    """Numbers of identified children by recorded attribute; children in no field count as not recorded.

    Attributes:
        girls, boys, others: by sex.
        under3, under14, under18, adult: by age when identified: up to 2 years, 3 to 13, 14 to 17, older.
    """

    girls: int = 0
    boys: int = 0
    others: int = 0
    under3: int = 0
    under14: int = 0
    under18: int = 0
    adult: int = 0

    @property
    def tags(self) -> dict[str, int]:
        """The ledger's tags: all of them, so that a later identification leaves nothing of an earlier one standing."""
        return {name: getattr(self, name) for name in (*BY_SEX, *BY_AGE)}

    def fits(self, children: int) -> bool:
        """Whether no more are recorded than there are children."""
        said = self.tags
        return min(said.values()) >= 0 and all(
            sum(said[one] for one in names) <= children for names in (BY_SEX, BY_AGE)
        )


NOTHING_RECORDED = Recorded()

SAME_FILE = frozenset({"md5", "sha1", "sha256"})
"""The kinds of keys by which two series have one file in common."""


def stops(kinds: Iterable[str]) -> bool:
    """Whether what two series share is enough to stop the search in one when the child of the other is known.

    The same file is. One kind of anything else is not: one camera takes pictures of several children, and two pictures
    may look alike. It is a reason to compare, so its owner is told.

    Args:
        kinds: of the keys that they share and that justify their meeting.
    """
    found = set(kinds)
    return bool(found & SAME_FILE) or len(found) > 1


LATE = (
    Milestones.SAFEGUARDED,
    Milestones.SUPPORTED,
    Milestones.INVESTIGATION_OPENED,
    Milestones.ARRESTED,
    Milestones.CHARGED,
    Milestones.CONVICTED,
)
"""What can still come years later, safeguarding first."""

LONGEST_REFERENCE = 60
LONGEST_WHY = 500


class Standing(enum.StrEnum):
    """What *known?* says of a signal, from the strongest: a child that is known needs no second search."""

    SAFEGUARDED = "safeguarded"
    IDENTIFIED = "identified"
    WORKED_ON = "worked_on"
    HELD = "held"
    UNKNOWN = "unknown"


def standing_of(state: State, *, identified: bool, safeguarded: bool) -> Standing:
    """Return what a series implies for the signals in it."""
    if safeguarded:
        return Standing.SAFEGUARDED
    if identified or state is State.STOPPED:
        return Standing.IDENTIFIED
    return Standing.WORKED_ON if state in UNIDENTIFIED else Standing.HELD


@dataclass(frozen=True)
class Held:
    """One series that contains a signal, as a hash check sees it.

    Attributes:
        owner: id of the organisation that owns it.
        standing: what it says.
        sees: the viewer sees the series itself: it is theirs, or was released to them.
        named: its owner lets everybody who asks know that it is them.
    """

    owner: UUID
    standing: Standing
    sees: bool
    named: bool


@dataclass(frozen=True)
class Said:
    """The answer for one signal.

    Attributes:
        standing: the strongest of all series that hold it, whoever owns them.
        by: ids of the owners who may be named.
        others: somebody holds it who may not be named: ask through the cross-check desk.
    """

    standing: Standing
    by: frozenset[UUID]
    others: bool


def say(held: Iterable[Held]) -> Said:
    """Return what may be said of a signal. How many others hold it is not."""
    found = list(held)
    if not found:
        return Said(Standing.UNKNOWN, frozenset(), others=False)
    return Said(
        min((one.standing for one in found), key=list(Standing).index),
        frozenset(one.owner for one in found if one.sees or one.named),
        others=any(not (one.sees or one.named) for one in found),
    )


MOST_ASKED = 200
"""Signals of one question."""

ASKED_OF_PERSON = (120 / 3_600, 120.0)
"""Questions a second in the long run, and at once after a pause, of one person or key: enough for work, too little to
go through a list of hashes and learn what the others hold."""

ASKED_OF_ORGANISATION = (1_200 / 3_600, 1_200.0)
