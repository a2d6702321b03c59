"""Outcomes of reports and cases: one vocabulary of coarse codes, and which may follow which. Pure; no Django.

Only the code is sent, so that it reveals no investigation. Codes are appended to a history and never replaced: a
safeguarded child stays recorded, whatever follows, and progress is never retracted. A history has no end: a conviction
may come years after the report.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Outcome(enum.StrEnum):
    """The codes, in the order of every list: safeguarding before arrest."""

    VICTIM_SAFEGUARDED = "victim_safeguarded"
    CONVICTED = "convicted"
    CHARGED = "charged"
    SUSPECT_IDENTIFIED = "suspect_identified"
    OPENED = "opened"
    JOINED = "joined"
    IN_PROGRESS = "in_progress"
    PASSED_ON = "passed_on"
    MATERIAL_REMOVED = "material_removed"
    NEEDS_MORE = "needs_more"
    KNOWN_BEFORE = "known_before"
    NO_PERSON_FOUND = "no_person_found"
    NOT_AN_OFFENCE_HERE = "not_an_offence_here"
    DROPPED = "dropped"
    CLOSED = "closed"


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes:
        level: the progress that it states: 0 none, 1 a case, 2 a suspect, 3 a charge, 4 a conviction.
        until: the highest level already reached at which it may still follow.
        answers: it answers the sender: the report may be closed, and counts as having an outcome.
        final: nothing further is expected, though more may come.
        needs: codes of which one has to precede it.
    """

    level: int = 0
    until: int = 0
    answers: bool = True
    final: bool = False
    needs: frozenset[Outcome] = field(default=frozenset())


_O = Outcome
RULES: dict[Outcome, Rule] = {
    _O.VICTIM_SAFEGUARDED: Rule(until=4),
    _O.CONVICTED: Rule(level=4, until=3, final=True, needs=frozenset({_O.CHARGED})),
    _O.CHARGED: Rule(level=3, until=2, needs=frozenset({_O.OPENED, _O.JOINED})),
    _O.SUSPECT_IDENTIFIED: Rule(level=2, until=1),
    _O.OPENED: Rule(level=1, until=1),
    _O.JOINED: Rule(level=1, until=1),
    _O.IN_PROGRESS: Rule(answers=False),
    _O.PASSED_ON: Rule(until=3),
    _O.MATERIAL_REMOVED: Rule(until=4),
    _O.NEEDS_MORE: Rule(until=2),
    _O.KNOWN_BEFORE: Rule(final=True),
    _O.NO_PERSON_FOUND: Rule(until=1, final=True),
    _O.NOT_AN_OFFENCE_HERE: Rule(until=1, final=True),
    _O.DROPPED: Rule(until=1, final=True),
    _O.CLOSED: Rule(until=4, final=True),
}
"""Code → rule. A receiver that drops what it was sent says so, and the sender sees it as that."""

ANSWERS = frozenset(code for code, rule in RULES.items() if rule.answers)
FINAL = frozenset(code for code, rule in RULES.items() if rule.final)
PROGRESS = frozenset(code for code, rule in RULES.items() if rule.level) | {_O.VICTIM_SAFEGUARDED}
"""What says that something came of it: no conclusion of a desk on the way is contradicted by it."""

OF_ONE_ON_THE_WAY = frozenset({_O.PASSED_ON, _O.IN_PROGRESS})
"""Whoever said nothing else has concluded nothing of their own."""


def reached(history: Iterable[Outcome]) -> int:
    """Return the highest level in a history."""
    return max((RULES[code].level for code in history), default=0)


def latest(history: Sequence[Outcome]) -> Outcome | None:
    """Return the last code other than safeguarding; safeguarding if it is the only one; None for an empty history."""
    others = [code for code in history if code is not _O.VICTIM_SAFEGUARDED]
    return others[-1] if others else (_O.VICTIM_SAFEGUARDED if history else None)


def problem(history: Sequence[Outcome], code: Outcome, *, whole: bool = True) -> str:
    """Return why a code may not follow a history, or "" if it may.

    Args:
        history: the codes so far, the oldest first.
        code: the next code.
        whole: the history is the speaker's own and complete; one from elsewhere may lack earlier codes.
    """
    rule = RULES[code]
    if code is latest(history) or (code is _O.VICTIM_SAFEGUARDED and code in history):
        return "said already"
    if reached(history) > rule.until:
        return "less than was said before"
    if whole and rule.needs and not rule.needs & set(history):
        return "said too early"
    return ""


def sayable(history: Sequence[Outcome]) -> list[Outcome]:
    """Return the codes that may follow a history, in the order of the list."""
    return [code for code in Outcome if not problem(history, code)]


def carried(own: Iterable[Outcome], history: Sequence[Outcome], came: Outcome, *, passes_on: bool) -> bool:
    """Whether a code that a desk received is carried one step further, to the sender of its report.

    Args:
        own: the desk's own codes.
        history: all codes told to that sender, the desk's own and carried ones.
        came: the code.
        passes_on: the desk stated, or it is evident, that it only passes the report on.

    A desk's own conclusion is never contradicted; an outcome elsewhere is told in addition.
    """
    if came is _O.PASSED_ON or problem(history, came, whole=False):
        return False
    return came in PROGRESS or (passes_on and set(own) <= OF_ONE_ON_THE_WAY)
