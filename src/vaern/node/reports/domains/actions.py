"""Changes to domain blocks: request, second, put to another country, answer, appeal, lift, lapse."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.reports.base.addresses import host_key, normalised
from vaern.node.reports.domains import acts, labels, queries, tokens
from vaern.node.reports.domains.mails import send as send_mail
from vaern.node.reports.law import grounds
from vaern.node.reports.models import DomainAppeal, DomainBlock, Host, Location
from vaern.node.reports.rules import domains
from vaern.node.reports.rules.locations import LocationState
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import corrections, elsewhere
from vaern.node.reports.takedown.addresses import host_of
from vaern.node.reports.takedown.locks import TO_REMOVE, in_action_or_refuse, locked, locked_for_node, touched
from vaern.node.reports.takedown.notices import contacts

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.organisations.viewers import Viewer

SEALED, NAME = "block", "domain"
ASKABLE = {LocationState.NOTIFIED, LocationState.BLOCKED}


def domain_of(block: DomainBlock) -> str:
    """Return the domain in its wire form."""
    return unseal(block.domain, NAME)


def words_of(sealed: bytes | memoryview) -> str:
    """Return sealed words as text."""
    return unseal(bytes(sealed), SEALED)


@transaction.atomic
def ask(
    viewer: Viewer, reason: Reason, location: Location, domain: str, because: str, dedicated: str, review_date: date
) -> DomainBlock:
    """Request that a domain be blocked, because nothing else removed what lies on it.

    Args:
        viewer: who asks; a person.
        reason: why, for the ledger.
        location: where removal failed.
        domain: on which it lies.
        because: why it is to be blocked, shown on an appeal.
        dedicated: why the domain is dedicated to abuse, for the country that confirms it.
        review_date: when it lapses.

    Raises:
        Refusal: the domain may not be stopped, notices were not tried to their end, or words or day are missing.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    person = _person_or_refuse(viewer)
    found = locked(viewer, location)
    in_action_or_refuse(found)
    if Level(found.level) is not Level.POLICE or LocationState(found.state) not in ASKABLE:
        raise Refusal(
            _("Only what notices did not help against is blocked: escalate it first, to the police channel at last.")
        )
    if not because.strip() or not dedicated.strip():
        raise Refusal(_("Say why, in words."))
    today = timezone.localdate()
    if not today < review_date <= today + domains.LONGEST:
        raise Refusal(_("The review date lies ahead, within 90 days."))
    elsewhere.refuse(found)
    name = normalised(domain).host
    if refused := domains.refusal(name, host_of(found.item), _shared()):
        raise Refusal(str(labels.REFUSALS[refused]))
    ground = grounds.check_act("block", found.report)
    id = uuid4()
    made: DomainBlock = DomainBlock.everywhere.create(
        id=id,
        location=found,
        organisation=viewer.organisation,
        domain=seal(name, NAME),
        domain_key=host_key(name),
        reason=seal(because.strip(), SEALED),
        dedicated=seal(dedicated.strip(), SEALED),
        legal_ground=ground.code if ground else "",
        asked_at=timezone.now(),
        asked_by=person,
        review_date=review_date,
        token_digest=tokens.digest(tokens.token_of(id)),
    )
    touched(viewer, found)
    record(acts.ASKED, found.report.subject, viewer.actor, reason)
    return made


