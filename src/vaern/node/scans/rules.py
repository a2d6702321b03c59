"""What may happen to a scan and when, which findings keep their signals, and for how long. Pure; no Django."""

from __future__ import annotations

import enum
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from vaern.node.base.transitions import Step
from vaern.node.base.transitions import after as after_step
from vaern.records import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterable


class State(enum.StrEnum):
    """How far a scan is."""

    RECEIVING = "receiving"
    TO_REVIEW = "to_review"
    REVIEWED = "reviewed"


class Event(enum.StrEnum):
    """What happens to a scan."""

    ADD_FINDINGS = "add_findings"
    FINISH = "finish"
    REVIEW = "review"
    REOPEN = "reopen"
    RELEASE = "release"
    EXPORT = "export"
    GRADE = "grade"
    ERASE = "erase"


class ReviewOutcome(enum.StrEnum):
    """What a person concluded. No machine sets it."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    UNCLEAR = "unclear"


_S, _E = State, Event
TRANSITIONS: dict[tuple[State, Event], Step[State, enum.StrEnum]] = {
    (_S.RECEIVING, _E.ADD_FINDINGS): Step(_S.RECEIVING),
    (_S.RECEIVING, _E.FINISH): Step(_S.TO_REVIEW),
    (_S.TO_REVIEW, _E.REVIEW): Step(_S.REVIEWED),
    (_S.REVIEWED, _E.REOPEN): Step(_S.TO_REVIEW),
    (_S.TO_REVIEW, _E.RELEASE): Step(_S.TO_REVIEW),
    (_S.REVIEWED, _E.RELEASE): Step(_S.REVIEWED),
    (_S.TO_REVIEW, _E.EXPORT): Step(_S.TO_REVIEW),
    (_S.REVIEWED, _E.EXPORT): Step(_S.REVIEWED),
    (_S.TO_REVIEW, _E.GRADE): Step(_S.TO_REVIEW),
    (_S.REVIEWED, _E.GRADE): Step(_S.REVIEWED),
    (_S.RECEIVING, _E.ERASE): Step(_S.RECEIVING),
    (_S.TO_REVIEW, _E.ERASE): Step(_S.TO_REVIEW),
    (_S.REVIEWED, _E.ERASE): Step(_S.REVIEWED),
}
"""The state machine: (state, event) → state. What is not in it is refused. Erasing leaves no state: the row is gone."""


def after(state: State, event: Event) -> State:
    """Return the state after an event.

    Raises:
        Refusal: the event cannot happen in this state.
    """
    return after_step(TRANSITIONS, "a scan", state, event)


KEPT_FOR = timedelta(days=180)
"""From birth to the day on which a scan is erased unless a person decides before that it is still needed."""

REVIEW_SOON = timedelta(days=14)
"""How long before its review date a scan is shown as due."""

WITHOUT_SIGNALS = frozenset({"ignored", "not media"})
"""Verdicts whose findings keep their place and nothing else: what is harmless leaves no signal behind."""

MOST_SIGNALS = 600
"""Of one finding: an animation has up to so many frames, each in up to eight orientations."""

LONGEST_VALUE = 40 * 3600 * 12
"""Bytes of one signal: a vPDQ of twelve hours."""

FALLEN = "fallen"
"""What a finding is counted as that met only entries which do not stand: neither known nor near."""

COUNTED = {code: code.replace(" ", "_") for code in (*VERDICTS[:2], FALLEN, *VERDICTS[2:])}
"""The column that counts findings of each verdict, and those that fell."""


MD5 = re.compile(r"[0-9a-f]{32}", re.ASCII)

LONGEST_TRAIT = 100
"""Characters of a make, a model, a serial number, a shape."""


def md5s(texts: Iterable[str]) -> list[bytes]:
    """Return the MD5s among texts that came back from a page."""
    return [bytes.fromhex(one) for one in texts if MD5.fullmatch(one)]


def first_review(received: date) -> date:
    """Return the review date of a scan that is received on this day."""
    return received + KEPT_FOR
