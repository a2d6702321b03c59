"""An organisation contests an entry; whoever keeps the list answers by what they do with it; the answer is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.base.queries import own_contest
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.curation.classes import correct_class
from vaern.node.lists.feedback import acts, queries
from vaern.node.lists.lookups.draining import KEPT_FOR
from vaern.node.lists.models import EntryFeedback, HashList
from vaern.node.lists.rules.entries import EntryState
from vaern.node.lists.rules.feedback import CONTESTED, Claim, Outcome, answers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import ListEntry
    from vaern.node.lists.rules.effects import RecallReason
    from vaern.node.organisations.viewers import Viewer


@dataclass(frozen=True)
class Answer:
    """What a curator does about feedback.

    Attributes:
        outcome: what.
        because: why the entry was wrong, of a recall.
        classification: which class it has, of a correction.
    """

    outcome: Outcome
    because: RecallReason | None = None
    classification: str = ""


def check_contest(entry: ListEntry) -> None:
    """Refuse to contest an entry that is gone, or that the viewer's organisation contests already.

    Raises:
        Conflict: why not.
    """
    if EntryState(entry.state) not in CONTESTED:
        raise Conflict(_("The entry is not on the list any more."))
    contest = own_contest(entry)
    if contest is not None and contest.is_open:
        raise Conflict(_("Your organisation contests this entry already. Whoever keeps the list has yet to answer."))


@transaction.atomic
def contest(viewer: Viewer, reason: Reason, entry: ListEntry, claim: Claim, classification: str = "") -> EntryFeedback:
    """Contest an entry for the viewer's organisation; why stands in the reason's words, which the curator reads.

    Raises:
        Refusal: a key contests, words are missing, the entry is gone, or the organisation contests it already.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if not reason.words.strip():
        raise Refusal(_("Say in words what is wrong: whoever decides was not there."), field="words")
    check_contest(entry)
    try:
        with transaction.atomic():
            made: EntryFeedback = EntryFeedback.everywhere.create(
                organisation=viewer.organisation,
                by=viewer.person,
                list=entry.list.name,
                entry=entry.ident,
                opinion="negative",
                claim=claim.value,
                classification=classification if claim is Claim.WRONG_CLASS else "",
                words=reason.words[:500],
                ends=timezone.localdate() + KEPT_FOR,
            )
    except IntegrityError:  # somebody else of the organisation was quicker
        check_contest(entry)
        raise
    record(acts.CONTESTED, entry.subject, viewer.actor, reason, recipient=entry.list.organisation_id)
    return made


def check_open(feedback: EntryFeedback) -> None:
    """Refuse to answer what was answered.

    Raises:
        Conflict: it was.
    """
    if feedback.outcome:
        raise Conflict(_("This was answered already."))


@transaction.atomic
def answer(viewer: Viewer, reason: Reason, feedback: EntryFeedback, given: Answer) -> EntryFeedback:
    """Answer feedback on an entry of an own list by what is done with it; the reason's words are the answer.

    Raises:
        Refusal: words are missing, it was answered, or what is to be done cannot be, by its own action's sentence.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    if not reason.words.strip():
        raise Refusal(_("Say what you found, in words: whoever contested it reads them."), field="words")
    rows = EntryFeedback.everywhere.select_for_update(of=("self",), no_key=True)
    row: EntryFeedback | None = rows.filter(pk=feedback.pk, list__in=HashList.own.values("name")).first()
    if row is None or row.outcome:
        raise Conflict(_("This was answered already."))
    entry = queries.entry_of(row)
    if given.outcome not in answers(EntryState(entry.state) if entry else None):
        raise Conflict(_("That cannot be done with the entry any more."))
    if entry is not None:
        _do(viewer, reason, entry, given)
    row.outcome, row.answer = given.outcome.value, reason.words[:500]
    row.answered_at, row.answered_by = timezone.now(), viewer.person
    row.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    subject = entry.subject if entry is not None else HashList.own.get(name=row.list).subject
    record(acts.ANSWERED, subject, viewer.actor, reason, recipient=row.organisation_id)
    return row


def _do(viewer: Viewer, reason: Reason, entry: ListEntry, given: Answer) -> None:
    """Do with an entry what is answered."""
    if given.outcome is Outcome.CORRECTED:
        correct_class(viewer, reason, entry, given.classification)
    elif given.outcome is Outcome.QUARANTINED:
        curation.quarantine(viewer, reason, entry)
    elif given.outcome is Outcome.RECALLED:
        if given.because is None:
            raise Refusal(_("Say what is wrong with the entry."), field="because")
        curation.recall(viewer, reason, entry, given.because)


def read(contests: Iterable[EntryFeedback]) -> None:
    """Note that an organisation read what came of what it contested."""
    fresh = [one.pk for one in contests if one.outcome and one.read_at is None]
    EntryFeedback.objects.filter(pk__in=fresh, read_at=None).update(read_at=timezone.now())
