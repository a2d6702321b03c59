"""The release by which something came from another node: the same row that the sender has, under the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sql import insert
from vaern.node.casework.models import Release
from vaern.node.casework.releases.actions import LONGEST
from vaern.node.casework.releases.queries import subject_of
from vaern.node.casework.releases.terms import Handling, country_of
from vaern.node.exchange.releases import acts
from vaern.node.exchange.rules import releases as rules
from vaern.node.exchange.rules.messages import Terms
from vaern.node.ledger.record import Entered, record_each
from vaern.node.ledger.rules import Actor, Reason, Why

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def _refuse_unless_allowed(deliveries: Sequence[Delivery]) -> None:
    now, known = timezone.now(), set(Handling)
    for one in deliveries:
        sender, recipient = one.organisations
        between = (country_of(sender), country_of(recipient))
        if found := rules.problem(one.message.terms, between, known, now, LONGEST):
            raise Refusal(found)
    ids = {one.about for one in deliveries}
    if len(ids) < len(deliveries) or Release.everywhere.filter(pk__in=ids).exists():
        raise Refusal(rules.TWICE)


_KNOWN = frozenset(one.value for one in Why)

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
    (release,) = _arrived([delivery], kind, [made or record_of(delivery.about)])
    return release


def arrived_each(deliveries: Sequence[Delivery], kind: str) -> list[Release]:
    """Make the releases by which records came, as `arrived` does for one.

    Raises:
        Refusal: the terms of one are not those of a release.
    """
    return _arrived(deliveries, kind, [record_of(one.about) for one in deliveries])


def _arrived(deliveries: Sequence[Delivery], kind: str, records: Sequence[UUID]) -> list[Release]:
    _refuse_unless_allowed(deliveries)
    releases = [_release(one, kind, record) for one, record in zip(deliveries, records, strict=True)]
    insert(releases)
    record_each(acts.ARRIVED, [_entered(*pair) for pair in zip(releases, deliveries, strict=True)])
    return releases


def _release(delivery: Delivery, kind: str, record: UUID) -> Release:
    message, (sender, recipient) = delivery.message, delivery.organisations
    terms = message.terms
    assert terms.until is not None  # `_refuse_unless_allowed`
    return Release(
        id=delivery.about,
        kind=kind,
        record=record,
        owner=sender,
        recipient=recipient,
        released_by=None,
        why=message.purpose if message.purpose in _KNOWN else Why.OTHER.value,
        handling=terms.handling,
        europol=terms.europol[:11],
        restriction=terms.restriction[:500],
        transfer=terms.transfer[:20],
        legal_ground=terms.ground[:500],
        from_country=terms.from_country,
        to_country=terms.to_country,
        released_at=min(message.at, timezone.now()),
        expires_at=terms.until,
    )


def _entered(release: Release, delivery: Delivery) -> Entered:
    why = Why(release.why)
    reason = Reason(why, delivery.message.purpose if why is Why.OTHER else "")
    return Entered(subject_of(release), Actor(organisation=release.owner_id), reason, recipient=release.recipient_id)
