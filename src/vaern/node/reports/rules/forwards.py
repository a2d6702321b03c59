"""Decisions about what leaves for another organisation, what comes home, and what is erased. Pure; no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from vaern.node.reports.rules.outcomes import ANSWERS
from vaern.node.reports.rules.states import OPEN, State, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OUTCOME_WITHIN = timedelta(days=30)
"""When a sender may expect the outcome of what it forwarded."""

URGENT_OUTCOME_WITHIN = timedelta(days=3)

GIVEN_TIME = timedelta(days=30)
"""How long an urgent report that is still open is kept beyond its end date, once, while it raises."""

SMALL = 5
"""Counts below this are not shown where they could point at single cases."""

USABLE = 50
"""Completeness from which a desk can act on a report without asking back."""

MOST_LINKS = 100
"""Of a chain of forwards that is followed: each link is an organisation that passed it on."""


def due_at(sent_at: datetime, *, urgent: bool) -> datetime:
    """Return when the outcome is expected."""
    return sent_at + (URGENT_OUTCOME_WITHIN if urgent else OUTCOME_WITHIN)


def answered(outcome: str, *, safeguarded: bool) -> bool:
    """Whether whoever forwarded a report has an answer, by the last code that came home; it may be closed then."""
    return safeguarded or outcome in ANSWERS


def status_of(state: State, actionable: bool | None, *, claimed: bool, forwarded: bool) -> Status:
    """Return the coarse status that a sender sees; second views, disputes and holds all look like work."""
    if state is State.CLOSED:
        return Status.CLOSED_ACTED if actionable else Status.CLOSED_NOTHING
    if forwarded:
        return Status.PASSED_ON
    return Status.RECEIVED if state in {State.ARRIVED, State.DUPLICATE} and not claimed else Status.BEING_WORKED_ON


def has_to_raise(state: State, *, urgent: bool, given_time: bool) -> bool:
    """Whether a report at its end date is kept once more and needs attention, instead of being erased."""
    return urgent and state in OPEN and not given_time


@dataclass(frozen=True)
class Share:
    """How much of what was forwarded came home.

    Attributes:
        sent: forwards of the time; None if it is a small number.
        home: those of them with a final outcome; None if it, or the rest, is a small number.
        per_cent: of the two; None if one of them is not shown.
    """

    sent: int | None
    home: int | None
    per_cent: float | None


def share(sent: int, home: int) -> Share:
    """Return the share that came home; small cells, and what would give them away, are left out."""
    if not 0 <= home <= sent:
        raise ValueError("as many come home as were sent, at most")
    if 0 < sent < SMALL:
        return Share(None, None, None)
    if 0 < home < SMALL or 0 < sent - home < SMALL:
        return Share(sent, None, None)
    return Share(sent, home, round(100 * home / sent, 1) if sent else None)


def missing(lines: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return code and label of each line of a completeness that did not earn all of its points."""
    return [
        (str(line["code"]), str(line.get("label", line["code"])))
        for line in lines
        if float(line.get("points", 0)) < float(line.get("of", 0))
    ]


def usable(completeness: int) -> bool:
    """Whether a desk could act on a report of this completeness."""
    return completeness >= USABLE
