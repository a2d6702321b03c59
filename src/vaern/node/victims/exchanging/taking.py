"""Take in what another node says of a series: its owner to a desk of ours, or a desk there to its owner here.

Each message names the release by which the series went; it counts only between the two organisations of that release.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal
from vaern.node.exchange.releases.arrivals import arrived
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Why
from vaern.node.organisations.viewers import Viewer
from vaern.node.victims.base import life
from vaern.node.victims.clues.actions import weigh
from vaern.node.victims.elsewhere import acts, copies, files, sending
from vaern.node.victims.grouping.merges import recount
from vaern.node.victims.models import Dissemination, Milestone, Series
from vaern.node.victims.models.sharing import SEALED
from vaern.node.victims.rules import exchanged as rules
from vaern.node.victims.rules.clues import NAME, problem_with_words
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer, Milestones, Recorded
from vaern.node.victims.sharing import actions, outcomes, updates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.exchange.models import Outgoing
    from vaern.node.exchange.rules.messages import Receipt
    from vaern.node.organisations.models import Organisation
    from vaern.node.victims.elsewhere.bodies import Answered, Changed, Disseminated, Outcome, Stands, Stop

STOPPING = frozenset({Milestones.IDENTIFIED, Milestones.SAFEGUARDED, Milestones.RETRACTED})


def take_series(delivery: Delivery) -> None:
    """Let a series of another node arrive at a desk of this one, as a copy under its owner.

    Raises:
        Refusal: nobody there works on series, its terms are none, or what it says cannot be.
    """
    body: Disseminated = delivery.body
    _sender, recipient = delivery.organisations
    if not actions.works_on_series(recipient):
        raise Refusal(rules.NO_DESK)
    copy, _own = copies.make(body, arrived(delivery, Series.KIND, uuid4()))
    _grown(copy, {})


def take_change(delivery: Delivery) -> None:
    """Take what came to a series or went, by its owner's word; or the clues that a desk wrote for its owner.

    Raises:
        Refusal: it was not disseminated between the two, sight ended, or a desk says what only an owner may.
    """
    body: Changed = delivery.body
    sender, _recipient = delivery.organisations
    own = _between(delivery)
    current = _row(own)
    if own.organisation_id != sender.pk:
        if body.files or body.gone or body.clues is None:
            raise Refusal(rules.NEVER_SENT)
        if files.take_clues(current, sender.pk, body.clues):
            weigh(current, None)
            life.save(current)
            record(
                acts.COPY_CHANGED, current.subject, Actor(organisation=sender.pk), sending.WHY, count=len(body.clues)
            )
        return
    heard = updates.heard_of(current)
    count = files.take(current, body.files) + files.remove(current, body.gone)
    if body.clues is not None:
        count += files.take_clues(current, sender.pk, body.clues)
    own.stands = {**own.stands, "total": body.total}
    own.save(update_fields=["stands"])
    record(acts.COPY_CHANGED, current.subject, Actor(organisation=sender.pk), sending.WHY, count=count)
    _grown(current, heard)


def _grown(copy: Series, heard: Mapping[UUID, bool]) -> None:
    """Count the files of a copy anew, and tell its owner if one of them shows a child who is known here."""
    recount([copy.pk])
    copy.refresh_from_db(fields=["members_total", "members_known", "first_taken", "last_taken", "version"])
    updates.tell_what_is_known(copy, heard)


def take_answer(delivery: Delivery) -> None:
    """Take what a desk of another node answers to a series of this one.

    Of several that accept, the first counts whose acceptance is taken in here; another is told so.

    Raises:
        Refusal: nothing was sent to it, it answered before, another desk was first, or the series is past that.
    """
    body: Answered = delivery.body
    sender, _recipient = delivery.organisations
    own, current = _of_ours(delivery)
    viewer, answer = Viewer(sender, frozenset()), Answer(own.answer)
    why = _words(body.why)
    if body.answer is Answer.GIVEN_BACK and answer is Answer.ACCEPTED and why:
        actions.given_back(viewer, sending.WHY, current, own, why)
    elif answer is not Answer.AWAITED or body.answer not in {Answer.ACCEPTED, Answer.DECLINED}:
        raise Refusal(rules.ANSWERED)
    elif body.answer is Answer.DECLINED:
        actions.declined(viewer, sending.WHY, current, own, why or "–")
    elif State(current.state) is State.ACCEPTED:
        raise Refusal(rules.OTHER_FIRST)
    else:
        actions.accepted(viewer, sending.WHY, current, own)


def take_outcome(delivery: Delivery) -> None:
    """Take what the desk of another node that accepted a series of this one says of the child.

    Raises:
        Refusal: it did not accept it, or what it says cannot follow on what was said before.
    """
    body: Outcome = delivery.body
    sender, _recipient = delivery.organisations
    own, current = _of_ours(delivery)
    if current.accepted_by_id != sender.pk:
        raise Refusal(rules.NOT_ACCEPTED)
    if body.code not in rules.BY_DESK:
        raise Refusal(rules.NO_SUCH_OUTCOME)
    if body.on > timezone.localdate() + rules.AHEAD:
        raise Refusal(rules.IMPOSSIBLE)
    own.said = delivery.message.id
    own.save(update_fields=["said"])
    viewer, on = Viewer(sender, frozenset()), min(body.on, timezone.localdate())
    late = State(current.state) in {State.SAFEGUARDED, State.CLOSED}
    if body.code is Milestones.IDENTIFIED:
        recorded = Recorded(**{name: getattr(body, name) for name in Recorded.__dataclass_fields__})
        outcomes.identified(viewer, sending.WHY, current, on, "", body.children, recorded)
    elif body.code is Milestones.RETRACTED:
        outcomes.retracted(viewer, sending.WHY, current, _words(body.why))
    elif body.code is Milestones.SAFEGUARDED and not late:
        outcomes.safeguarded(viewer, sending.WHY, current, on)
    else:
        outcomes.added(viewer, sending.WHY, current, body.code, on)


def take_stop(delivery: Delivery) -> None:
    """Stop the search in a series of this node that shares files with one of another, where the child is known.

    Raises:
        Refusal: it was not disseminated there, or that is none of what stops.
    """
    body: Stop = delivery.body
    _own, current = _of_ours(delivery)
    if body.code not in STOPPING:
        raise Refusal(rules.NO_SUCH_OUTCOME)
    if body.same_file:
        updates.stop(current, body.code, None)
    else:
        updates.tell_one(current.organisation_id, current, updates.PERHAPS.get(body.code, body.code), by=None)


def take_stands(delivery: Delivery) -> None:
    """Let the copy of a series stand as its owner says, and tell the desk what was reached.

    Raises:
        Refusal: its owner did not disseminate it here, or a series cannot stand so.
    """
    body: Stands = delivery.body
    sender, recipient = delivery.organisations
    own = _between(delivery)
    if own.organisation_id != sender.pk:
        raise Refusal(rules.NEVER_SENT)
    said = rules.Said(body.state, body.identified_on, body.safeguarded_on, body.excused)
    if not said.possible(timezone.localdate()) or body.state in {State.NEW, State.COUNTRY_PROPOSED}:
        raise Refusal(rules.IMPOSSIBLE)
    if body.code is not None and body.code not in rules.BY_OWNER:
        raise Refusal(rules.NO_SUCH_OUTCOME)
    why, copy = _words(body.why), _row(own)
    own.stands = msgspec.to_builtins(body)
    own.save(update_fields=["stands"])
    stands = copies.stand(copy, own)
    record(acts.COPY_STANDS, copy.subject, Actor(organisation=sender.pk), sending.WHY)
    if body.code is None or body.on is None or (body.code is Milestones.ACCEPTED and body.yours):
        return
    _reached(copy, sender, body.code, why, body.on)
    updates.tell_one(recipient.pk, copy, body.code, by=sender)
    if stands:
        updates.tell_sharing(Viewer(sender, frozenset()), copy, body.code)


def answered(row: Outgoing, receipt: Receipt) -> None:
    """Let an acceptance fall back that the owner's node did not take in: another desk was first, or it was recalled.

    It awaits an answer as before, and can be declined; the series stands as its owner says.
    """
    if receipt.result is not Result.REFUSED:
        return
    found = Dissemination.everywhere.select_for_update(of=("self",)).filter(release=row.about)
    own = found.select_related("recipient", "organisation").first()
    copy = life.row(own.series_id) if own else None
    if own is None or copy is None or own.answer != Answer.ACCEPTED.value or copy.accepted_by_id is not None:
        return
    own.answer, own.answered_at, own.answered_by = Answer.AWAITED.value, None, None
    own.save(update_fields=["answer", "answered_at", "answered_by"])
    Milestone.of(series=copy).filter(code=Milestones.ACCEPTED.value, organisation=own.recipient).delete()
    copies.stand(copy, own)
    if receipt.because == rules.OTHER_FIRST:
        _reached(copy, own.organisation, Milestones.OTHER_FIRST)
        updates.tell_one(own.recipient_id, copy, Milestones.OTHER_FIRST, by=own.organisation)
        record(acts.COPY_OTHER_FIRST, copy.subject, NODE, Reason(Why.VICTIM_IDENTIFICATION))


def outcome_answered(row: Outgoing, receipt: Receipt) -> None:
    """Let a copy stand as its owner says where the desk's word about the child was refused there."""
    if receipt.result is not Result.REFUSED:
        return
    found = Dissemination.everywhere.select_for_update(of=("self",)).filter(release=row.about)
    own = found.select_related("recipient", "organisation").first()
    if own is not None:
        copies.refused(own, row.message)


