"""The release by which something came from another node: the same row that the sender has, under the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Release
from vaern.node.casework.releases.actions import LONGEST
from vaern.node.casework.releases.terms import Handling, country_of
from vaern.node.exchange.releases import acts
from vaern.node.exchange.rules import releases as rules
from vaern.node.exchange.rules.messages import Terms
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Actor, Reason, Subject, Why

if TYPE_CHECKING:
    from vaern.node.exchange.base.kinds import Delivery


def terms_of(release: Release) -> Terms:
    """Return the terms of a release as its message carries them."""
    return Terms(
        handling=release.handling,
        europol=release.europol,
        restriction=release.restriction,
        transfer=release.transfer,
        ground=release.legal_ground,
        from_country=release.from_country,
        to_country=release.to_country,
        until=release.expires_at,
    )


def _refuse_unless_allowed(delivery: Delivery) -> None:
    sender, recipient = delivery.organisations
    between = (country_of(sender), country_of(recipient))
    found = rules.problem(delivery.message.terms, between, set(Handling), timezone.now(), LONGEST)
    if not found and Release.everywhere.filter(pk=delivery.about).exists():
        found = rules.TWICE
    if found:
        raise Refusal(found)


_RECORDS = UUID("6a1f1d0e-6a55-4d6e-9a0c-3f6f1f5b7f10")


def record_of(release: UUID) -> UUID:
    """Return what stands for the sender's record in the release by which a copy of it came.

    No id that a sender chooses: of a record of this node it would give the recipient sight.
    """
    return uuid5(_RECORDS, str(release))


def arrived(delivery: Delivery, kind: str, made: UUID | None = None) -> Release:
    """Make the release by which a record came, in the transaction that takes the message in.

    Args:
        delivery: of the message that carried it; `about` is the release's id on both nodes.
        kind: of the record.
        made: the id of the record that this node makes of it, where a release gives sight of that itself.

    Raises:
        Refusal: its terms are not those of a release.
    """
    _refuse_unless_allowed(delivery)
    made = made or record_of(delivery.about)
    terms, (sender, recipient) = delivery.message.terms, delivery.organisations
    why = delivery.message.purpose if delivery.message.purpose in {one.value for one in Why} else Why.OTHER.value
    release: Release = Release.everywhere.create(
        id=delivery.about,
        kind=kind,
        record=made,
        owner=sender,
        recipient=recipient,
        released_by=None,
        why=why,
        handling=terms.handling,
        europol=terms.europol[:11],
        restriction=terms.restriction[:500],
        transfer=terms.transfer[:20],
        legal_ground=terms.ground[:500],
        from_country=terms.from_country,
        to_country=terms.to_country,
        released_at=min(delivery.message.at, timezone.now()),
        expires_at=terms.until,
    )
    reason = Reason(Why(why)) if why != Why.OTHER.value else Reason(Why.OTHER, delivery.message.purpose)
    record(acts.ARRIVED, Subject(kind, made, sender.id), Actor(organisation=sender.id), reason, recipient=recipient.id)
    return release
