"""Recall, acknowledge and prolong across nodes: what is told, and what is done when it is told.

Each takes the release by the id that both nodes know, and only where owner and recipient are those of the message: a
peer recalls what it released, and acknowledges what was released to it, and nothing else.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base import sql
from vaern.node.base.refusals import Refusal
from vaern.node.casework.models import Release
from vaern.node.casework.releases.actions import LONGEST
from vaern.node.casework.releases.queries import subject_of
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.inbox.reading import opened
from vaern.node.exchange.inbox.taking import give_up
from vaern.node.exchange.outbox.actions import send_owed
from vaern.node.exchange.outbox.progress import of_first
from vaern.node.exchange.outbox.queries import getting
from vaern.node.exchange.pieces import leaving
from vaern.node.exchange.releases import acts, travel
from vaern.node.exchange.rules import pieces
from vaern.node.exchange.rules.messages import Receipt, Result
from vaern.node.exchange.rules.releases import NEVER_RELEASED
from vaern.node.ledger.record import Entered, record, record_each
from vaern.node.ledger.rules import Actor, Reason
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from vaern.node.casework.releases.elsewhere import Progress
    from vaern.node.exchange.models import Outgoing
    from vaern.node.organisations.models import Organisation

ALL = frozenset(OrganisationKind)


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a message whose kind says all: what it is about stands in the message."""


class Prolonged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `release.prolonged`: until when the sight lasts now."""

    until: datetime


class Across:
    """What casework is provided with (`casework.releases.elsewhere`)."""

    def nodes(self, kind: str) -> Collection[str]:
        """Return the peers to whose organisations a record of a kind can be released now."""
        found = travel.how(kind)
        return getting(found.message) if found else ()

    def recalled(self, release: Release, by: Actor, reason: Reason) -> None:
        """Tell the recipient's node; what is on its way in pieces goes no further."""
        leaving.end_about(release.pk)
        _tell(RECALLED, Nothing(), release, release.owner, release.recipient, by, reason)

    def acknowledged(self, release: Release, by: Actor, reason: Reason) -> None:
        """Tell the owner's node, and deal with what came."""
        found = travel.how(release.kind)
        if found is not None:
            found.acknowledged(release)
        _tell(ACKNOWLEDGED, Nothing(), release, release.recipient, release.owner, by, reason)

    def prolonged(self, release: Release, by: Actor, reason: Reason) -> None:
        """Tell the recipient's node."""
        _tell(PROLONGED, Prolonged(release.expires_at), release, release.owner, release.recipient, by, reason)

    def read(self, release: Release) -> None:
        """Say by a receipt that a person opened what came, the first time."""
        opened(release.pk)

    def progress(self, releases: Collection[UUID]) -> dict[UUID, Progress]:
        """Return how far the first message of each release has come: the one that carried it."""
        return of_first(releases)


def _tell(
    kind: Kind,
    body: msgspec.Struct,
    release: Release,
    sender: Organisation,
    recipient: Organisation,
    by: Actor,
    reason: Reason,
) -> None:
    """Tell a peer; whoever lives on a node that is none any more stays on the list of what is overdue."""
    send_owed(kind.name, body, sender=sender, recipient=recipient, about=release.pk, by=by, reason=reason)


def take_recall(delivery: Delivery) -> None:
    """End the sight that a release gave, and let its app deal with what came.

    Raises:
        Refusal: the sender released nothing of that id to the recipient.
    """
    release = _of(delivery, owner=True)
    if release.recalled_at is not None:
        return
    release.recalled_at = max(timezone.now(), release.released_at)
    sql.update([release], ["recalled_at"])
    give_up(release.pk, pieces.RECALLED)
    sender, _recipient = delivery.organisations
    record(acts.RECALLED, subject_of(release), Actor(organisation=sender.id), delivery.reason)
    found = travel.how(release.kind)
    if found is not None:
        found.recalled(release)


def take_acknowledgement(delivery: Delivery) -> None:
    """Note that the recipient acknowledged a recall.

    Raises:
        Refusal: nothing of that id was released to the sender, or it was not recalled.
    """
    take_acknowledgements([delivery])


def take_acknowledgements(deliveries: Sequence[Delivery]) -> None:
    """Note of several recalls that their recipients acknowledged them.

    Raises:
        Refusal: of one of them nothing was released to the sender, or it was not recalled.
    """
    found = sql.find_locked(Release, {one.about for one in deliveries})
    fresh: dict[UUID, Entered] = {}
    for one in deliveries:
        release = _between(found.get(one.about), one, owner=False)
        if release.recalled_at is None:
            raise Refusal(NEVER_RELEASED)
        if release.acknowledged_at is None:
            release.acknowledged_at = timezone.now()
            sender, _recipient = one.organisations
            fresh[release.pk] = Entered(subject_of(release), Actor(organisation=sender.id), one.reason)
    sql.update([found[id] for id in fresh], ["acknowledged_at"])
    record_each(acts.ACKNOWLEDGED, list(fresh.values()))


def take_prolongation(delivery: Delivery) -> None:
    """Let the sight that a release gives last longer, within what this node allows.

    Raises:
        Refusal: the sender released nothing of that id to the recipient, it was recalled, or the end is none.
    """
    release = _of(delivery, owner=True)
    until = delivery.body.until
    if release.recalled_at is not None or until.tzinfo is None or until > timezone.now() + 2 * LONGEST:
        raise Refusal(NEVER_RELEASED)
    release.expires_at = max(release.expires_at, until)
    release.save(update_fields=["expires_at"])
    found = travel.how(release.kind)
    if found is not None:
        found.prolonged(release)
    sender, _recipient = delivery.organisations
    record(acts.PROLONGED, subject_of(release), Actor(organisation=sender.id), delivery.reason)


def _nothing_to_recall(row: Outgoing, receipt: Receipt) -> None:
    """Take a recall as acknowledged where the other node never took in what was recalled: it has nothing to destroy."""
    if receipt.result is Result.REFUSED and receipt.because == NEVER_RELEASED:
        found = Release.everywhere.filter(pk=row.about, acknowledged_at=None).exclude(recalled_at=None)
        found.update(acknowledged_at=timezone.now())


def _of(delivery: Delivery, *, owner: bool) -> Release:
    """Return the release that a message is about, locked."""
    return _between(sql.find(Release, delivery.about, locked=True), delivery, owner=owner)


def _between(found: Release | None, delivery: Delivery, *, owner: bool) -> Release:
    """Return a release that is between just the two organisations of a message, the sender its owner or recipient.

    Raises:
        Refusal: it is not, or there is none.
    """
    sender, recipient = delivery.organisations
    sides = (sender, recipient) if owner else (recipient, sender)
    if found is None or (found.owner_id, found.recipient_id) != tuple(one.pk for one in sides):
        raise Refusal(NEVER_RELEASED)
    found.owner, found.recipient = sides
    return found


RECALLED = Kind(
    "release.recalled",
    _("A recall"),
    {1: Nothing},
    take=take_recall,
    senders=ALL,
    recipients=ALL,
    owed=True,
    answered=_nothing_to_recall,
    together=True,
)
ACKNOWLEDGED = Kind(
    "release.acknowledged",
    _("A recall acknowledged"),
    {1: Nothing},
    take=take_acknowledgement,
    senders=ALL,
    recipients=ALL,
    owed=True,
    together=True,
    take_each=take_acknowledgements,
)
PROLONGED = Kind(
    "release.prolonged",
    _("A sight prolonged"),
    {1: Prolonged},
    take=take_prolongation,
    senders=ALL,
    recipients=ALL,
    owed=True,
    together=True,
)
