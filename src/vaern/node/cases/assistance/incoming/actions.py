"""Actions on a request of another country. Each is one transaction with its entry; `rules.incoming` says who may.

The request belongs to the authority that was asked. The desk that executes sees it by a release, and acts as itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.cases.assistance import held_data
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.assistance.incoming.effects import NOTHING, Said, change
from vaern.node.cases.assistance.incoming.feedback import tell
from vaern.node.cases.assistance.incoming.locks import locked, note, side_of
from vaern.node.cases.assistance.incoming.state import dues_of, settle_due
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models import IncomingRequest, KeepingClock
from vaern.node.cases.rules import incoming
from vaern.node.cases.rules.incoming import SAYS_WHAT, Event, State, Who
from vaern.node.cases.rules.instruments import Kind
from vaern.node.cases.rules.term_files import Kind as GroundKind
from vaern.node.cases.rules.term_files import table
from vaern.node.casework.models import Release
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from vaern.node.cases.models import AssistanceNote
    from vaern.node.cases.rules.terms import Duty
    from vaern.node.casework.releases.terms import Prospect, Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def happen(
    viewer: Viewer, reason: Reason, request: IncomingRequest, event: Event, words: str = "", said: Said = NOTHING
) -> IncomingRequest:
    """Record what happened to a request: one of `acts.OF`. A requesting authority on this node sees its part of it.

    Raises:
        Refusal: words or a ground are missing, the law gives no longer time, it was acknowledged, whoever
            executed would answer, its sender closed it, or data would be kept from a moment that lies ahead.
        StateRefusal: not in this state, or not by them.
    """
    if event in SAYS_WHAT and not words.strip():
        raise Refusal(_("Say it in words: whoever reads it has to know."), field="text")
    found = locked(viewer, request)
    _may(viewer, found, event, said)
    before = State(found.state)
    found.state = incoming.after(before, event, side_of(viewer, found)).value
    since = _kept_since(found, said) if event in {Event.ANSWER, Event.ANSWER_PART} else None
    change(found, event, said, before, viewer.person)
    if side_of(viewer, found) is Who.AUTHORITY:
        found.handled_by = viewer.person
    found.touched_at = timezone.now()
    settle_due(found)
    found.save()
    if event is Event.EXECUTE:
        _keep(found, said)
    if event is Event.TAKE_BACK:
        _recall(viewer, found, reason)
    note(viewer, found, event, words)
    tell(viewer, reason, found, event, words, since, said.limits)
    record(acts.OF[event], found.subject, viewer.actor, reason)
    return found


def _may(viewer: Viewer, request: IncomingRequest, event: Event, said: Said) -> None:
    """Refuse what the table of states cannot see.

    Raises:
        Refusal: why not.
    """
    if event is Event.ACKNOWLEDGE and request.acknowledged_at is not None:
        raise Conflict(_("Its receipt was acknowledged."))
    if event is Event.REOPEN and request.sender_id is not None:
        raise Conflict(_("Whoever asked knows it as closed: ask them to send it anew."))
    if event in {Event.ANSWER, Event.ANSWER_PART} and request.executed_by_id == getattr(viewer.person, "pk", None):
        raise Conflict(_("Somebody else than who executed it answers."))
    if event in {Event.REFUSE, Event.POSTPONE}:
        kind = GroundKind.REFUSE if event is Event.REFUSE else GroundKind.POSTPONE
        known = {one.code for one in table().grounds_of(read(request.pinned).instrument, kind)}
        if said.ground not in known:
            raise Refusal(_("Choose a ground that the instrument has."))
    if event is Event.EXTEND and said.duty not in extendable(request):
        raise Conflict(_("The law gives no longer time for that, or notice was given."))


def extendable(request: IncomingRequest) -> list[Duty]:
    """Return the duties of which notice of a delay makes the time longer, and that were neither done nor extended."""
    return [
        one.duty
        for one in dues_of(request)
        if one.term is not None
        and one.met is None
        and one.term.extends(urgent=request.urgent)
        and one.duty.value not in request.extended
    ]


def _keep(request: IncomingRequest, said: Said) -> None:
    """Start the clock of data that are kept for the requesting authority, if the instrument is about that."""
    law = read(request.pinned).instrument
    if law.kind is Kind.PRESERVE:
        label = _("Kept for %(country)s") % {"country": request.requesting}
        held_data.keep_for(request, law, label, said.since or timezone.now(), request.handled_by)


def _kept_since(request: IncomingRequest, said: Said) -> datetime | None:
    rows = KeepingClock.of(held__incoming=request).order_by("-starts_at")
    found: datetime | None = said.since or rows.values_list("starts_at", flat=True).first()
    return found


def desks(viewer: Viewer, request: IncomingRequest) -> list[Prospect]:
    """Return the organisations of the authority's own country to which a request can be passed."""
    found = recipients_preview(viewer, request)
    return [one for one in found if one.organisation.member_id == viewer.organisation.member_id]


@transaction.atomic
def pass_on(
    viewer: Viewer, reason: Reason, request: IncomingRequest, desk: UUID, terms: Terms, words: str = ""
) -> IncomingRequest:
    """Pass a request to a desk of the same country to execute: a release lets that desk see it, and no other any more.

    Raises:
        Refusal: it is of another country, or cannot receive. StateRefusal: not in this state.
    """
    found = locked(viewer, request)
    found.state = incoming.after(State(found.state), Event.PASS, side_of(viewer, found)).value
    organisation = Organisation.objects.filter(pk=desk).first()
    if organisation is None or organisation.member_id != viewer.organisation.member_id:
        raise Refusal(_("A request is passed to an organisation of your own country."))
    _recall(viewer, found, reason, but=desk)
    if not Release.valid().filter(kind=found.KIND, record=found.pk, recipient=desk).exists():
        releases.release(viewer, found, [desk], reason, terms)
    found.desk_id, found.handled_by, found.touched_at = desk, viewer.person, timezone.now()
    settle_due(found)
    found.save()
    note(viewer, found, Event.PASS, words)
    record(acts.PASSED, found.subject, viewer.actor, reason, recipient=desk)
    return found


def _recall(viewer: Viewer, request: IncomingRequest, reason: Reason, but: UUID | None = None) -> None:
    """End the sight of every desk but one; a desk has no copy, so that there is nothing to give back."""
    given = Release.objects.filter(kind=request.KIND, record=request.pk, recalled_at=None).exclude(recipient=but)
    for recipient in list(given.values_list("recipient_id", flat=True)):
        releases.recall(viewer, request, recipient, reason)


@transaction.atomic
def correspond(viewer: Viewer, reason: Reason, request: IncomingRequest, words: str) -> AssistanceNote:
    """Add a letter, a call, or a word between authority and desk to the correspondence.

    Raises:
        Refusal: there are no words, or they may only look at it.
    """
    if not words.strip():
        raise Refusal(_("Say it in words: whoever reads it has to know."), field="text")
    found = locked(viewer, request)
    made = note(viewer, found, "note", words)
    found.touched_at = timezone.now()
    found.save(update_fields=["touched_at"])
    record(acts.NOTED, found.subject, viewer.actor, reason)
    return made
