"""The blocking list: a last resort after notices, with reason, review date and appeal (2011/93/EU article 25)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import each
from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.reports.law import grounds
from vaern.node.reports.models import Block, Location
from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LocationEvent, LocationState
from vaern.node.reports.rules.states import Who
from vaern.node.reports.rules.takedown import Level
from vaern.node.reports.takedown import acts, corrections, elsewhere, mails, tokens
from vaern.node.reports.takedown.locks import (
    TO_REMOVE,
    in_action_or_refuse,
    locked,
    locked_for_node,
    move,
    reopen_report,
    touched,
)
from vaern.node.reports.takedown.notices import contacts

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

SEALED = "block"


@transaction.atomic
def block(viewer: Viewer, reason: Reason, location: Location, words: str, review_date: date) -> Block:
    """Put a location on the blocking list, and tell its contact how to appeal.

    Args:
        viewer: who decides it; a person.
        reason: why, for the ledger.
        location: the location to block.
        words: the reasons shown on an appeal.
        review_date: when it is lifted unless a person renews it.

    Raises:
        Refusal: notices are not exhausted, words are missing, or the day is not allowed.
        grounds.GroundMissing: no provision that allows it is in force.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    found = locked(viewer, location)
    in_action_or_refuse(found)
    if Level(found.level) is not Level.POLICE:
        raise Refusal(
            _("Only what notices did not help against is blocked: escalate it first, to the police channel at last.")
        )
    _words_or_refuse(words)
    _day_or_refuse(review_date)
    elsewhere.refuse(found)
    ground = grounds.check_act("block", found.report)
    move(found, LocationEvent.BLOCK, Who.TAKEDOWN)
    found.next_step_at = None
    found.save(update_fields=["state", "next_step_at"])
    id = uuid4()
    made: Block = Block.everywhere.create(
        id=id,
        location=found,
        organisation=viewer.organisation,
        reason=seal(words, SEALED),
        token_digest=tokens.digest(tokens.token_of(id, tokens.BLOCK), tokens.BLOCK),
        made_at=timezone.now(),
        made_by=viewer.person,
        review_date=review_date,
        legal_ground=ground.code if ground else "",
    )
    for host in contacts(found).values():
        mails.send_block(made, found, host, words)
    touched(viewer, found)
    record(acts.BLOCKED, found.report.subject, viewer.actor, reason)
    return made


@transaction.atomic
def renew(viewer: Viewer, reason: Reason, block: Block, review_date: date) -> Block:
    """Decide that a block is still needed, until another day.

    Raises:
        Refusal: it was lifted, its conclusion was wrong, the viewer is no person, or the day is not allowed.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    _day_or_refuse(review_date)
    location, found = _locked(viewer, block)
    if corrections.is_wrong(location):
        raise Refusal(_("The conclusion was wrong: the block is lifted, and not renewed."))
    found.review_date, found.renewed = review_date, found.renewed + 1
    found.save(update_fields=["review_date", "renewed"])
    touched(viewer, location)
    record(acts.BLOCK_RENEWED, location.report.subject, viewer.actor, reason)
    return found


@transaction.atomic
def lift(viewer: Viewer, reason: Reason, block: Block) -> Block:
    """Take a location off the blocking list.

    Raises:
        Refusal: it was lifted before.
    """
    location, found = _locked(viewer, block)
    _lift(location, found, Who.TAKEDOWN)
    touched(viewer, location)
    record(acts.BLOCK_LIFTED, location.report.subject, viewer.actor, reason)
    return found


@transaction.atomic
def decide(viewer: Viewer, reason: Reason, block: Block, *, upheld: bool) -> Block:
    """Decide an appeal; one that is upheld lifts the block.

    Raises:
        Refusal: nobody appealed, it was decided, or the person who blocked would decide on it.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    location, found = _locked(viewer, block)
    if found.appealed_at is None or found.appeal_upheld is not None:
        raise Refusal(_("No appeal waits for a decision."))
    if found.made_by_id == viewer.person.id:
        raise Refusal(_("Somebody else than the person who blocked it decides about an appeal."))
    found.appeal_upheld = upheld
    found.save(update_fields=["appeal_upheld"])
    if upheld:
        _lift(location, found, Who.TAKEDOWN)
    touched(viewer, location)
    record(acts.APPEAL_DECIDED, location.report.subject, viewer.actor, reason)
    return found


