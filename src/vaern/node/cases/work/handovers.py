"""A case to another organisation: handed over, accepted or dropped there, taken back. Each one transaction.

The pattern of a forwarded report (decisions 0021 and 0026): released, and arrived at the recipient as a case of its
own. What people wrote down goes along (people by category, statements with their marks, identifiers), and so do the
external identifiers of which that was said and the register of evidence; tasks, links and the history of the work stay.
The sender's case stands still meanwhile, and is worked on again when it is dropped. The recipient may live on another
node: then what goes along goes by a message, and so does what follows (`across`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.locks import after, changed, lock_senders, locked
from vaern.node.cases.evidence import arrivals, bags, received
from vaern.node.cases.models import Case, Evidence, EvidenceBag, Handover, Held, Party, Statement
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules import people
from vaern.node.cases.rules.case import Event, State, Who
from vaern.node.cases.rules.handovers import Answer, DropReason, due_after
from vaern.node.cases.rules.people import Category
from vaern.node.cases.work import across, acts, identifiers
from vaern.node.cases.work.related_records import kin
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention import actions as retention
from vaern.node.crosscheck.registry import actions as crosscheck
from vaern.node.external import passage as numbers
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.models import Release
    from vaern.node.casework.releases.terms import Terms
    from vaern.node.crosscheck.base.keys import Key
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

TELLING = Reason(Why.INVESTIGATION)


def takes_cases(organisation: Organisation) -> bool:
    """Whether somebody in such an organisation could work on a case."""
    kind = OrganisationKind(organisation.kind)
    return any(kind in rule.kinds and Permission.CASE_WORK in rule.permissions for rule in ROLES.values())


@transaction.atomic
def hand_over(
    viewer: Viewer, reason: Reason, case: Case, recipient: UUID, terms: Terms, *, version: int, bag: bool = False
) -> Handover:
    """Hand a case over to another organisation, where it arrives as a case of its own.

    Args:
        viewer, reason: who, and why.
        case: which.
        recipient: to whom.
        terms: on which.
        version: of the case that they looked at.
        bag: a bag of the register of evidence is made for the recipient, and goes along.

    Raises:
        Stale: somebody else changed it since. Refusal: why not.
    """
    found = locked(viewer, case, Event.HAND_OVER, Who.RELEASER, version)
    (release,) = releases.release(viewer, found, [recipient], reason, terms)
    if not takes_cases(release.recipient):
        raise Refusal(_("Nobody there works on cases: choose a police organisation."))
    arrived, keys = _next_door(viewer, reason, found, release) if not release.recipient.node else (None, set())
    if arrived is None:
        across.send_case(viewer, reason, found, release)
    if bag:
        _with_bag(viewer, reason, found, release, terms, arrived)
    assert viewer.person is not None  # `locked` refuses a key
    one: Handover = Handover.everywhere.create(
        organisation=viewer.organisation,
        recipient=release.recipient,
        case=found,
        arrived=arrived,
        release=release,
        sent_at=release.released_at,
        sent_by=viewer.person,
        due_at=release.released_at + due_after(urgent=found.urgent),
    )
    if arrived is not None and keys:  # both sides are kin now, and do not meet
        crosscheck.register_keys(arrived, keys, apart_from=kin(arrived))
    outcomes.say_passed_on(viewer, reason, found)
    changed(found, state=after(found, Event.HAND_OVER, Who.RELEASER).value)
    record(acts.HANDED_OVER, found.subject, viewer.actor, reason, recipient=release.recipient_id)
    if arrived is not None:
        record(acts.ARRIVED, arrived.subject, NODE, reason)
    return one


def _next_door(viewer: Viewer, reason: Reason, case: Case, release: Release) -> tuple[Case, set[Key]]:
    """Let a case arrive at a desk of this node; return it there, and the keys of its identifiers."""
    arrived, keys = _arrive(case, release)
    arrivals.copy(viewer, reason, whole(case), arrived)
    numbers.receive(arrived, case, release.handling, viewer.organisation)
    return arrived, keys


def _with_bag(viewer: Viewer, reason: Reason, case: Case, release: Release, terms: Terms, arrived: Case | None) -> None:
    """Make a bag for the recipient, and let it go along."""
    made = bags.make(viewer, reason, case, to_whom="", terms=terms, recipient=release.recipient)
    if arrived is None:
        received.send_bag(viewer, reason, made, release)
    else:
        received.keep(arrived, bags.packed(made), reason)


def _arrive(case: Case, release: Release) -> tuple[Case, set[Key]]:
    """Make the recipient's own case, with what people wrote down in the sender's; return its keys, too."""
    ends = timezone.localtime(release.expires_at).date()
    arrived: Case = Case.everywhere.create(
        id=uuid4(),
        organisation=release.recipient,
        code=fresh_code(),
        state=State.ARRIVED.value,
        synthetic=case.synthetic,
        urgent=case.urgent,
        review_date=min(case.review_date, ends),
    )
    cases = whole(case)
    parties = _copy_parties(cases, arrived)
    _copy_statements(cases, arrived, parties)
    keys = []
    for one in Held.of(case__in=cases).order_by("added_at", "id"):
        keys += identifiers.keys_of_held(one)
        if not Held.of(case=arrived).filter(digest=one.digest).exists():
            Held.everywhere.create(
                case=arrived,
                organisation=arrived.organisation,
                kind=one.kind,
                sealed=one.sealed,
                digest=one.digest,
                missing=one.missing,
                party=parties.get(one.party_id),
            )
    return arrived, set(keys)


def _copy_parties(cases: list[Case], arrived: Case) -> dict[UUID | None, Party]:
    found: dict[UUID | None, Party] = {}
    by_digest: dict[bytes, Party] = {}
    for one in Party.of(case__in=cases).order_by("case__opened_at", "number"):
        category, digest = Category(one.category), bytes(one.digest)
        if not people.CATEGORIES[category].travels:
            continue
        if digest not in by_digest:
            by_digest[digest] = Party.everywhere.create(
                case=arrived,
                organisation=arrived.organisation,
                number=len(by_digest) + 1,
                category=one.category,
                sealed=one.sealed,
                digest=one.digest,
                kept_until=people.kept_until(category, timezone.localdate(), arrived.review_date),
            )
        found[one.pk] = by_digest[digest]
    return found


def _copy_statements(cases: list[Case], arrived: Case, parties: dict[UUID | None, Party]) -> None:
    made: dict[UUID | None, Statement] = {}
    statements = Statement.of(case__in=cases).order_by("said_at", "number", "id")
    for number, one in enumerate(statements, 1):
        made[one.pk] = Statement.everywhere.create(
            case=arrived,
            organisation=arrived.organisation,
            number=number,
            nature=one.nature,
            source=one.source,
            credibility=one.credibility,
            confidence=one.confidence,
            party=parties.get(one.party_id),
            sealed=one.sealed,
            happened_at=one.happened_at,
            said_at=one.said_at,
            corrects=made.get(one.corrects_id),
        )


@transaction.atomic
def accept(viewer: Viewer, reason: Reason, case: Case) -> Case:
    """Take a case that another organisation handed over; the person who accepts it leads it.

    Raises:
        Refusal: it is not one that waits for an answer.
    """
    lock_senders(case)
    found = locked(viewer, case, Event.ACCEPT)
    one = _answer(found, Answer.ACCEPTED)
    changed(found, state=after(found, Event.ACCEPT, Who.WORKER).value, lead=viewer.person)
    record(acts.ACCEPTED, found.subject, viewer.actor, reason)
    _tell(viewer, reason, one)
    return found


@transaction.atomic
def drop(viewer: Viewer, reason: Reason, case: Case, why: DropReason) -> Case:
    """Decline a case that another organisation handed over: its sender sees that, and works on it again.

    What had come along is erased here; that it was dropped, and why as a code, is kept until the case's own end date.

    Raises:
        Refusal: it is not one that waits for an answer.
    """
    lock_senders(case)
    found = locked(viewer, case, Event.DROP)
    one = _answer(found, Answer.DROPPED, why)
    changed(found, state=after(found, Event.DROP, Who.WORKER).value)
    _empty(found)
    record(acts.DROPPED, found.subject, viewer.actor, reason)
    _tell(viewer, reason, one)
    _come_back(one, Reason(reason.why))
    return found


@transaction.atomic
def let_read(viewer: Viewer, reason: Reason, case: Case, recipients: Sequence[UUID], terms: Terms) -> list[Release]:
    """Let other organisations of this node read a case.

    Raises:
        Refusal: why not. A case is handed over to other nodes, and read on none.
    """
    made = releases.release(viewer, case, recipients, reason, terms)
    if any(one.recipient.node for one in made):
        raise Refusal(_("A case is read on its own node alone: hand it over instead."))
    return made


def answered(one: Handover, answer: Answer, why: DropReason | None) -> None:
    """Note what a desk on another node answered; part of the transaction that takes its message in.

    Args:
        one: locked, unanswered, after its case.
        answer: accepted or dropped.
        why: it was dropped.
    """
    one.answer, one.answered_at, one.dropped_for = answer.value, timezone.now(), why.value if why else ""
    one.save(update_fields=["answer", "answered_at", "dropped_for"])
    if one.case is not None:
        record(acts.ANSWER_TOLD, one.case.subject, NODE, TELLING, recipient=one.organisation_id)
    if answer is Answer.DROPPED:
        _come_back(one, TELLING)


def _come_back(one: Handover, reason: Reason) -> None:
    """End the sight of whoever dropped a case, and let the sender's people work on it again."""
    release = one.release
    release.recalled_at = release.acknowledged_at = max(timezone.now(), release.released_at)
    release.save(update_fields=["recalled_at", "acknowledged_at"])
    sender = Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk=one.case_id).first()
    if sender is not None and State(sender.state) is State.HANDED_OVER:
        changed(sender, state=after(sender, Event.HANDED_BACK, Who.RECEIVER).value)
        # Nobody of the sender's touched it: it needs attention until somebody does.
        Case.everywhere.filter(pk=sender.pk).update(touched_at=one.answered_at)
        record(acts.HANDED_BACK, sender.subject, NODE, reason)


