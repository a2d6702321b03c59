"""Taking in what another country sent: typed from a letter or certificate, with the document, and corrected."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal_bytes, unseal_bytes
from vaern.node.cases.assistance.actions import KEPT_FOR
from vaern.node.cases.assistance.data import current, zones_of
from vaern.node.cases.assistance.incoming import acts
from vaern.node.cases.assistance.incoming.locks import locked, side_of
from vaern.node.cases.assistance.incoming.state import sealed_values, settle_due
from vaern.node.cases.assistance.pinned_law import pin, read
from vaern.node.cases.assistance.question import requesting_country
from vaern.node.cases.models import IncomingDocument, IncomingRequest
from vaern.node.cases.rules import incoming
from vaern.node.cases.rules.incoming import Event, State
from vaern.node.cases.rules.instruments import Reach
from vaern.node.cases.rules.router import day_of
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from vaern.node.cases.rules.instruments import Book, DataKind, Instrument
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

SEALED = "incoming document"
"""The purpose under which a document is sealed (`base.sealing`)."""

MOST_DOCUMENTS, MOST_BYTES = 50, 8 << 20


@dataclass(frozen=True)
class Head:
    """What a request says of itself before it says what it wants.

    Attributes:
        authority, reference: who asks, and their reference.
        received_at: when it came to us: every period of receipt begins there.
    """

    instrument: str
    requesting: str
    data: DataKind
    authority: str
    received_at: datetime
    reference: str = ""
    urgent: bool = False
    confidential: bool = False
    language: str = ""
    deadline: date | None = None
    limitation: date | None = None


def receivable(book: Book) -> list[Instrument]:
    """Return the instruments under which another country can ask an authority, as the book has them."""
    return [one for one in book.instruments.values() if one.form and one.reach in {Reach.BETWEEN, Reach.OPEN}]


@transaction.atomic
def receive(viewer: Viewer, reason: Reason, head: Head) -> IncomingRequest:
    """Take in a request of another country, under the law as it was on the day on which it came.

    Raises:
        Refusal: they are no central authority, it is their own country, or that is no such instrument; or
            their organisation belongs to no country.
    """
    if viewer.organisation.kind != OrganisationKind.AUTHORITY:
        raise Refusal(_("A central authority takes in what other countries ask for."))
    requested = requesting_country(viewer)
    made = IncomingRequest(
        organisation=viewer.organisation,
        code=fresh_code(),
        requested=requested,
        handled_by=viewer.person,
        review_date=timezone.localdate() + KEPT_FOR,
        synthetic=False,
    )
    _say(made, head)
    made.save(force_insert=True)
    record(acts.RECEIVED, made.subject, viewer.actor, reason)
    return made


@transaction.atomic
def correct(viewer: Viewer, reason: Reason, request: IncomingRequest, head: Head) -> IncomingRequest:
    """Correct what was typed of a request; what it says under a form of another instrument is kept where it fits.

    Raises:
        Refusal: it came from an organisation of this node, which corrects it itself. StateRefusal: not any more.
    """
    found = locked(viewer, request)
    if found.sender_id is not None:
        raise Conflict(_("It came as it is from the authority that asks: ask them to correct it."))
    found.state = incoming.after(State(found.state), Event.WRITE, side_of(viewer, found)).value
    _say(found, head)
    found.handled_by, found.touched_at = viewer.person, timezone.now()
    found.save()
    record(acts.WRITTEN, found.subject, viewer.actor, reason)
    return found


def _say(request: IncomingRequest, head: Head) -> None:
    book = current()
    if head.instrument not in {one.code for one in receivable(book)}:
        raise Refusal(_("Nobody can be asked under that instrument."))
    if head.requesting == request.requested:
        raise Refusal(_("That is your own country."))
    if head.received_at > timezone.now():
        raise Refusal(_("The day on which it came lies ahead."))
    on = day_of(head.received_at, zones_of(request.requested)[0])
    request.pinned = pin(book, head.instrument, (head.requesting, request.requested), on, head.data)
    request.instrument, request.requesting, request.data = head.instrument, head.requesting, head.data.value
    request.urgent, request.confidential, request.language = head.urgent, head.confidential, head.language.strip()
    request.received_at, request.deadline, request.limitation = head.received_at, head.deadline, head.limitation
    request.asked_by = sealed_values({"authority": head.authority.strip(), "reference": head.reference.strip()})
    settle_due(request)


@transaction.atomic
def write(viewer: Viewer, reason: Reason, request: IncomingRequest, values: Mapping[str, str]) -> IncomingRequest:
    """Write down what it asks for, by field of the instrument's form.

    Raises:
        Refusal: it came from an organisation of this node. StateRefusal: not any more, or not by them.
    """
    found = locked(viewer, request)
    if found.sender_id is not None:
        raise Conflict(_("It came as it is from the authority that asks: ask them to correct it."))
    found.state = incoming.after(State(found.state), Event.WRITE, side_of(viewer, found)).value
    known = {one.code for one in read(found.pinned).form.fields}
    given = {code: text.strip() for code, text in values.items() if code in known and text.strip()}
    found.sealed, found.handled_by, found.touched_at = sealed_values(given), viewer.person, timezone.now()
    found.save(update_fields=["sealed", "handled_by", "touched_at"])
    record(acts.WRITTEN, found.subject, viewer.actor, reason)
    return found


@transaction.atomic
def attach(
    viewer: Viewer, reason: Reason, request: IncomingRequest, content_type: str, data: bytes
) -> IncomingDocument:
    """Keep a document in which a request came, or that came later: text, for the node takes no media.

    Raises:
        Refusal: it is there, it is too large or one too many, or they are not the authority.
    """
    found = locked(viewer, request)
    if found.organisation_id != viewer.organisation.id:
        raise Refusal(_("The central authority keeps the documents of a request."))
    rows = IncomingDocument.of(request=found)
    digest = hashlib.sha256(data).digest()
    if rows.filter(digest=digest).exists():
        raise Conflict(_("This very document is there."))
    last = rows.aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_DOCUMENTS or not 0 < len(data) <= MOST_BYTES:
        raise Refusal(_("A document has up to 8 MiB, and a request up to 50 of them."))
    made: IncomingDocument = IncomingDocument.everywhere.create(
        request=found,
        organisation=viewer.organisation,
        number=last + 1,
        content_type=content_type[:60],
        size=len(data),
        digest=digest,
        sealed=seal_bytes(zlib.compress(data), SEALED),
    )
    record(acts.ATTACHED, found.subject, viewer.actor, reason)
    return made


@transaction.atomic
def take_document(viewer: Viewer, reason: Reason, document: IncomingDocument) -> bytes:
    """Return a document as it came; recorded as a disclosure."""
    record(acts.TAKEN, document.request.subject, viewer.actor, reason)
    return zlib.decompress(unseal_bytes(document.sealed, SEALED))
