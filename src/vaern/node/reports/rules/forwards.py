"""Rules of forwards: due dates, statuses for senders, retention, and the share with an outcome. Pure; no Django."""

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

NO_DESK = "takes_no_reports"
NEVER_FORWARDED = "never_forwarded"
OUT_OF_ORDER = "outcome_out_of_order"
"""Codes by which a report or an outcome of another node is refused."""

MOST_LINKS = 100
"""Of a chain of forwards that is followed: each link is an organisation that passed it on."""


def due_at(sent_at: datetime, *, urgent: bool) -> datetime:
    """Return when the outcome is expected."""
    return sent_at + (URGENT_OUTCOME_WITHIN if urgent else OUTCOME_WITHIN)


def answered(outcome: str, *, safeguarded: bool) -> bool:
    """Whether a report's sender has an answer, by the last code returned; then it may be closed."""
    return safeguarded or outcome in ANSWERS


def status_of(state: State, actionable: bool | None, *, claimed: bool, forwarded: bool) -> Status:
    """Return the coarse status that a sender sees; second views, disputes and holds all appear as work."""
    if state is State.CLOSED:
        return Status.CLOSED_ACTED if actionable else Status.CLOSED_NOTHING
    if forwarded:
        return Status.PASSED_ON
    return Status.RECEIVED if state in {State.ARRIVED, State.DUPLICATE} and not claimed else Status.BEING_WORKED_ON


def has_to_raise(state: State, *, urgent: bool, given_time: bool) -> bool:
    """Whether a report at its end date is extended once and needs attention, instead of being erased."""
    return urgent and state in OPEN and not given_time


@dataclass(frozen=True)
class Share:
    """The share of forwards with a final outcome.

    Attributes:
        sent: number of forwards in the period; None if suppressed as small.
        home: those with a final outcome; None if this number, or the rest, is suppressed as small.
        per_cent: the ratio of the two; None if one of them is suppressed.
    """

    sent: int | None
    home: int | None
    per_cent: float | None


def share(sent: int, home: int) -> Share:
    """Return the share with a final outcome, with primary and secondary suppression of small cells."""
    if not 0 <= home <= sent:
        raise ValueError("as many come home as were sent, at most")
    if 0 < sent < SMALL:
        return Share(None, None, None)
    if 0 < home < SMALL or 0 < sent - home < SMALL:
        return Share(sent, None, None)
    return Share(sent, home, round(100 * home / sent, 1) if sent else None)


def missing(lines: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return code and label of each line of a completeness score that lacks points."""
    return [
        (str(line["code"]), str(line.get("label", line["code"])))
        for line in lines
        if float(line.get("points", 0)) < float(line.get("of", 0))
    ]


def usable(completeness: int) -> bool:
    """Whether a desk could act on a report of this completeness."""
    return completeness >= USABLE
