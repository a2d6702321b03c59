"""Outcomes of a case: stated by a person, reported at once or when its silence ends, carried back after a hand-over.

The order is one: safeguarding may be said at any time; a charge needs a case and a conviction a charge; nothing that
was said is taken back (`reports.outcomes`). What goes home is the code alone, to each report that the case came from,
and from there step by step (`reports.forwarding.outcomes`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.cases.base.absorbed import root_of, whole
from vaern.node.cases.base.locks import changed, lock_senders, locked
from vaern.node.cases.models import Case, Handover, Link, Said
from vaern.node.cases.outcomes import across, acts
from vaern.node.cases.rules.case import Event, State
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.crosscheck.rules.registry import Update
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.reports.forwarding import outcomes as forwarded
from vaern.node.reports.rules import outcomes
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vaern.node.ledger.rules import Actor
    from vaern.node.organisations.viewers import Viewer

LONGEST_SILENCE_DAYS = 365
TELLING = Reason(Why.INVESTIGATION)
UPDATES = {
    Outcome.VICTIM_SAFEGUARDED: Update.SAFEGUARDED,
    Outcome.CLOSED: Update.CLOSED,
}
"""What those whose records met the case are told of it, too."""


def history(case: Case) -> list[Outcome]:
    """Return what was said of a case and of all that it absorbed, the oldest first."""
    said = Said.of(case__in=whole(case)).order_by("said_at", "id")
    return [Outcome(one.outcome) for one in said]


def is_silent(case: Case, today: date | None = None) -> bool:
    """Whether outcomes of a case are held back now."""
    until = root_of(case).silent_until
    return until is not None and until > (today or timezone.localdate())


@transaction.atomic
def say(viewer: Viewer, reason: Reason, case: Case, outcome: Outcome) -> Said:
    """Record an outcome of a case. It is reported at once, unless the case is silent.

    Raises:
        Refusal: it does not follow what was said before, or the state does not allow it.
    """
    lock_senders(case)
    found = locked(viewer, case, Event.SAY_OUTCOME)
    problem = outcomes.problem(history(found), outcome)
    if problem:
        raise Conflict(_(forwarded.PROBLEMS[problem]))
    return _say(viewer, reason, found, outcome)


def _say(viewer: Viewer, reason: Reason, case: Case, outcome: Outcome) -> Said:
    said: Said = Said.everywhere.create(
        case=case, organisation=viewer.organisation, outcome=outcome.value, said_by=viewer.person
    )
    record(acts.SAID, case.subject, viewer.actor, reason, tags={"outcome": outcome.value})
    _note(case)
    if outcome in UPDATES and not is_silent(case):
        crosscheck.send_update(case, UPDATES[outcome], by=viewer.actor)
    _tell_waiting(case, viewer.actor, reason)
    return said


def said_by_opening(viewer: Viewer, reason: Reason, case: Case, links: Sequence[Link]) -> None:
    """Record the outcome that a case was opened; in the caller's transaction."""
    del links  # they are found by the case, as later
    _say(viewer, reason, case, Outcome.OPENED)


def say_joined(viewer: Viewer, reason: Reason, case: Case) -> None:
    """Record that a case about to be merged joined another, if that may follow; in the caller's transaction."""
    _say_if_it_follows(viewer, reason, case, Outcome.JOINED)


def say_passed_on(viewer: Viewer, reason: Reason, case: Case) -> None:
    """Record that a case about to be handed over was passed on, if that may follow; in the caller's transaction."""
    _say_if_it_follows(viewer, reason, case, Outcome.PASSED_ON)


def _say_if_it_follows(viewer: Viewer, reason: Reason, case: Case, outcome: Outcome) -> None:
    if not outcomes.problem(history(case), outcome):
        _say(viewer, reason, case, outcome)


@transaction.atomic
def silence(viewer: Viewer, reason: Reason, case: Case, until: date) -> Case:
    """Decide that no outcome of a case is reported before a day; what is stated until then waits.

    It can be decided anew.

    Raises:
        Refusal: the day is past or further than a year away, or the state does not allow it.
    """
    found = locked(viewer, case, Event.SAY_OUTCOME)
    if not 0 < (until - timezone.localdate()).days <= LONGEST_SILENCE_DAYS:
        raise Refusal(_("The day must lie ahead, within a year; it can be decided anew then."))
    changed(found, silent_until=until)
    record(acts.SILENCED, found.subject, viewer.actor, reason, tags={"silent": 1})
    return found


@transaction.atomic
def speak(viewer: Viewer, reason: Reason, case: Case) -> Case:
    """End the silence of a case before its day: everything that waited is reported, in its order.

    Raises:
        Refusal: it is not silent.
    """
    lock_senders(case)
    found = locked(viewer, case, Event.SAY_OUTCOME)
    if found.silent_until is None:
        raise Conflict(_("It is not silent."))
    changed(found, silent_until=None)
    record(acts.SPOKE, found.subject, viewer.actor, reason)
    _tell_waiting(found, viewer.actor, reason)
    return found


