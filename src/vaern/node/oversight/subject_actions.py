"""Every write about requests of people without an account: one function, one transaction, one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.node.oversight import acts, rules, subject_rules
from vaern.node.oversight.models import SubjectRequest
from vaern.node.oversight.subject_rules import Identity, Right
from vaern.node.oversight.subject_search import held, identifiers
from vaern.node.oversight.subject_texts import text_of

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.crosscheck.base.holders import Held
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.oversight.subject_rules import Decision

SEALED = "subject"
"""The purpose under which what identifies a person, and the assessment of an answer, are sealed."""

DATA_SUBJECT = Reason(Why.DATA_SUBJECT)


@transaction.atomic
def open_subject(
    viewer: Viewer, right: Right, identity: Identity, said: str, received: date, reference: str, language: str
) -> SubjectRequest:
    """Take in a request of somebody without an account; the clock runs from the day on which it came.

    Raises:
        Refusal: checks through the authority are the authority's own.
        BadLine: a line of what identifies the person is no identifier.
    """
    assert viewer.person is not None  # a key has no power over requests
    if right is Right.AUTHORITY and OrganisationKind(viewer.organisation.kind) is not OrganisationKind.OVERSIGHT:
        raise Refusal("only_oversight", field="right")
    identifiers(said)
    due = rules.due_date(received)
    made: SubjectRequest = SubjectRequest.everywhere.create(
        organisation=viewer.organisation,
        opened_by=viewer.person,
        reference=reference,
        right=right,
        identity=identity,
        identifiers=seal(said.strip(), SEALED),
        received_date=received,
        due_date=due,
        review_date=rules.review_date(due),
        language=language,
    )
    record(acts.SUBJECT_OPENED, made.subject, viewer.actor, Reason(Why.DATA_SUBJECT, reference))
    return made


def said_of(request: SubjectRequest) -> str:
    """Return what identifies the person, as they said it."""
    return unseal(request.identifiers, SEALED)


def _found(request: SubjectRequest) -> list[Held]:
    whole = Right(request.right) is Right.AUTHORITY
    return held(identifiers(said_of(request)), None if whole else request.organisation_id)


@transaction.atomic
def search(viewer: Viewer, request: SubjectRequest) -> list[Held]:
    """Look for what is held of the person, in the organisation's own records, and record that one looked.

    For the authority's checks the whole node is looked through.
    """
    found = _found(request)
    record(acts.SUBJECT_SEARCHED, request.subject, viewer.actor, DATA_SUBJECT, count=len(found))
    return found


@transaction.atomic
def answer(viewer: Viewer, request: SubjectRequest, identity: Identity, given: Decision) -> str:
    """Decide how a request is answered, and return the answer; it is recorded as the disclosure that it is.

    The entry does not say whether anything was found: whoever reads it learns no more than the person did.

    Raises:
        Refusal: identity, ground, provision or assessment are missing; a code of `labels.PROBLEMS`.
    """
    locked: SubjectRequest = (
        SubjectRequest.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=request.pk)
    )
    owner, found = locked.organisation, _found(locked)
    problem = subject_rules.problem_with_decision(
        OrganisationKind(owner.kind), Regime(owner.regime), Right(locked.right), identity, given, found=len(found)
    )
    if problem:
        raise Refusal(problem)
    locked.identity, locked.reply, locked.answered_at = identity, given.reply, timezone.now()
    locked.ground, locked.provision = given.ground or "", given.provision.strip()
    locked.words = seal(given.words.strip(), SEALED)
    locked.save()
    record(acts.SUBJECT_ANSWERED, locked.subject, viewer.actor, DATA_SUBJECT, details=given.reply.value)
    return text_of(locked, found)


def erase_old_subjects(today: date | None = None) -> int:
    """Erase the requests whose review date has passed, answered or not; return how many. Each is an entry."""
    erased = 0
    for request in SubjectRequest.everywhere.filter(review_date__lt=today or timezone.localdate()):
        with transaction.atomic():
            record(acts.SUBJECT_EXPIRED, request.subject, NODE, Reason(Why.RETENTION))
            erased += request.delete()[0]
    return erased
