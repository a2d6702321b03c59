"""The life of a public appeal: two different people approve, neither of them the author; it ends by itself. Pure."""

from __future__ import annotations

import enum
from datetime import timedelta

from vaern.node.base.transitions import Step
from vaern.node.base.transitions import after as after_step
from vaern.node.victims.rules.series import UNIDENTIFIED, State


class AppealState(enum.StrEnum):
    """How far an appeal is."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class AppealEvent(enum.StrEnum):
    """What happens to an appeal."""

    CHECK = "check"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    END = "end"
    TIP = "tip"


class Check(enum.StrEnum):
    """The two checks: may it be asked, and can it harm the child?"""

    LEGAL = "legal"
    SAFEGUARDING = "safeguarding"


_S, _E = AppealState, AppealEvent
TRANSITIONS: dict[tuple[AppealState, AppealEvent], Step[AppealState, enum.StrEnum]] = {
    (_S.DRAFT, _E.CHECK): Step(_S.DRAFT),
    (_S.DRAFT, _E.PUBLISH): Step(_S.PUBLISHED),
    (_S.DRAFT, _E.WITHDRAW): Step(_S.WITHDRAWN),
    (_S.PUBLISHED, _E.WITHDRAW): Step(_S.WITHDRAWN),
    (_S.PUBLISHED, _E.END): Step(_S.ENDED),
    (_S.PUBLISHED, _E.TIP): Step(_S.PUBLISHED),
}
"""(state, event) → state. None is changed: what is published is what was checked. The second check publishes; no other
event does."""

LONGEST = timedelta(days=180)
LASTS = timedelta(days=60)
LONGEST_TITLE, LONGEST_TEXT = 80, 800


def after(state: AppealState, event: AppealEvent) -> AppealState:
    """Return the state of an appeal after an event.

    Raises:
        Refusal: not in this state.
    """
    return after_step(TRANSITIONS, "an appeal", state, event)


def problem_with_check(person: object, author: object, legal: object | None, safeguarding: object | None) -> str:
    """Return why this person may not do one of the checks, as one of PROBLEMS, or "".

    Args:
        person: who would check.
        author: who wrote the appeal.
        legal, safeguarding: who did the checks until now.
    """
    if person == author:
        return OWN
    return TWICE if person in {legal, safeguarding} else ""


def may_be_public(state: State) -> bool:
    """Whether an appeal for a series in this state may be public: only while the child is searched for."""
    return state in UNIDENTIFIED


OWN = "whoever wrote an appeal does not check it"
TWICE = "two different people check an appeal"
NO_PUBLIC_CLUE = "choose a clue that may be made public: an appeal says no more than its clues"
IDENTIFIED = "the child is no longer looked for: nothing is asked of the public"
PROBLEMS = (OWN, TWICE, NO_PUBLIC_CLUE, IDENTIFIED)
