"""What pages read of this node in the exchange, its peers, and what passes or waits; never what a message says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils import timezone

from vaern.node.exchange.base import keys
from vaern.node.exchange.models import Incoming, Outgoing, Peer
from vaern.node.exchange.models.inbox import OPEN, Kept
from vaern.node.exchange.outbox.actions import card_of
from vaern.node.exchange.peers import acts
from vaern.node.exchange.peers.cards import own_card
from vaern.node.exchange.rules.identity import believed, fingerprint
from vaern.node.exchange.rules.peers import CONFIRMED, State
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from vaern.node.exchange.rules.identity import Card
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

NEWEST = 50
"""Messages each way that the page of a peer shows, and as many that wait."""

SILENCE = timedelta(hours=1)
"""After so long an administrator is told that a peer does not answer."""

OLD_KEYS = timedelta(days=365)

NOT_CALLED = timedelta(minutes=5)
"""A peer that should be called every minute and was not for so long says that the courier is gone."""


@dataclass(frozen=True)
class Own:
    """This node, as others see it.

    Attributes:
        name: by which it is called in the exchange.
        digits: 30 of them, in six groups.
        card: signed.
        keys: id of each signing key and when it was made, the newest first.
        untold: names of peers that do not know the newest key yet.
    """

    name: str
    digits: tuple[str, ...]
    card: bytes
    keys: list[tuple[str, datetime]]
    untold: list[str]


@dataclass(frozen=True)
class Load:
    """What is between this node and a peer.

    Attributes:
        waiting, since: messages that it does not have, and when the oldest of them was written.
        untaken: messages that it keeps and has not taken in or refused.
        waits: messages of it that are not taken in here.
        set_aside: messages of it that were set aside here.
    """

    waiting: int = 0
    since: datetime | None = None
    untaken: int = 0
    waits: int = 0
    set_aside: int = 0


@dataclass(frozen=True)
class Passed:
    """What the page of a peer shows of it.

    Attributes:
        load: how much waits.
        card: the one that is believed.
        organisations: of it, that are open here.
        out_waiting, in_waiting: what waits, the oldest first.
        out, came: the newest messages, the newest first.
        names: of the organisations that they name.
    """

    load: Load
    card: Card
    organisations: int
    out_waiting: list[Outgoing]
    in_waiting: list[Incoming]
    out: list[Outgoing]
    came: list[Incoming]
    names: Mapping[UUID, str]


@dataclass(frozen=True)
class Numbers:
    """The exchange in numbers, for those who watch the node.

    Attributes:
        peers: with which the exchange is open.
        failing: of these, those to which calls fail.
        waiting: messages that their peers do not have, and how many seconds the oldest of them has waited.
        set_aside: messages that wait for an administrator here.
    """

    peers: int
    failing: int
    waiting: int
    seconds: float
    set_aside: int


def own(_viewer: Viewer) -> Own:
    """Return this node as others see it."""
    card = own_card()
    ages = keys.ages()
    others = Peer.objects.filter(state__in=CONFIRMED)
    untold = others.exclude(our_key__in=["", ages[0][0]]) if len(ages) > 1 else others.none()
    names = list(untold.order_by("name").values_list("name", flat=True))
    return Own(keys.name(), digits_of(card), card, ages, names)


def digits_of(card: bytes) -> tuple[str, ...]:
    """Return the digits of a card in their groups."""
    return tuple(fingerprint(believed(card)).split())


def peers(_viewer: Viewer) -> list[tuple[Peer, Load]]:
    """Return the peers with what is between them and this node, those first with which something passes."""
    order = {state.value: place for place, state in enumerate((State.MET, State.ACTIVE, State.SUSPENDED, State.ENDED))}
    found = sorted(Peer.objects.all(), key=lambda peer: (order[peer.state], peer.name))
    loads = loads_of(found)
    return [(peer, loads[peer.pk]) for peer in found]


def peer(_viewer: Viewer, id: UUID) -> Peer | None:
    """Return a peer."""
    return Peer.objects.select_related("met_by", "confirmed_by").filter(pk=id).first()


def incoming(_viewer: Viewer, id: int) -> Incoming | None:
    """Return a message of a peer."""
    return Incoming.objects.select_related("peer").filter(pk=id).first()


def loads_of(found: Iterable[Peer]) -> dict[UUID, Load]:
    """Return what is between this node and each of these peers, in two queries."""
    ids = [one.pk for one in found]
    out = (
        Outgoing.objects.filter(peer__in=ids, settled_at=None)
        .values("peer")
        .annotate(
            waiting=Count("pk", filter=Q(received_at=None)),
            since=Min("made_at", filter=Q(received_at=None)),
            untaken=Count("pk", filter=Q(received_at__isnull=False)),
        )
    )
    came = (
        Incoming.objects.filter(peer__in=ids, state__in=sorted(OPEN))
        .values("peer")
        .annotate(
            waits=Count("pk", filter=~Q(state=Kept.SET_ASIDE)),
            set_aside=Count("pk", filter=Q(state=Kept.SET_ASIDE)),
        )
    )
    found_out: dict[UUID, Any] = {row["peer"]: row for row in out}
    found_in: dict[UUID, Any] = {row["peer"]: row for row in came}
    both = {id: {**found_out.get(id, {}), **found_in.get(id, {})} for id in ids}
    return {id: Load(**{name: value for name, value in both[id].items() if name != "peer"}) for id in ids}


@transaction.atomic
def consult(viewer: Viewer, reason: Reason, peer: Peer) -> Passed:
    """Return what passes between this node and a peer, and record that somebody looked."""
    out = Outgoing.objects.filter(peer=peer).select_related("sender", "recipient")
    came = Incoming.objects.filter(peer=peer)
    newest = list(came.order_by("-stream", "-sequence")[:NEWEST])
    waiting = list(came.filter(state__in=sorted(OPEN)).order_by("stream", "sequence")[:NEWEST])
    found = Passed(
        load=loads_of([peer])[peer.pk],
        card=card_of(peer),
        organisations=Organisation.all_nodes.filter(node=peer.name, active=True).count(),
        out_waiting=list(out.filter(settled_at=None).order_by("made_at", "id")[:NEWEST]),
        in_waiting=waiting,
        out=list(out.order_by("-id")[:NEWEST]),
        came=newest,
        names=_names([*newest, *waiting]),
    )
    record(acts.LOOKED, peer.subject, viewer.actor, reason)
    return found


@transaction.atomic
def consult_message(viewer: Viewer, reason: Reason, row: Incoming) -> Mapping[UUID, str]:
    """Return the names of whom a message names, and record that somebody looked at its facts."""
    record(acts.LOOKED, row.peer.subject, viewer.actor, reason, details=str(row.message or ""))
    return _names([row])


def _names(rows: Iterable[Incoming]) -> dict[UUID, str]:
    ids = {id for row in rows for id in (row.sender, row.recipient) if id is not None}
    return dict(Organisation.all_nodes.filter(pk__in=ids).values_list("pk", "name"))


# What waits for administrators, and for those who watch the node ------------------------------------------------------


def unconfirmed(_viewer: Viewer) -> list[Peer]:
    """Return the peers that were met and are not confirmed."""
    return list(Peer.objects.filter(state=State.MET.value).order_by("created_at"))


def silent(_viewer: Viewer, now: datetime | None = None) -> list[Peer]:
    """Return the peers with which the exchange is open and of which nothing has come for an hour."""
    since = (now or timezone.now()) - SILENCE
    nothing = Q(answered_at__lt=since) | Q(answered_at=None, confirmed_at__lt=since)
    return list(Peer.objects.filter(nothing, state=State.ACTIVE.value).order_by("answered_at", "name"))


def with_set_aside(_viewer: Viewer) -> list[tuple[Peer, int, datetime]]:
    """Return the peers of which messages were set aside, how many, and since when the first of them waits."""
    rows = Incoming.objects.filter(state=Kept.SET_ASIDE.value).values("peer")
    counted = {row["peer"]: row for row in rows.annotate(count=Count("pk"), since=Min("done_at"))}
    return [
        (peer, counted[peer.pk]["count"], counted[peer.pk]["since"])
        for peer in Peer.objects.filter(pk__in=counted).order_by("name")
    ]


def old_key(_viewer: Viewer, now: datetime | None = None) -> datetime | None:
    """Return when the newest key was made, if that is more than a year ago and there are peers."""
    if not Peer.objects.exclude(state=State.ENDED.value).exists():
        return None
    made = keys.ages()[0][1]
    return made if (now or timezone.now()) - made > OLD_KEYS else None


def numbers() -> Numbers:
    """Return the exchange in numbers."""
    active = Peer.objects.filter(state=State.ACTIVE.value)
    rows = Outgoing.objects.filter(peer__state=State.ACTIVE.value, settled_at=None, received_at=None)
    waiting = rows.aggregate(count=Count("pk"), since=Min("made_at"))
    since = waiting["since"]
    return Numbers(
        peers=active.count(),
        failing=active.exclude(failing_since=None).count(),
        waiting=waiting["count"],
        seconds=0.0 if since is None else max(0.0, (timezone.now() - since).total_seconds()),
        set_aside=Incoming.objects.filter(state=Kept.SET_ASIDE.value).count(),
    )


def is_carried(now: datetime | None = None) -> bool:
    """Whether every peer that this node calls was called within five minutes: the courier works."""
    since = (now or timezone.now()) - NOT_CALLED
    late = Q(tried_at__lt=since) | Q(tried_at=None, confirmed_at__lt=since)
    called = Peer.objects.filter(state=State.ACTIVE.value).exclude(address="")
    return not called.filter(late).exists()