@transaction.atomic
def take_back(viewer: Viewer, reason: Reason, case: Case) -> bool:
    """Take a case back; return whether the recipient's copy is erased, at once or when its node hears of it.

    It is if nobody there accepted it. Else its people decide, when they acknowledge the recall: work on a child's
    safety does not vanish from under the people who do it.

    Raises:
        Refusal: it is not handed over.
    """
    found = locked(viewer, case, Event.TAKE_BACK, Who.RELEASER)
    waiting = Handover.of(case=found).filter(answer__in=["", Answer.ACCEPTED.value])
    arrived_ids = list(waiting.values_list("arrived", flat=True))
    arrived = Case.everywhere.select_for_update(no_key=True, of=("self",)).filter(pk__in=arrived_ids).first()
    one = waiting.select_for_update(of=("self",)).select_related("release", "recipient").first()  # as whoever answers
    if one is None:
        raise Conflict(_("It is not handed over."))
    began = one.answer == Answer.ACCEPTED and (arrived is not None or bool(one.recipient.node))
    one.answer, one.answered_at = Answer.TAKEN_BACK.value, timezone.now()
    one.save(update_fields=["answer", "answered_at"])
    releases.recall(viewer, found, one.recipient_id, reason)
    changed(found, state=after(found, Event.TAKE_BACK, Who.RELEASER).value)
    record(acts.TAKEN_BACK, found.subject, viewer.actor, reason)
    if arrived is not None and not began:
        retention.erase_now(arrived, acts.COPY_ERASED, NODE, reason)
    return not began


def _answer(arrived: Case, answer: Answer, why: DropReason | None = None) -> Handover:
    waiting = Handover.everywhere.select_for_update(of=("self",)).filter(arrived=arrived, answer="")
    one = waiting.select_related("release", "organisation").first()
    if one is None:
        raise Conflict(_("Nobody waits for an answer to it."))
    one.answer, one.answered_at = answer.value, timezone.now()
    one.dropped_for = why.value if why else ""
    one.save(update_fields=["answer", "answered_at", "dropped_for"])
    return one


def _tell(viewer: Viewer, reason: Reason, one: Handover) -> None:
    """Record in the history of the sender's case that its people were told the answer; on another node, tell them."""
    if one.organisation.node:
        across.send_answer(one, viewer.actor, reason)
    if one.case is not None and one.arrived is not None:
        record(acts.ANSWER_TOLD, one.case.subject, NODE, TELLING, recipient=one.organisation_id)


def _empty(case: Case) -> None:
    """Erase what came along with a case that was dropped."""
    crosscheck.withdraw(case)
    numbers.forget(case)
    for model in (Statement, Held, Party, EvidenceBag, Evidence):
        model.everywhere.filter(case=case).delete()  # type: ignore[attr-defined]
