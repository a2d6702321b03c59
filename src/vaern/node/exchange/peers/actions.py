"""Meet a peer, confirm by voice whose it is, agree on what passes, suspend, go on, end. One transaction each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.exchange.base import closing, keys
from vaern.node.exchange.base.kinds import kinds
from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.actions import card_of
from vaern.node.exchange.outbox.streams import begin_stream, fresh_stream
from vaern.node.exchange.peers import acts, witnessing
from vaern.node.exchange.peers.directories import send_directory
from vaern.node.exchange.rules import peers as life
from vaern.node.exchange.rules.canonical import Malformed
from vaern.node.exchange.rules.identity import read_card, same_digits
from vaern.node.exchange.rules.peers import CONFIRMED, Event, State
from vaern.node.ledger.record import record
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Collection

    from vaern.node.ledger.rules import Act, Reason
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def meet(viewer: Viewer, reason: Reason, document: bytes) -> Peer:
    """Take the card of another node; nothing passes before its digits were compared by voice.

    Raises:
        Refusal: it is no card, our own, one of a node that is known, or made up where this node is not.
    """
    try:
        card = read_card(document)
    except Malformed as error:
        raise Refusal(_("This is no card of a node: %(problem)s.") % {"problem": error}) from error
    if card.name == keys.name():
        raise Refusal(_("This is this node’s own card: send it to the other, and paste here the one that they send."))
    if card.synthetic != settings.CONFIGURATION.synthetic:
        raise Refusal(
            _("One of the two nodes is a demonstration, in which everything is made up, and the other is not.")
        )
    peer = Peer.objects.select_for_update().filter(name=card.name).first()
    if peer is None:
        peer = Peer(name=card.name, stream=fresh_stream())
    elif State(peer.state) is State.MET:
        pass  # a second card before anything was confirmed replaces the first
    elif State(peer.state) is State.ENDED:
        peer.state = life.after(State.ENDED, Event.MEET_AGAIN).value
        begin_stream(peer, sends_again=False)  # it may be another node of that name
        peer.confirmed_at = peer.confirmed_by = None
    else:
        raise Conflict(_("%(node)s is a peer already: it tells its new keys by itself.") % {"node": card.name})
    assert viewer.person is not None  # a page, and no program, meets
    peer.our_key = keys.signing_keys()[0].verifier.id.hex()
    peer.card, peer.issued, peer.address, peer.met_by = document, card.issued, card.address, viewer.person
    peer.save()
    record(acts.MET, peer.subject, viewer.actor, reason)
    return peer


@transaction.atomic
def confirm(
    viewer: Viewer,
    reason: Reason,
    peer: Peer,
    heard: str,
    *,
    accepts: Collection[str],
    sends: Collection[str],
    countries: Collection[str],
) -> Peer:
    """Open the exchange with a peer whose digits somebody heard from its people.

    Args:
        viewer, reason: who, and why.
        peer: met before.
        heard: the 30 digits that a person of the other side read aloud.
        accepts, sends: kinds of message that pass from now on.
        countries: whose organisations it may list as its own.

    Raises:
        Refusal: the digits are others, or the peer is not one that was just met.
    """
    current = Peer.objects.select_for_update().get(pk=peer.pk)
    after = life.after(State(current.state), Event.CONFIRM)
    if not same_digits(heard, card_of(current)):
        raise Refusal(
            _(
                "These are not the digits of this card. Let them be read to you once more; if they stay different, the "
                "card is not theirs: do not go on, and tell them."
            ),
            field="heard",
        )
    current.state, current.confirmed_at, current.confirmed_by = after.value, timezone.now(), viewer.person
    _set_agreement(current, accepts, sends, countries)
    current.save()
    record(acts.CONFIRMED, current.subject, viewer.actor, reason)
    witnessing.follow(current, card_of(current))
    send_directory(current)
    return current


@transaction.atomic
def agree(
    viewer: Viewer,
    reason: Reason,
    peer: Peer,
    *,
    accepts: Collection[str],
    sends: Collection[str],
    countries: Collection[str],
) -> Peer:
    """Change what passes between this node and a peer; what has passed stays.

    Raises:
        Refusal: the peer was not confirmed, or was ended.
    """
    current = Peer.objects.select_for_update().get(pk=peer.pk)
    if State(current.state) not in CONFIRMED:
        raise Conflict(_("The exchange with this node is not open."))
    _set_agreement(current, accepts, sends, countries)
    current.save(update_fields=["accepts", "sends", "countries"])
    record(acts.AGREED, current.subject, viewer.actor, reason)
    closing.changed(current)
    return current


def suspend(viewer: Viewer, reason: Reason, peer: Peer) -> Peer:
    """Let nothing pass with a peer for now; what is written for it, and what it sends, waits."""
    return _move(viewer, reason, peer, Event.SUSPEND, acts.SUSPENDED)


def resume(viewer: Viewer, reason: Reason, peer: Peer) -> Peer:
    """Go on with a peer: what waited goes out in its order."""
    return _move(viewer, reason, peer, Event.RESUME, acts.RESUMED)


@transaction.atomic
def end(viewer: Viewer, reason: Reason, peer: Peer) -> Peer:
    """End the exchange with a peer: its keys are worth nothing from now on, and its organisations are closed here.

    What waited for it stays and is shown: a recall that it never acknowledged is overdue for good.
    """
    current = _move(viewer, reason, peer, Event.END, acts.ENDED)
    Organisation.all_nodes.filter(node=current.name, active=True).update(active=False)
    witnessing.leave(current)
    return current


@transaction.atomic
def _move(viewer: Viewer, reason: Reason, peer: Peer, event: Event, act: Act) -> Peer:
    current = Peer.objects.select_for_update().get(pk=peer.pk)
    current.state, current.because = life.after(State(current.state), event).value, reason.words[:400]
    current.save(update_fields=["state", "because"])
    record(act, current.subject, viewer.actor, reason)
    if State(current.state) is not State.ACTIVE:
        closing.changed(current)
    return current


def _set_agreement(peer: Peer, accepts: Collection[str], sends: Collection[str], countries: Collection[str]) -> None:
    """Store what was agreed.

    Raises:
        Refusal: one of the kinds is not known here.
    """
    known = {name for name, kind in kinds().items() if kind.by_agreement}
    if not {*accepts, *sends} <= known:
        raise Refusal(_("One of the kinds of message is not known to this node."))
    peer.accepts, peer.sends, peer.countries = sorted(set(accepts)), sorted(set(sends)), sorted(set(countries))
