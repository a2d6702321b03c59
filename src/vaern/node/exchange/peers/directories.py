"""Lists of organisations: ours to the peers, and theirs into the directory here, where they are only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sql import lock
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.models import Outgoing, Peer
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.exchange.outbox.queries import newest_body
from vaern.node.exchange.peers import acts
from vaern.node.exchange.rules.directory import MOST_ORGANISATIONS, Directory, Listed, judge, name_for
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import Member, Organisation
from vaern.node.organisations.rules import OrganisationKind, Regime

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

OLDER_LIST = "older_list"

LOCK = 0x64_69_72_65
"""A PostgreSQL advisory lock ("dire"): of two peers that list one name at once, the second's gets its node behind."""


def own_directory() -> Directory:
    """Return the open organisations of this node, as the peers get them."""
    rows = Organisation.objects.filter(active=True).select_related("member").order_by("name")
    return Directory(
        number=int(timezone.now().timestamp() * 1000),
        organisations=[
            Listed(
                id=row.id,
                name=row.name,
                kind=OrganisationKind(row.kind),
                regime=Regime(row.regime),
                country=row.member.code if row.member else "",
            )
            for row in rows[:MOST_ORGANISATIONS]
        ],
    )


@transaction.atomic
def send_directory(peer: Peer) -> Outgoing:
    """Send a peer our list."""
    listed, last = own_directory(), newest_body(peer, DIRECTORY_KIND.name, Directory)
    if last is not None and last.number >= listed.number:  # a clock that was put back
        listed = msgspec.structs.replace(listed, number=last.number + 1)
    sent = send_of_node(DIRECTORY_KIND.name, listed, peer)
    record(acts.DIRECTORY_SENT, peer.subject, NODE, Reason(Why.ADMINISTRATION), count=len(listed.organisations))
    return sent


def send_changed_directories() -> int:
    """Send our list to every peer that has another; return to how many."""
    sent = 0
    now = msgspec.structs.replace(own_directory(), number=1)
    for peer in Peer.objects.filter(state=State.ACTIVE.value):
        last = newest_body(peer, DIRECTORY_KIND.name, Directory)
        if last is None or msgspec.structs.replace(last, number=1) != now:
            send_directory(peer)
            sent += 1
    return sent


def take_directory(delivery: Delivery) -> None:
    """Bring the peer's organisations up to date by its list.

    Raises:
        Refusal: the list is older than the one that was taken.
    """
    lock(LOCK)
    peer = Peer.objects.select_for_update().get(pk=delivery.peer.pk)
    directory: Directory = delivery.body
    if directory.number <= peer.directory:
        raise Refusal(OLDER_LIST)
    ids = [one.id for one in directory.organisations]
    nodes = dict(Organisation.all_nodes.filter(pk__in=ids).values_list("pk", "node"))
    members = {member.code: member for member in Member.objects.all()}
    judged = judge(directory, peer.name, nodes=nodes, countries=peer.countries, known=members)
    for one in judged.taken:
        _enter(one, peer.name, members.get(one.country))
    _close_others(peer.name, (one.id for one in judged.taken))
    peer.directory = directory.number
    peer.save(update_fields=["directory"])
    record(
        acts.DIRECTORY_TAKEN,
        peer.subject,
        NODE,
        Reason(Why.ADMINISTRATION),
        count=len(judged.taken),
        details=" ".join(f"{id}:{why}" for id, why in sorted(judged.left_out.items())[:40]),
    )


def _enter(listed: Listed, node: str, member: Member | None) -> None:
    names = [name_for(listed, node, ()), name_for(listed, node, (listed.name,))]
    others = Organisation.all_nodes.exclude(pk=listed.id).filter(name__in=names)
    name = name_for(listed, node, list(others.values_list("name", flat=True)))
    Organisation.all_nodes.update_or_create(
        pk=listed.id,
        defaults={
            "name": name,
            "kind": listed.kind.value,
            "regime": listed.regime.value,
            "member": member,
            "node": node,
            "active": True,
        },
    )


def _close_others(node: str, listed: Iterable[UUID]) -> None:
    Organisation.all_nodes.filter(node=node, active=True).exclude(pk__in=list(listed)).update(active=False)


DIRECTORY_KIND = Kind("exchange.directory", _("A node’s list of organisations"), {1: Directory}, take=take_directory)
