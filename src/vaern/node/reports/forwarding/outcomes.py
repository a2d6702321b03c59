"""Return outcomes to senders of reports, and carry them back, step by step, to a report's origin.

Each step tells one organisation one code. Nobody learns of organisations further along the chain. The history of codes
is append-only (`models.Told`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

from vaern.node.base.refusals import Refusal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Subject, Why
from vaern.node.reports.forwarding import across, acts
from vaern.node.reports.models import Forward, Report, Told
from vaern.node.reports.rules import forwards, outcomes
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from vaern.node.ledger.rules import Actor

PROBLEMS = {
    "said already": N_("This was said already."),
    "less than was said before": N_("More than this was said before: what was said is not taken back."),
    "said too early": N_("That cannot be said yet: a case is opened before a charge, and charged before a conviction."),
}


def history_of(forward: Forward | None, report: Report | None) -> list[Told]:
    """Return the outcomes told about a forward, or about a report that was sent otherwise; the oldest first."""
    found = Told.of(forward=forward) if forward else Told.of(report=report).filter(forward=None)
    return list(found.order_by("id"))


def codes(told: Iterable[Told]) -> list[Outcome]:
    """Return the outcome codes of a history."""
    return [Outcome(one.outcome) for one in told]


def forward_to(report: Report | None) -> Forward | None:
    """Return the forward by which a report came, locked for the transaction; None if it was not forwarded."""
    if report is None:
        return None
    return Forward.everywhere.select_for_update(of=("self",)).filter(arrived=report).first()


def say(report: Report, outcome: Outcome, by: Actor, reason: Reason) -> int:
    """Tell a report's sender a desk's outcome, in the caller's transaction; return how many organisations were told.

    Raises:
        Refusal: it cannot follow the earlier outcomes.
    """
    forward = forward_to(report)
    problem = outcomes.problem(codes(history_of(forward, report)), outcome)
    if problem:
        raise Refusal(_(PROBLEMS[problem]))
    return tell(report, forward, outcome, by, reason)


def tell(
    report: Report | None,
    forward: Forward | None,
    outcome: Outcome,
    by: Actor,
    reason: Reason,
    *,
    carried: bool = False,
) -> int:
    """Tell a report's sender an outcome without checking its order; return how many organisations were told.

    Args:
        report: of the desk that states it; None if it was erased since.
        forward: by which it came to that desk; None if it was not forwarded.
        outcome, by, reason: the outcome, who states it, and why.
        carried: that desk, on another node, passes it on from elsewhere.
    """
    told = 0
    for step in range(forwards.MOST_LINKS):
        passed_on = carried or step > 0
        if not _tell_one(report, forward, outcome, carried=passed_on):
            break
        to = forward.organisation_id if forward else report.sender_id if report else None
        act, actor, why = (acts.OUTCOME_RETURNED, by, reason) if step == 0 else (CARRIED, NODE, CARRYING)
        record(act, _subject(report, forward), actor, why, recipient=to, tags={"outcome": outcome.value})
        told += 1
        if forward is None:
            break
        if forward.organisation.node:
            across.send_outcome(forward, outcome, by, reason, carried=passed_on)
        earlier = forward.came_by_id
        report = forward.report
        forward = Forward.everywhere.select_for_update(of=("self",)).filter(pk=earlier).first() if earlier else None
    return told


CARRIED, CARRYING = acts.OUTCOME_CARRIED, Reason(Why.ASSESSMENT)


def _tell_one(report: Report | None, forward: Forward | None, outcome: Outcome, *, carried: bool) -> bool:
    """Add a code to one history, if there is somebody to tell and it follows; return whether it was added."""
    desk = _desk(report, forward)
    if desk is None:
        return False
    told = history_of(forward, report)
    said = codes(told)
    if carried:
        own = codes(one for one in told if not one.carried)
        passes_on = forward is None or Outcome.PASSED_ON in own
        if not outcomes.carried(own, said, outcome, passes_on=passes_on):
            return False
    elif outcomes.problem(said, outcome, whole=False):
        return False
    Told.everywhere.create(
        organisation_id=desk,
        forward=forward,
        report=None if forward else report,
        outcome=outcome.value,
        carried=carried,
    )
    if forward is not None:
        note(forward, [*said, outcome])
    return True


def note(forward: Forward, history: list[Outcome]) -> None:
    """Store on the forward what lists and statistics need: the last code, and whether a child was safeguarded."""
    last = outcomes.latest(history)
    assert last is not None
    forward.outcome, forward.outcome_at = last.value, timezone.now()
    forward.safeguarded = Outcome.VICTIM_SAFEGUARDED in history
    forward.save(update_fields=["outcome", "outcome_at", "safeguarded"])


def _desk(report: Report | None, forward: Forward | None) -> UUID | None:
    """Return the desk that tells, or None where nobody is to be told: the public reported, or the desk itself."""
    if forward is not None:
        return forward.recipient_id
    if report is None or report.sender_id in {None, report.organisation_id}:
        return None
    return report.organisation_id


def _subject(report: Report | None, forward: Forward | None) -> Subject:
    if report is not None:
        return report.subject
    assert forward is not None
    return Subject(Report.KIND, None, forward.recipient_id)