def _between(delivery: Delivery) -> Dissemination:
    """Return what a message is about, locked, if it is between just these two and sight of it has not ended."""
    sender, recipient = delivery.organisations
    rows = Dissemination.everywhere.select_for_update(of=("self",)).filter(release=delivery.about)
    own: Dissemination | None = rows.select_related("release", "organisation", "recipient__member").first()
    if own is None or {own.organisation_id, own.recipient_id} != {sender.pk, recipient.pk}:
        raise Refusal(rules.NEVER_SENT)
    if own.release.recalled_at is not None:
        raise Refusal(rules.ENDED)
    return own


def _of_ours(delivery: Delivery) -> tuple[Dissemination, Series]:
    """Return what a desk's message is about, both locked: what was sent to it, and our series."""
    own = _between(delivery)
    if own.recipient_id != delivery.organisations[0].pk:
        raise Refusal(rules.NEVER_SENT)
    return own, _row(own)


def _row(own: Dissemination) -> Series:
    current = life.row(own.series_id)
    if current is None or current.absorbed_into_id is not None:
        raise Refusal(rules.ENDED)
    return current


def _reached(
    copy: Series, organisation: Organisation, code: Milestones, words: str = "", on: date | None = None
) -> None:
    Milestone.everywhere.create(
        series=copy,
        organisation=organisation,
        code=code.value,
        on=on or timezone.localdate(),
        sealed=seal(words, SEALED),
    )


def _words(words: str) -> str:
    """Return words that may be shown.

    Raises:
        Refusal: they hold what cannot be, or seem to name somebody.
    """
    if not words.replace("\n", " ").isprintable() or problem_with_words(words[:200]) == NAME:
        raise Refusal(rules.WORDS)
    return words.strip()
