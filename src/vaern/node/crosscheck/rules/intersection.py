"""What two organisations that compare by private set intersection may do, how often, and with which tags. Pure.

An experiment (docs/decisions/0119-a-count-and-then-people.md): off until both switched it on.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from math import expm1, log1p

EPOCH = timedelta(days=14)
"""How long one key lasts. It is destroyed at its end, and with it whatever its tags could still be used for."""

TAG = 8
"""Bytes of a tag, the first of an output (`false_count` says what that costs)."""

FEWEST = 100
"""Values of either side, so that a number does not name one of them. A node that lies fills up with values that nobody
holds: against it only the limits below and the ledger help."""

MOST_ASKED = 10_000
"""Values of one question."""

MOST_HELD = 2_000_000
"""Values that one side evaluates for another."""

MOST_RUNS = 2
"""Questions of one side to the other in one epoch: each tells a node that lies at most whether the other side holds
the `MOST_ASKED` values that it chose."""


class Bar(enum.StrEnum):
    """Why there is no run now."""

    OFF = "off"
    NO_TAGS = "no_tags"
    TOO_FEW_ASKED = "too_few_asked"
    TOO_FEW_HELD = "too_few_held"
    TOO_OFTEN = "too_often"
    WAITING = "waiting"


class Stage(enum.StrEnum):
    """How far a question is; between two organisations of one node it is counted at once."""

    ASKED = "asked"
    ANSWERED = "answered"
    COUNTED = "counted"
    FAILED = "failed"


UNDER_WAY = frozenset({Stage.ASKED, Stage.ANSWERED})
"""The side that asked waits for the answer; the side that was asked, for the number."""


def epoch_of(moment: datetime) -> int:
    """Return the number of the epoch into which a moment falls, counted from 1970 in UTC."""
    return int(moment.timestamp() // EPOCH.total_seconds())


def ends_at(epoch: int) -> datetime:
    """Return when an epoch ends, and its key is destroyed."""
    return datetime.fromtimestamp((epoch + 1) * EPOCH.total_seconds(), UTC)


def barred(*, on: bool, asked: int, held: int | None, runs: int, waiting: bool = False) -> Bar | None:
    """Return why there is no run now, or None if there may be one.

    Args:
        on: both switched it on, and both are open.
        asked: values that the side that asks has not asked about in this epoch.
        held: values of the other side that are evaluated in this epoch; None if it has no tags yet.
        runs: questions of this side in this epoch.
        waiting: one of them has no answer yet.
    """
    if not on:
        return Bar.OFF
    if waiting:
        return Bar.WAITING
    if held is None:
        return Bar.NO_TAGS
    if runs >= MOST_RUNS:
        return Bar.TOO_OFTEN
    if asked < FEWEST:
        return Bar.TOO_FEW_ASKED
    return Bar.TOO_FEW_HELD if held < FEWEST else None


def false_count(asked: int, held: int, tag: int = TAG) -> float:
    """Return how probable it is that one run counts a value that the other side does not hold.

    Outputs are pseudorandom, so that each of `asked` values that are not held has the tag of one that is with
    probability `held` / 2^(8 `tag`): 10,000 against 1,000,000 with 8 bytes, 5.4e-10.
    """
    return -expm1(asked * log1p(-held / 2.0 ** (8 * tag)))
