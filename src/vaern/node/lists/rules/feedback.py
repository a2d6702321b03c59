"""Feedback on entries: what is said to be wrong with one, and what its curator answers. Pure; no Django."""

from __future__ import annotations

import enum

from vaern.node.lists.rules.entries import TRANSITIONS, EntryEvent, EntryState


class Claim(enum.StrEnum):
    """What an organisation says is wrong with an entry."""

    WRONG_HIT = "wrong_hit"
    WRONG_CLASS = "wrong_class"


class Outcome(enum.StrEnum):
    """What came of feedback on an entry."""

    KEPT = "kept"
    HIT_WRONG = "hit_wrong"
    CORRECTED = "corrected"
    QUARANTINED = "quarantined"
    RECALLED = "recalled"


class FeedbackState(enum.StrEnum):
    """Whether feedback waits for whoever keeps the list."""

    OPEN = "open"
    ANSWERED = "answered"


CONTESTED = frozenset({EntryState.LIVE, EntryState.DISPUTED, EntryState.QUARANTINED})
"""The states in which an entry can be contested, and its class corrected: it is on the list, or may come back."""

FALSE = frozenset({Outcome.HIT_WRONG, Outcome.CORRECTED})
"""The answers that say that one hit was wrong. A recall says so of all hits of its entry, until it is taken back; an
entry in quarantine is not decided."""

AGREES = "positive"
"""The opinion of a program that agrees with an entry: it waits for nobody."""


def answers(state: EntryState | None) -> tuple[Outcome, ...]:
    """Return what can be answered about an entry in a state; about one that is gone only that it stays so.

    Args:
        state: of the entry; None where the list has none.
    """
    if state is None:
        return (Outcome.KEPT,)
    possible = {
        Outcome.KEPT: True,
        Outcome.HIT_WRONG: True,
        Outcome.CORRECTED: state in CONTESTED,
        Outcome.QUARANTINED: (state, EntryEvent.QUARANTINE) in TRANSITIONS,
        Outcome.RECALLED: (state, EntryEvent.RECALL) in TRANSITIONS,
    }
    return tuple(outcome for outcome in Outcome if possible[outcome])
