"""Limits of the public form, and the status that a reporter sees. Pure; no Django."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vaern.node.reports.rules.states import State, Status

TO_A_CHILD = frozenset({"sexual_extortion", "enticement", "exposure", "live_abuse", "hands_on", "trafficking"})
"""Kinds of report in which something is done to a child: of these it is asked whether it goes on, and to whom it is
done. `public.css` shows the two questions by the same codes; a test holds the two together."""

HELD = frozenset({"sexual_extortion", "enticement"})
"""Kinds of which it is said at once what helps the child."""

DIALOGUE_LASTS = timedelta(minutes=30)
"""How long a dialogue stays open before its code is asked for again."""

LONGEST_WORDS = 4_000
MOST_ADDRESSES = 20
LONGEST_ADDRESS = 2_000

WITH_PROOF, WITHOUT_PROOF, WRONG_CODES, ADDED_WORDS = 30, 6, 10, 20
"""How often in an hour, from one place: reports with a proof of work, reports without, wrong codes, further words."""

DESK_RATE, DESK_BURST = 1.0, 300.0
"""Reports with a proof that one desk takes, a second in the long run and at once."""

SLOW_RATE, SLOW_BURST = 0.05, 30.0
"""The same without a proof."""

DANGER_RATE, DANGER_BURST = 0.1, 60.0
"""A reserve beside it: reports without a proof that say that a child is in danger now, when the others have used up
theirs."""


def coarse(moment: datetime) -> datetime:
    """Return a moment truncated to the hour, so that it matches no line of an access log."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def status_of(state: State, *, seen: bool, forwarded: bool, actionable: bool | None) -> Status:
    """Return the status of a report that its reporter sees.

    Args:
        state: of the report; of the one that it repeats, if it is a duplicate.
        seen: a person has worked on it.
        forwarded: it was forwarded to another organisation.
        actionable: what was concluded.
    """
    if state is State.CLOSED:
        if actionable:
            return Status.CLOSED_ACTED
        return Status.PASSED_ON if forwarded else Status.CLOSED_NOTHING
    if forwarded:
        return Status.PASSED_ON
    if state in {State.ARRIVED, State.DUPLICATE} and not seen:
        return Status.RECEIVED
    return Status.BEING_WORKED_ON
