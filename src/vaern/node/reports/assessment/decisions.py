"""Decisions on reports that the law stops: stop one, let it continue with a reason, or end it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal
from vaern.node.casework.releases import actions as releases
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import LONGEST_NOTE
from vaern.node.reports.assessment.actions import move
from vaern.node.reports.law import acts
from vaern.node.reports.law.reviews import SEALED, note, stops, waiting
from vaern.node.reports.rules.states import Event, State, Who

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import LegalReview, Report


LEAST_WORDS = 10


_BACK: dict[State, tuple[Event, ...]] = {
    State.ARRIVED: (),
    State.SECOND_VIEW: (Event.ASK_SECOND,),
    State.DISPUTED: (Event.ASK_SECOND, Event.DIFFER),
    State.IN_ACTION: (Event.CONCLUDE_ACTIONABLE,),
}
"""What follows a clearing, so that the report is where it was stopped and nobody has to look again."""


@transaction.atomic
def stop_for_law(
    viewer: Viewer, reason: Reason, report: Report, action: str, on: date | None = None, who: Who = Who.ASSESSOR
) -> LegalReview:
    """Stop an action whose ground is not in force; a person reviews it, and the report stays on the work list.

    Raises:
        Refusal: a ground is in force, or the action was cleared; the state does not allow it.
    """
    found = releases.locked(viewer, report)
    missing = stops(found, action, on)
    if missing is None:
        raise Refusal(_("A legal ground is in force: nothing has to be stopped."))
    before = found.state
    move(found, Event.STOP_FOR_LAW, who)
    made = note(found, missing, before, viewer)
    record(acts.STOPPED_FOR_LAW, found.subject, viewer.actor, reason)
    return made


@transaction.atomic
def clear(viewer: Viewer, reason: Reason, report: Report, words: str) -> Report:
    """Let an action continue because a person decided so and says why; the report returns to its earlier state.

    Raises:
        Refusal: no person decides, without words, or nothing waits; the state does not allow it.
    """
    found = releases.locked(viewer, report)
    review = _decided(viewer, found, words, cleared=True)
    move(found, Event.CLEAR_FOR_LAW)
    for event in _BACK[State(review.before)]:
        move(found, event)
    record(acts.CLEARED_FOR_LAW, found.subject, viewer.actor, reason, details=words.strip())
    return found


@transaction.atomic
def end(viewer: Viewer, reason: Reason, report: Report, words: str) -> Report:
    """End a report that the law does not allow to be acted on.

    Raises:
        Refusal: a child may be in danger, its sender waits for an outcome, or as in `clear`.
    """
    found = releases.locked(viewer, report)
    if found.urgent:
        raise Refusal(_("It is urgent: while a child may be in danger nothing is dropped. Clear it."))
    _decided(viewer, found, words, cleared=False)
    move(found, Event.CONCLUDE_NOTHING)
    record(acts.CLOSED_FOR_LAW, found.subject, viewer.actor, reason, details=words.strip())
    return found


def _decided(viewer: Viewer, report: Report, words: str, *, cleared: bool) -> LegalReview:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if not LEAST_WORDS <= len(words.strip()) <= LONGEST_NOTE:
        raise Refusal(_("Say in words why."))
    review = waiting(report)
    if review is None:
        raise Refusal(_("No legal review waits for it."))
    review.cleared, review.decided_by, review.decided_at = cleared, viewer.person, timezone.now()
    review.words = seal(words.strip(), SEALED)
    review.save(update_fields=["cleared", "decided_by", "decided_at", "words"])
    return review
