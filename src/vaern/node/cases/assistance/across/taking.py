"""Take in what an authority on another node asks of one here, or says of a request; all of it is held to our own law.

A request counts if it is between the countries of the two authorities, under an instrument that our own table has. The
law that it brings is kept to be compared and is nowhere applied. What is said later counts only between just these two
authorities, and moves only what `cases/rules` lets them move: all else is a line of the correspondence.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import feedback
from vaern.node.cases.assistance.across.messages import MOVED, OF_SENDER, REQUESTED, Moved, Requested
from vaern.node.cases.assistance.data import current, zones_of
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.assistance.incoming.delivery import KEPT_FOR, follow_here, for_an_authority
from vaern.node.cases.assistance.incoming.feedback import MOVES
from vaern.node.cases.assistance.incoming.intake import receivable
from vaern.node.cases.assistance.incoming.state import sealed_values, settle_due
from vaern.node.cases.assistance.pinned_law import pin, read
from vaern.node.cases.models import AssistanceRequest, IncomingRequest
from vaern.node.cases.rules import across as rules
from vaern.node.cases.rules.incoming import Event
from vaern.node.cases.rules.router import day_of
from vaern.node.casework.releases.terms import country_of
from vaern.node.exchange.base.kinds import Kind
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody
from vaern.node.organisations.viewers import Viewer
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.exchange.base.kinds import Delivery

AUTHORITIES = frozenset({OrganisationKind.AUTHORITY}) & frozenset(
    kind for kind in OrganisationKind if may_somebody(kind, Permission.ASSISTANCE_SEND)
)
REASON = Reason(Why.LEGAL_ASSISTANCE)
FURTHEST = timedelta(days=10 * 365)
"""How far ahead the other side can say that it answers."""


def take_request(delivery: Delivery) -> None:
    """Make a request of another node's authority a request of another country, under the law as it is known here.

    Raises:
        Refusal: it is not between their two countries, its instrument is none here, or its id is known already.
    """
    body: Requested = delivery.body
    sender, recipient = delivery.organisations
    book, now = current(), timezone.now()
    countries = (body.requesting, body.requested)
    if countries != (country_of(sender), country_of(recipient)) or body.requesting == body.requested:
        raise Refusal(rules.OTHER_COUNTRY)
    if body.instrument not in {one.code for one in receivable(book)}:
        raise Refusal(rules.NO_INSTRUMENT)
    pinned = pin(book, body.instrument, countries, day_of(now, zones_of(body.requested)[0]), body.data)
    if not for_an_authority(read(pinned)):
        raise Refusal(rules.NO_INSTRUMENT)
    _refuse_known(delivery)
    made = IncomingRequest(
        organisation=recipient,
        code=fresh_code(),
        synthetic=body.synthetic,
        sender=sender,
        about=delivery.about,
        instrument=body.instrument,
        requesting=body.requesting,
        requested=body.requested,
        data=body.data.value,
        urgent=body.urgent,
        pinned=pinned,
        said=msgspec.to_builtins({"law": body.law, "names": body.names, "expected": body.expected}),
        sealed=sealed_values(body.values),
        asked_by=sealed_values({"authority": sender.name, "reference": body.reference}),
        language=body.language,
        received_at=now,
        review_date=timezone.localdate() + KEPT_FOR,
    )
    settle_due(made)
    made.save(force_insert=True)
    record(acts.CAME, made.subject, Actor(organisation=sender.id), REASON, tags={"instrument": made.instrument})


def _refuse_known(delivery: Delivery) -> None:
    """Refuse an id under which there is a request, theirs or ours: what is said of it later has to mean one of them."""
    known = IncomingRequest.everywhere.filter(about=delivery.about).exists()
    if known or AssistanceRequest.everywhere.filter(pk=delivery.about).exists():
        raise Refusal(rules.TWICE)


def take_word(delivery: Delivery) -> None:
    """Take in what either side says of a request.

    Raises:
        Refusal: nothing of that id is between just these two authorities, in that direction.
    """
    body: Moved = delivery.body
    if body.said in OF_SENDER:
        _from_whoever_asked(delivery, body)
    else:
        _from_whoever_was_asked(delivery, body)


def _from_whoever_asked(delivery: Delivery, body: Moved) -> None:
    sender, recipient = delivery.organisations
    rows = IncomingRequest.everywhere.select_for_update(of=("self",), no_key=True)
    found = rows.filter(about=delivery.about, sender=sender, organisation=recipient).first()
    if found is None:
        raise Refusal(rules.NEVER_ASKED)
    follow_here(Viewer(sender, frozenset()), REASON, found, Event(body.said.value), body.words)


def _from_whoever_was_asked(delivery: Delivery, body: Moved) -> None:
    sender, recipient = delivery.organisations
    rows = AssistanceRequest.everywhere.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("held__case", "case")
    found = rows.filter(pk=delivery.about, sent_to=sender, authority=recipient).first()
    if found is None:
        raise Refusal(rules.NEVER_ASKED)
    now, event = timezone.now(), Event(body.said.value)
    by = Viewer(sender, frozenset())
    at = rules.within(body.since, found.sent_at or now, now)
    feedback.told(by, REASON, found, MOVES.get(event), f"their_{event.value}", body.words, at=at)
    feedback.limited(by, found, body.limits)
    _promise(found, body.until, now)


def _promise(request: AssistanceRequest, until: datetime | None, now: datetime) -> None:
    """Keep until when they say that they answer, as said: what is expected by our own law stays as it is."""
    said = rules.within(until, now, now + FURTHEST)
    if said is not None and said != request.promised_at:
        request.promised_at = said
        request.save(update_fields=["promised_at"])


KINDS = (
    Kind(
        REQUESTED,
        _("A request for assistance"),
        {1: Requested},
        take=take_request,
        senders=AUTHORITIES,
        recipients=AUTHORITIES,
        says=_("A central authority asks one of the other node for legal assistance, as the instrument’s form says."),
    ),
    Kind(
        MOVED,
        _("What is said of a request for assistance"),
        {1: Moved},
        take=take_word,
        senders=AUTHORITIES,
        recipients=AUTHORITIES,
        owed=True,
    ),
)
