"""From the requested authority back to the request that was sent, on this node or another: state and clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.cases.assistance import feedback
from vaern.node.cases.assistance.across.messages import Moved, Said
from vaern.node.cases.assistance.across.sending import tell_asker
from vaern.node.cases.assistance.incoming.locks import lock_outgoing
from vaern.node.cases.assistance.incoming.state import dues_of
from vaern.node.cases.rules.assistance import Event as Theirs
from vaern.node.cases.rules.incoming import TELLS, Event
from vaern.node.cases.rules.terms import Duty

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.cases.models import IncomingRequest
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

MOVES: dict[Event, Theirs] = {
    Event.ACKNOWLEDGE: Theirs.ACKNOWLEDGE,
    Event.ASK: Theirs.ASK,
    Event.REFUSE: Theirs.REFUSE,
    Event.ANSWER: Theirs.EXECUTE,
    Event.ANSWER_PART: Theirs.EXECUTE,
}
"""What moves the other side's request; all else is a line in its correspondence."""


def tell(
    viewer: Viewer,
    reason: Reason,
    request: IncomingRequest,
    event: Event,
    words: str,
    since: datetime | None,
    limits: str = "",
) -> None:
    """Tell the requesting authority what became of a locked request; inside the transaction of the event.

    Args:
        viewer: of the authority that was asked.
        reason: why.
        request: locked, as it is after the event.
        event: what happened.
        words: what they read of it.
        since: since when data are kept, of a preservation that was executed.
        limits: on what conditions they may use what is answered.
    """
    if event not in TELLS:
        return
    later = _ends(request) if event in {Event.EXTEND, Event.POSTPONE, Event.RESUME} else None
    if request.about is not None:
        told = Moved(said=Said(event.value), words=words.strip(), since=since, until=later, limits=limits.strip())
        tell_asker(viewer, reason, request, told)
        return
    found = lock_outgoing(request)
    if found is None:
        return
    feedback.told(viewer, reason, found, MOVES.get(event), f"their_{event.value}", words, at=since)
    feedback.limited(viewer, found, limits)
    feedback.expect(found, later)


def _ends(request: IncomingRequest) -> datetime | None:
    """Return when all is done that is due to whoever asked, by our law; None where nothing says that."""
    ends = [one.at for one in dues_of(request) if one.duty is not Duty.ACKNOWLEDGE and one.at is not None]
    return max(ends, default=None)
