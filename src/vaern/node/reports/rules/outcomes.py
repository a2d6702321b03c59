"""What came of a report or a case: one vocabulary of coarse codes, and which may be said after which. Pure; no Django.

A code is all that travels, so that it reveals no investigation. Codes are added to a history and never replace one:
that a child was safeguarded stays said, whatever follows, and how far the work had come is never taken back. There is
no end to it: a conviction comes years after the report.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Outcome(enum.StrEnum):
    """The codes, in the order in which they are listed: safeguarding before arrest, everywhere."""

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
        level: how far it says that the work has come: 0 nowhere, 1 a case, 2 a suspect, 3 a charge, 4 a conviction.
        until: the highest level reached before at which it may still be said.
        answers: whoever sent has an answer: the report may be closed, and counts as come home.
        final: nothing further is expected, though more may come.
        needs: one of these has to have been said before.
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
    """Return the highest level that was said."""
    return max((RULES[code].level for code in history), default=0)


def latest(history: Sequence[Outcome]) -> Outcome | None:
    """Return the last code beside safeguarding, which stands beside the others; that if it is all; None for nothing."""
    others = [code for code in history if code is not _O.VICTIM_SAFEGUARDED]
    return others[-1] if others else (_O.VICTIM_SAFEGUARDED if history else None)


def problem(history: Sequence[Outcome], code: Outcome, *, whole: bool = True) -> str:
    """Return why a code may not be said after these, or "" if it may.

    Args:
        history: the codes said so far, the oldest first.
        code: what would be said.
        whole: the history is that of whoever says it. One that came from elsewhere may lack what went before.
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
    """Return what may be said next, in the order of the list."""
    return [code for code in Outcome if not problem(history, code)]


def carried(own: Iterable[Outcome], history: Sequence[Outcome], came: Outcome, *, passes_on: bool) -> bool:
    """Whether a code that came to a desk goes one step further home, to whoever had sent it the report.

    Args:
        own: what the desk said itself.
        history: all that was told to that sender, the desk's own words and what was carried.
        came: the code.
        passes_on: the desk said, or it is plain, that it does nothing but pass on.

    What a desk concluded itself is never contradicted; that something came of it elsewhere is told beside it.
    """
    if came is _O.PASSED_ON or problem(history, came, whole=False):
        return False
    return came in PROGRESS or (passes_on and set(own) <= OF_ONE_ON_THE_WAY)