def lift_due(today: date | None = None) -> int:
    """Lift the blocks whose review date has passed, each in its own transaction; return how many."""
    today = today or timezone.localdate()
    due = Block.everywhere.filter(lifted_at__isnull=True, review_date__lt=today).order_by("review_date", "id")
    return each("blocks.lift", due.values_list("pk", "location"), lambda pair: _expire(pair[0], pair[1], today))


def _expire(id: UUID, location_id: UUID, today: date) -> bool:
    location = locked_for_node(location_id)
    if location is None:
        return False
    found = Block.of(location=location).filter(pk=id, lifted_at__isnull=True, review_date__lt=today).first()
    if found is None:
        return False
    _lift(location, found, Who.NODE)
    record(acts.BLOCK_EXPIRED, location.report.subject, NODE, TO_REMOVE)
    return True


def block_by(token: str) -> Block | None:
    """Return the block of a token while it is in force and for 90 days after; None for any other token."""
    found: Block | None = (
        Block.everywhere.filter(token_digest=tokens.digest(token, tokens.BLOCK))
        .select_related("location__report", "location__item", "organisation__member")
        .first()
    )
    if found and found.lifted_at and found.lifted_at < timezone.now() - takedown.PORTAL_LASTS:
        return None
    return found


@transaction.atomic
def appeal(block: Block, words: str) -> Block:
    """Take an appeal against a block; once, until it was decided.

    Raises:
        Refusal: it was lifted or appealed before, or words are missing.
    """
    _words_or_refuse(words)
    location = locked_for_node(block.location_id)
    found = Block.everywhere.select_for_update().filter(pk=block.pk, lifted_at__isnull=True).first()
    if location is None or found is None:
        raise Refusal(_("The block was lifted; there is nothing to appeal against."))
    if found.appealed_at is not None:
        raise Refusal(_("An appeal was made before."))
    found.appealed_at, found.appeal = timezone.now(), seal(words.strip(), SEALED)
    found.save(update_fields=["appealed_at", "appeal"])
    record(acts.APPEALED, location.report.subject, NODE, TO_REMOVE)
    return found


def reason_of(block: Block) -> str:
    """Return why it was blocked, in words."""
    return unseal(block.reason, SEALED)


def appeal_of(block: Block) -> str:
    """Return the words of the appeal."""
    return unseal(block.appeal, SEALED)


def _locked(viewer: Viewer, block: Block) -> tuple[Location, Block]:
    location = Location.of(blocks=block).first()
    found = locked(viewer, location) if location else None
    fresh = Block.everywhere.select_for_update().filter(pk=block.pk, lifted_at__isnull=True).first()
    if found is None or fresh is None:
        raise Refusal(_("The block was lifted."))
    return found, fresh


def _lift(location: Location, block: Block, who: Who) -> None:
    """Lift a block; what was blocked is to be worked on again, so its report is opened if it was closed."""
    block.lifted_at = timezone.now()
    block.save(update_fields=["lifted_at"])
    if LocationState(location.state) is LocationState.BLOCKED:
        move(location, LocationEvent.UNBLOCK, who)
        location.save(update_fields=["state"])
        reopen_report(location.report)


def _words_or_refuse(words: str) -> None:
    if not words.strip():
        raise Refusal(_("Say why, in words."))


def _day_or_refuse(day: date) -> None:
    today = timezone.localdate()
    if not today < day <= today + takedown.LONGEST_BLOCK:
        raise Refusal(_("The review date lies ahead, within 180 days."))