@transaction.atomic
def second(viewer: Viewer, reason: Reason, block: DomainBlock) -> DomainBlock:
    """Second a request as another person of the same organisation; the domain's contact is notified.

    Raises:
        Refusal: it is over, seconded already, or one's own; the conclusion was wrong; another desk holds.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    person = _person_or_refuse(viewer)
    location, found = _locked(viewer, block)
    if found.seconded_at is not None:
        raise Refusal(_("It was seconded before."))
    if found.asked_by_id == person.pk:
        raise Refusal(_("Somebody else than the person who asked for it seconds it."))
    _right_or_refuse(location)
    elsewhere.refuse(location)
    grounds.check_act("block", location.report)
    found.seconded_at, found.seconded_by = timezone.now(), person
    found.save(update_fields=["seconded_at", "seconded_by"])
    for host in contacts(location).values():
        send_mail(found, location, host, domain_of(found), words_of(found.reason))
    touched(viewer, location)
    record(acts.SECONDED, location.report.subject, viewer.actor, reason)
    return found


@transaction.atomic
def put(viewer: Viewer, reason: Reason, block: DomainBlock, to: Organisation) -> DomainBlock:
    """Ask an organisation of another country to confirm it; it sees the domain and why, and nothing of the report.

    Raises:
        Refusal: nobody seconded it, another was asked and has not refused, or it is no other country's.
    """
    location, found = _locked(viewer, block)
    if found.seconded_at is None:
        raise Refusal(_("Somebody else of your organisation seconds it first."))
    if found.put_to_id and found.confirmed is not False:
        raise Refusal(_("Another organisation was asked already."))
    if not queries.others(viewer).filter(pk=to.pk).exists():
        raise Refusal(_("Choose an organisation of another country that works on takedowns."))
    _right_or_refuse(location)
    found.put_to, found.put_at = to, timezone.now()
    found.confirmed, found.answered_at, found.answered_by, found.answer = None, None, None, b""
    found.save(update_fields=["put_to", "put_at", "confirmed", "answered_at", "answered_by", "answer"])
    touched(viewer, location)
    record(acts.PUT, location.report.subject, viewer.actor, reason, recipient=to.pk)
    return found


@transaction.atomic
def answer(viewer: Viewer, reason: Reason, block: DomainBlock, words: str, *, confirmed: bool) -> DomainBlock:
    """Answer for another country whether the domain is to be blocked, and why.

    Raises:
        Refusal: it was not put to them, it is over, it was answered, or there are no words.
        grounds.GroundMissing: their own law allows no block today.
    """
    person = _person_or_refuse(viewer)
    location = locked_for_node(block.location_id)
    found = DomainBlock.everywhere.select_for_update().filter(pk=block.pk, put_to=viewer.organisation.pk).first()
    if location is None or found is None or _over(found):
        raise Refusal(_("It is over: there is nothing to confirm any more."))
    if found.confirmed is not None:
        raise Refusal(_("It was answered before."))
    if not words.strip():
        raise Refusal(_("Say why, in words."))
    _right_or_refuse(location)
    if confirmed:
        grounds.check("block", viewer.organisation, None, timezone.localdate())
    found.confirmed, found.answered_at, found.answered_by = confirmed, timezone.now(), person
    found.answer = seal(words.strip(), SEALED)
    found.save(update_fields=["confirmed", "answered_at", "answered_by", "answer"])
    record(acts.ANSWERED, location.report.subject, viewer.actor, reason)
    return found


@transaction.atomic
def lift(viewer: Viewer, reason: Reason, block: DomainBlock) -> DomainBlock:
    """Lift a block, or withdraw the request for one.

    Raises:
        Refusal: it is over.
    """
    location, found = _locked(viewer, block)
    _end(found)
    touched(viewer, location)
    record(acts.LIFTED, location.report.subject, viewer.actor, reason)
    return found


@transaction.atomic
def appeal(name: str, code: str, words: str) -> int:
    """Take an anonymous appeal; return how many blocks it concerns, which is not shown outside.

    Args:
        name: of the domain, as they type it.
        code: from the mail to the domain's contact; "" without one.
        words: theirs.
    """
    key = host_key(normalised(name).host or "-")
    standing = DomainBlock.everywhere.filter(ended_at=None, seconded_at__isnull=False)
    own = standing.filter(token_digest=tokens.digest(code.strip())) if code.strip() else standing.none()
    owners = set(own.values_list("pk", flat=True))
    ids = owners | set(standing.filter(domain_key=key).values_list("pk", flat=True))
    return sum(_appealed(id, words, owner=id in owners) for id in sorted(ids))


def _appealed(id: UUID, words: str, *, owner: bool) -> bool:
    found = DomainBlock.everywhere.select_for_update(of=("self",)).select_related("location__report").get(pk=id)
    waiting = DomainAppeal.of(block=found).filter(upheld=None, owner=owner)
    if waiting.count() >= domains.MOST_OPEN:
        return False
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    DomainAppeal.everywhere.create(
        block=found, organisation_id=found.organisation_id, at=hour, words=seal(words.strip(), SEALED), owner=owner
    )
    record(acts.APPEALED, found.location.report.subject, queries.stranger(found), TO_REMOVE)
    return True


@transaction.atomic
def decide(viewer: Viewer, reason: Reason, block: DomainBlock, *, upheld: bool) -> DomainBlock:
    """Decide all pending appeals; the block ends if they are upheld.

    Raises:
        Refusal: none is pending, or the person who requested or seconded the block would decide on it.
    """
    person = _person_or_refuse(viewer)
    location, found = _locked(viewer, block)
    waiting = DomainAppeal.of(block=found).filter(upheld=None)
    if not waiting.exists():
        raise Refusal(_("No appeal waits for a decision."))
    if person.pk in {found.asked_by_id, found.seconded_by_id}:
        raise Refusal(_("Somebody else than those who asked for it and seconded it decides about an appeal."))
    waiting.update(upheld=upheld, decided_by=person)
    if upheld:
        _end(found)
    touched(viewer, location)
    record(acts.DECIDED, location.report.subject, viewer.actor, reason)
    return found


def lapse_due(today: date | None = None) -> int:
    """End blocks that are past their review date or whose location is gone or given up; return how many."""
    today = today or timezone.localdate()
    due = queries.due(today).order_by("review_date", "id")
    return each("domains.lapse", due.values_list("pk", "location"), lambda pair: _lapse(*pair, today))


@transaction.atomic
def _lapse(id: UUID, location_id: UUID, today: date) -> bool:
    location = locked_for_node(location_id)
    found = DomainBlock.everywhere.select_for_update().filter(pk=id, ended_at=None).first()
    if location is None or found is None:
        return False
    past = found.review_date < today
    if not past and location.state not in queries.OVER:
        return False
    _end(found)
    record(acts.LAPSED if past else acts.GONE, location.report.subject, NODE, TO_REMOVE)
    return True


def _end(block: DomainBlock) -> None:
    block.ended_at = timezone.now()
    block.save(update_fields=["ended_at"])


def _over(block: DomainBlock) -> bool:
    return block.ended_at is not None or block.review_date < timezone.localdate()


def _person_or_refuse(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person


def _right_or_refuse(location: Location) -> None:
    if corrections.is_wrong(location):
        raise Refusal(_("The conclusion was wrong: nothing may be blocked for it."))


def _locked(viewer: Viewer, block: DomainBlock) -> tuple[Location, DomainBlock]:
    location = Location.of(domains=block).first()
    found = locked(viewer, location) if location else None
    fresh = DomainBlock.everywhere.select_for_update().filter(pk=block.pk, ended_at=None).first()
    if found is None or fresh is None:
        raise Refusal(_("The block is over."))
    return found, fresh


def _shared() -> set[str]:
    """Return the domains of those who host strangers, as far as the node knows them: whom it notifies, and itself."""
    mails = Host.everywhere.filter(kind__in=["host", "registrar"]).exclude(abuse="").values_list("abuse", flat=True)
    return {mail.rpartition("@")[2].lower() for mail in mails} | {settings.CONFIGURATION.host}
