"""What may be said of a series between two nodes, and what is refused. Pure; no Django.

The owner's word about its own series counts; a desk's word counts once the owner's node has taken it in. What either
says is held to the rules that hold on one node (`rules.series`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Milestones

NO_DESK = "takes_no_series"
NEVER_SENT = "series_never_disseminated"
ENDED = "series_sight_ended"
ANSWERED = "series_answered_before"
OTHER_FIRST = "series_other_desk_first"
NOT_ACCEPTED = "series_not_accepted"
NO_SUCH_OUTCOME = "series_no_such_outcome"
IMPOSSIBLE = "series_impossible"
TOO_MANY_FILES = "series_too_many_files"
WORDS = "series_words"
ASKED_TOO_OFTEN = "series_asked_too_often"
NEVER_ASKED = "series_never_asked"
"""Codes by which a message about a series is refused."""

MOST_FILES = 20_000
"""Files of a series that goes to another node."""

MOST_VALUES = 30
"""PDQ values of one file that go along: of a picture there is one, of an animation one for each frame."""

FILES_AT_ONCE = 500
"""Files of one message: with `MOST_VALUES` each they stay below the largest message."""

MOST_CLUES = 200

MOST_NAMED = 50
"""Organisations that are named for one hash."""

ASKED_OF_NODE = (1_200 / 3_600, 1_200.0)
"""Questions a second in the long run, and at once after a pause, that are answered to one node: as many as to an
organisation of this one (`sharing.ASKED_OF_ORGANISATION`)."""

AHEAD = timedelta(days=2)
"""How far another node's calendar may be ahead of ours."""

BY_DESK = frozenset(
    {
        Milestones.IDENTIFIED,
        Milestones.RETRACTED,
        Milestones.SAFEGUARDED,
        Milestones.SUPPORTED,
        Milestones.INVESTIGATION_OPENED,
        Milestones.ARRESTED,
        Milestones.CHARGED,
        Milestones.CONVICTED,
    }
)
"""What a desk that accepted a series may say of the child."""

BY_OWNER = BY_DESK | {
    Milestones.ACCEPTED,
    Milestones.CLOSED,
    Milestones.CLOSED_UNSAFEGUARDED,
    Milestones.CLOSED_UNIDENTIFIED,
    Milestones.REOPENED,
    Milestones.OTHER_CHILD,
}
"""What the owner of a series may say of it to the desks that have it."""


@dataclass(frozen=True)
class Said:
    """How a series stands, as its owner says it.

    Attributes:
        state: there.
        identified_on, safeguarded_on: the days; None where that is not known.
        excused: it was closed without that, or the identification was taken back.
    """

    state: State
    identified_on: date | None = None
    safeguarded_on: date | None = None
    excused: bool = False

    def possible(self, today: date) -> bool:
        """Whether a series can stand so; what cannot be is an error of the other node, or a lie."""
        days = [day for day in (self.identified_on, self.safeguarded_on) if day]
        if any(day > today + AHEAD for day in days) or (self.safeguarded_on and not self.identified_on):
            return False
        if len(days) == 2 and days[1] < days[0]:
            return False
        if self.state is State.SAFEGUARDED:
            return len(days) == 2
        if self.state is State.IDENTIFIED:
            return bool(self.identified_on)
        if self.state is State.CLOSED:
            return not self.identified_on or bool(self.safeguarded_on) or self.excused
        return not days
