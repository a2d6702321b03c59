"""Every change to papers: one function, one transaction, one entry of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor
from vaern.node.press.base.events import WORK, locked
from vaern.node.press.models import Paper
from vaern.node.press.models.papers import SEALED
from vaern.node.press.papers import acts
from vaern.node.press.rules import states as rules
from vaern.node.press.rules.papers import may_read
from vaern.node.press.rules.states import State

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.press.models import PressEvent, Registration


@transaction.atomic
def add(viewer: Viewer, event: PressEvent, title: str, text: str, embargo: datetime) -> Paper:
    """Add a paper to an event.

    Args:
        viewer: of the event's organisation.
        event: which.
        title: public from the beginning.
        text: sealed until it is read.
        embargo: the moment from which everybody may read it.

    Raises:
        Refusal: it is another organisation's, or its list was destroyed.
    """
    if event.organisation_id != viewer.organisation.id:
        raise Refusal(rules.NOT_THEIRS)
    found = locked(event)
    assert viewer.person is not None  # no key has the permission
    paper: Paper = Paper.everywhere.create(
        event=found,
        organisation=found.organisation,
        title=title,
        sealed=seal(text, SEALED),
        embargo=embargo,
        made_by=viewer.person,
    )
    record(acts.ADDED, paper.subject, viewer.actor, WORK)
    return paper


@transaction.atomic
def withdraw(viewer: Viewer, paper: Paper) -> Paper:
    """Withdraw a paper at once: nobody reads it any more."""
    if paper.organisation_id != viewer.organisation.id:
        raise Refusal(rules.NOT_THEIRS)
    found: Paper = Paper.everywhere.select_for_update(of=("self",)).get(pk=paper.pk)
    if found.withdrawn_at is not None:
        raise Conflict(rules.NOT_NOW)
    found.withdrawn_at = timezone.now()
    found.save(update_fields=["withdrawn_at"])
    record(acts.WITHDRAWN, found.subject, viewer.actor, WORK)
    return found


@transaction.atomic
def read(registration: Registration, paper: Paper, now: datetime) -> str | None:
    """Return the text of a paper to a journalist, or None; recorded while its embargo holds."""
    accredited = registration.state == State.ACCEPTED.value
    agreed = registration.embargo_agreed_at is not None
    if paper.withdrawn_at or not may_read(now, paper.embargo, accredited=accredited, agreed=agreed):
        return None
    if now < paper.embargo:
        record(acts.READ, paper.subject, Actor(organisation=paper.organisation_id), WORK)
    return paper.text