def end_silences(today: date | None = None) -> int:
    """Report everything whose day has come; return of how many cases. Runs each night."""
    today = today or timezone.localdate()
    over = Case.everywhere.filter(silent_until__lte=today).order_by("silent_until", "pk").values_list("pk", flat=True)
    return each("cases.silences", over, lambda pk: _end_silence(pk, today))


def _end_silence(pk: object, today: date) -> bool:
    waiting = Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=pk, silent_until__lte=today)
    case = waiting.first()
    if case is None:
        return False
    changed(case, silent_until=None)
    record(acts.SILENCE_ENDED, case.subject, NODE, TELLING)
    _tell_waiting(case, NODE, TELLING)
    return True


def tell_link(viewer: Viewer, reason: Reason, case: Case, link: Link) -> None:
    """Tell the sender of a report that it just joined a case, and how far the case has come; unless it is silent."""
    if is_silent(case):
        return
    _tell_first(link, viewer.actor, reason)
    for outcome in history(case):
        if outcome in outcomes.PROGRESS - {Outcome.OPENED, Outcome.JOINED}:
            _tell_link(link, outcome, viewer.actor, reason)


def _tell_waiting(case: Case, by: Actor, reason: Reason) -> None:
    """Report the outcomes of a case that were not reported yet, in their order; in the caller's transaction."""
    if is_silent(case):
        return
    cases = whole(case)
    for said in Said.everywhere.select_for_update().filter(case__in=cases, told_at=None).order_by("id"):
        of = cases if said.case_id == case.pk else whole(said.case)
        said.told, said.told_at = _home(of, Outcome(said.outcome), by, reason), timezone.now()
        said.save(update_fields=["told", "told_at"])


def _home(cases: Sequence[Case], outcome: Outcome, by: Actor, reason: Reason) -> int:
    """Report one outcome to everybody who waits for a case and what it absorbed; return how many were told."""
    told = 0
    for link in Link.of(case__in=cases).exclude(first="").order_by("id"):
        told += _tell_first(link, by, reason)
        told += _tell_link(link, outcome, by, reason)
    for one in Handover.of(arrived__in=cases).select_related("organisation", "recipient").order_by("sent_at", "id"):
        if one.organisation.node and outcome is not Outcome.PASSED_ON:
            across.send_outcome(one, outcome, by, reason)
        told += carried_back(one, outcome)
    return told


def _tell_first(link: Link, by: Actor, reason: Reason) -> int:
    """Tell the sender of a report that a case was opened from it, or that it joined one; once."""
    if link.first_told_at is not None:
        return 0
    link.first_told_at = timezone.now()
    link.save(update_fields=["first_told_at"])
    return forwarded.tell(link.report, link.forward, Outcome(link.first), by, reason)


def _tell_link(link: Link, outcome: Outcome, by: Actor, reason: Reason) -> int:
    if outcome is Outcome.OPENED:  # what its sender was told first says as much
        return 0
    return forwarded.tell(link.report, link.forward, outcome, by, reason)


def carried_back(one: Handover, outcome: Outcome) -> int:
    """Tell whoever handed a case over its outcome there, and report it on from the sender's case."""
    before = Outcome(one.outcome) if one.outcome else None
    if outcome is Outcome.PASSED_ON:
        return 0
    if not (outcome is Outcome.VICTIM_SAFEGUARDED and before is not None):
        one.outcome = outcome.value
    one.outcome_at = timezone.now()
    one.safeguarded = one.safeguarded or outcome is Outcome.VICTIM_SAFEGUARDED
    one.save(update_fields=["outcome", "outcome_at", "safeguarded"])
    sender = Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=one.case_id).first()
    if sender is None:
        return 1
    record(acts.TOLD_SENDER, sender.subject, NODE, TELLING, recipient=one.organisation_id)
    if outcomes.carried((), history(sender), outcome, passes_on=True) and State(sender.state) is State.HANDED_OVER:
        Said.everywhere.create(case=sender, organisation_id=sender.organisation_id, outcome=outcome.value, carried=True)
        record(acts.CARRIED, sender.subject, NODE, TELLING, tags={"outcome": outcome.value})
        _note(sender)
        _tell_waiting(sender, NODE, TELLING)
    return 1


def _note(case: Case) -> None:
    """Store on the case, and on what it was merged into, what lists filter by: last outcome and safeguarding."""
    for one in _up(case):
        said = history(one)
        last = outcomes.latest(said)
        one.outcome, one.safeguarded = last.value if last else "", Outcome.VICTIM_SAFEGUARDED in said
        one.save(update_fields=["outcome", "safeguarded"])


def _up(case: Case) -> Iterable[Case]:
    yield case
    root = root_of(case)
    if root.pk != case.pk:
        yield root
