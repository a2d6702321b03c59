"""Every write to a commitment outside of a round: by its ministry, and by the secretariat that publishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone

from vaern.node.alliance.commitments import acts, locks
from vaern.node.alliance.commitments.queries import number_of
from vaern.node.alliance.commitments.reply_intake import Faulty
from vaern.node.alliance.membership.queries import active
from vaern.node.alliance.models import Commitment, CommitmentVersion
from vaern.node.alliance.rules import commitments, contents
from vaern.node.alliance.rules.commitments import Event
from vaern.node.alliance.rules.problems import faults, problems
from vaern.node.base.refusals import Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.organisations.actions import allow
from vaern.node.organisations.rules import Permission

if TYPE_CHECKING:
    from vaern.node.alliance.models import Round
    from vaern.node.alliance.rules.contents import Content
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def write(
    viewer: Viewer, reason: Reason, content: Content, commitment: Commitment | None = None, revision: int = 0
) -> Commitment:
    """Write a draft: of a new commitment, or of the next version of one.

    Args:
        viewer: a rapporteur of the member.
        reason: why.
        content: what it is to say; of one that is there, the goal stays.
        commitment: which; None for a new one.
        revision: of the commitment, that the writer began from.

    Raises:
        Refusal: why not: another's, not in this state, not on the latest revision, no member.
        Faulty: something in it is refused in a draft too.
    """
    allow(viewer, Permission.COMMITMENT_REPORT)
    member = viewer.organisation.member
    if member is None or active(member.pk) is None:
        raise Refusal(commitments.NO_MEMBER)
    found = Commitment(member=member, goal=content.goal, revision=0)
    if commitment is not None:
        found = _locked(viewer, commitment, Event.WRITE, revision)
    tidied = contents.tidy(msgspec.structs.replace(content, goal=found.goal))
    if wrong := faults(tidied):
        raise Faulty(commitments.FAULTY, wrong)
    found.draft, found.base = contents.stored(tidied), number_of(found)
    _keep(found)
    record(acts.WRITTEN, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def submit(viewer: Viewer, reason: Reason, commitment: Commitment, revision: int) -> Commitment:
    """Hand a draft in to the secretariat.

    Raises:
        Refusal: why not; also where another version was published since it was written.
        Faulty: something is missing.
    """
    found = _locked(viewer, commitment, Event.SUBMIT, revision)
    if lacking := problems(contents.loaded(found.draft)):
        raise Faulty(commitments.INCOMPLETE, lacking)
    if found.base != number_of(found):
        raise Stale(commitments.OVERTAKEN)
    found.why = ""
    _keep(found)
    record(acts.SUBMITTED, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def take_back(viewer: Viewer, reason: Reason, commitment: Commitment, revision: int) -> Commitment:
    """Take back what was handed in and was not decided on yet."""
    found = _locked(viewer, commitment, Event.TAKE_BACK, revision)
    _keep(found)
    record(acts.TAKEN_BACK, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def send_back(viewer: Viewer, reason: Reason, commitment: Commitment, revision: int) -> Commitment:
    """Return what was handed in, with a reason in words; they are shown to its ministry."""
    found = _locked(viewer, commitment, Event.RETURN, revision)
    found.why = said(reason)
    _keep(found)
    record(acts.RETURNED, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def publish(viewer: Viewer, reason: Reason, commitment: Commitment, revision: int) -> Commitment:
    """Publish what was handed in as the next version. It stays for ever.

    Raises:
        Refusal: why not; also where another version was published since it was handed in.
    """
    found = _locked(viewer, commitment, Event.PUBLISH, revision)
    if found.base != number_of(found):
        raise Stale(commitments.OVERTAKEN)
    add_version(viewer, reason, found, contents.loaded(found.draft))
    found.draft = None
    _keep(found)
    return found


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, commitment: Commitment, revision: int) -> Commitment:
    """Withdraw a commitment, with a reason in words. What was published of it stays, and says that it was withdrawn."""
    found = _locked(viewer, commitment, Event.WITHDRAW, revision)
    found.why = said(reason)
    _keep(found)
    record(acts.WITHDRAWN, found.subject, viewer.actor, reason)
    return found


def add_version(
    viewer: Viewer, reason: Reason, commitment: Commitment, content: Content, round: Round | None = None
) -> CommitmentVersion:
    """Add the next version of a commitment that the caller has locked and saves; part of its transaction."""
    assert viewer.person is not None  # no key has the permission
    made = CommitmentVersion.objects.create(
        commitment=commitment,
        number=number_of(commitment) + 1,
        content=contents.stored(content),
        published_by=viewer.person,
        round=round,
    )
    commitment.current = made
    record(acts.PUBLISHED, commitment.subject, viewer.actor, reason, count=made.number)
    return made


def said(reason: Reason) -> str:
    """Return the words of a reason.

    Raises:
        Refusal: there are none.
    """
    if not reason.words.strip():
        raise Refusal(commitments.WITHOUT_REASON)
    return reason.words.strip()


def _locked(viewer: Viewer, commitment: Commitment, event: Event, revision: int) -> Commitment:
    rows = Commitment.objects.select_related("current")
    return locks.locked(viewer, rows, commitment.pk, commitments.COMMITMENT, event, revision)


def _keep(commitment: Commitment) -> None:
    commitment.revision += 1
    commitment.changed_at = timezone.now()
    commitment.save()
