"""The kinds of message about lists, as the exchange knows them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.exchange.base.kinds import Kind
from vaern.node.lists.across import following, messages, telling
from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody

KEEP = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.HASHLIST_RELEASE))
RECEIVE = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.HASHLIST_VIEW))
"""The kinds of organisation that release lists, and that receive them."""

RELEASED = Kind(
    telling.RELEASED,
    _("A list released"),
    {1: messages.Released},
    take=following.take_notice,
    senders=KEEP,
    recipients=RECEIVE,
    says=_("A hash list is released, and its recipients hear at once of each newer signed release and of each recall."),
)
RECALLED = Kind(
    telling.RECALLED,
    _("Entries of a list recalled"),
    {1: messages.Recalled},
    take=following.take_recall,
    senders=KEEP,
    recipients=RECEIVE,
    answered=telling.told,
    owed=True,
)
ACKNOWLEDGED = Kind(
    telling.ACKNOWLEDGED,
    _("A release or a recall of a list acknowledged"),
    {1: messages.Acknowledged},
    take=telling.take_acknowledgement,
    senders=RECEIVE,
    recipients=KEEP,
    owed=True,
)
