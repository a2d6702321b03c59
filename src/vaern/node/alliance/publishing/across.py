"""What the secretariat released, to the nodes of members: the very file that everybody can fetch, with its digest."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from vaern.node.alliance.files import opendata
from vaern.node.alliance.models import ReceivedRelease
from vaern.node.alliance.publishing import acts
from vaern.node.alliance.rules import across as rules
from vaern.node.alliance.rules.figures import loaded
from vaern.node.base.refusals import Refusal
from vaern.node.exchange.base.kinds import Kind
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.outbox.queries import getting
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from vaern.node.alliance.models import PublicRelease
    from vaern.node.exchange.base.kinds import Delivery
    from vaern.node.organisations.viewers import Viewer

RELEASED = "alliance.released"
REASON = Reason(Why.ADMINISTRATION)
MINISTRIES = frozenset({OrganisationKind.MINISTRY})
SECRETARIAT = frozenset({OrganisationKind.SECRETARIAT})
LONGEST = 1_200_000
"""Bytes of a file that goes along. What is longer is told of by its digest, and fetched where everybody fetches it."""

Number = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Released(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `alliance.released`.

    Attributes:
        number: of the release at the secretariat.
        digest: SHA-256 of the file `data.json` of the release.
        document: that file; "" where it is too long for a message.
        corrects: the number of the release that it takes the place of.
    """

    number: Number
    released_at: Annotated[datetime, msgspec.Meta(tz=True)]
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    document: Annotated[str, msgspec.Meta(max_length=LONGEST)] = ""
    corrects: Number | None = None


def tell(viewer: Viewer, reason: Reason, release: PublicRelease) -> None:
    """Send what was released to each node on which a member's ministry lives; in the transaction of the release."""
    corrects = release.corrects.number if release.corrects else None
    file = opendata.document(
        loaded(release.content),
        release.number,
        release.released_at,
        (release.explanation, release.explanation_da),
        corrects,
    )
    body = Released(
        number=release.number,
        released_at=release.released_at,
        digest=hashlib.sha256(file).hexdigest(),
        document=file.decode() if len(file) <= LONGEST else "",
        corrects=corrects,
    )
    for to in _one_a_node():
        send(
            RELEASED,
            body,
            sender=viewer.organisation,
            recipient=to,
            about=release.pk,
            by=viewer.actor,
            reason=reason,
        )


def _one_a_node() -> list[Organisation]:
    kinds = [one.value for one in MINISTRIES]
    rows = Organisation.all_nodes.filter(active=True, kind__in=kinds, member__isnull=False, node__in=getting(RELEASED))
    return sorted({row.node: row for row in rows.order_by("-pk")}.values(), key=lambda one: one.node)


def take(delivery: Delivery) -> None:
    """Keep what a secretariat released as it came.

    Raises:
        Refusal: the file has another digest, or what that number said here was something else.
    """
    body: Released = delivery.body
    sender, _recipient = delivery.organisations
    if body.document and hashlib.sha256(body.document.encode()).hexdigest() != body.digest:
        raise Refusal(rules.NOT_THAT_FILE)
    known = ReceivedRelease.objects.filter(secretariat=sender, number=body.number).first()
    if known is not None and known.digest != body.digest:
        raise Refusal(rules.RELEASED_OTHERWISE)
    if known is not None:
        return
    made = ReceivedRelease.objects.create(
        secretariat=sender,
        number=body.number,
        released_at=body.released_at,
        document=body.document,
        digest=body.digest,
        corrects=body.corrects,
    )
    record(acts.CAME, made.subject, Actor(organisation=sender.pk), REASON)


KIND = Kind(
    RELEASED,
    _("A public release"),
    {1: Released},
    take=take,
    senders=SECRETARIAT,
    recipients=MINISTRIES,
    says=_("The secretariat’s node tells those of members what it released to the public, with its digest."),
)
