"""Say something to the other side of a meeting, through the hub that carries it and reads nothing of it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import msgspec

from vaern.node.base.sealing import unseal_bytes
from vaern.node.crosscheck.elsewhere import acts
from vaern.node.crosscheck.models import Elsewhere
from vaern.node.crosscheck.models.hub import CHANNEL
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.hub_messages import PASSED, Introduction, KeptIntroduction, Passed, Said, Standing
from vaern.node.crosscheck.rules.registry import State, Update
from vaern.node.exchange.base import keys
from vaern.node.exchange.models import Peer
from vaern.node.exchange.outbox.actions import card_of, send_of_node
from vaern.node.exchange.rules.canonical import Malformed, signed, verified
from vaern.node.exchange.rules.peers import CONFIRMED
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from vaern.node.crosscheck.models import Enrolment, Meeting
    from vaern.node.organisations.models import Organisation

INTRODUCTION = "application/vnd.vaern.introduction+json"
_WHY = Reason(Why.INVESTIGATION)


def say(meeting: Meeting, said: Said) -> None:
    """Say something to the other side of a meeting, if that is on another node and the hub still carries."""
    found = Elsewhere.objects.select_related("mine__hub").filter(meeting=meeting).first()
    if found is None or found.mine.hub.state not in {one.value for one in CONFIRMED}:
        return
    sealed = rules.seal(unseal_bytes(found.channel, CHANNEL), msgspec.json.encode(said), found.mine.record)
    body = Passed(found.at_hub, base64.b64encode(sealed).decode())
    send_of_node(PASSED, body, found.mine.hub, about=found.at_hub)


def heard(found: Elsewhere, body: Passed) -> Said | None:
    """Return what the other side said; None if it was not that side that said it."""
    try:
        sealed = base64.b64decode(body.sealed, validate=True)
    except ValueError:
        return None
    data = rules.opened(unseal_bytes(found.channel, CHANNEL), sealed, found.theirs)
    if data is None:
        return None
    try:
        return msgspec.json.decode(data, type=Said)
    except msgspec.MsgspecError:
        return None


def say_standing(enrolment: Enrolment, update: Update | None = None, *, only: Meeting | None = None) -> int:
    """Say how the work on a record stands to each side elsewhere that met it, or to one; return to how many."""
    rows = Elsewhere.objects.select_for_update(of=("self",)).filter(meeting__one=enrolment).select_related("meeting")
    told = list(rows if only is None else rows.filter(meeting=only))
    for found in told:
        found.said += 1
        found.save(update_fields=["said"])
        say(found.meeting, Standing(number=found.said, state=State(enrolment.state), update=update))
    if told:
        write(acts.SAID, enrolment.subject, NODE, _WHY, count=len(told))
    return len(told)


def introduce(meeting: Meeting, reveal: object, organisation: Organisation, contact: str) -> str:
    """Return who an organisation of this node is, for the other side of a meeting: signed, so that none can pose."""
    found = Elsewhere.objects.get(meeting=meeting)
    one = Introduction(
        meeting=found.at_hub,
        reveal=reveal,  # type: ignore[arg-type]
        node=keys.name(),
        organisation=organisation.id,
        name=organisation.name[:200],
        kind=organisation.kind,
        country=organisation.member.code if organisation.member else "",
        contact=contact,
    )
    return signed(one, INTRODUCTION, keys.signing_keys()[0]).decode()


def introduced(found: Elsewhere, reveal: object, document: str) -> KeptIntroduction | None:
    """Return who the other side says that it is, and whether its node is a peer that signed it; None if it poses.

    Of a node that is no peer nothing can be checked: people read that, and ask by voice.
    """
    try:
        said = msgspec.json.decode(_payload(document), type=Introduction)
    except (msgspec.MsgspecError, ValueError):
        return None
    if (said.meeting, said.reveal) != (found.at_hub, reveal) or said.node == keys.name():
        return None
    peer = Peer.objects.filter(name=said.node, state__in=[one.value for one in CONFIRMED]).first()
    if peer is None:
        return KeptIntroduction(introduction=said, checked=False)
    try:
        said = verified(document.encode(), INTRODUCTION, card_of(peer).keys(), Introduction)
    except Malformed:
        return None
    return KeptIntroduction(introduction=said, checked=True)


class _Signed(msgspec.Struct):
    """As much of a signed document as says which node's keys to look for."""

    payload: str


def _payload(document: str) -> bytes:
    return base64.b64decode(msgspec.json.decode(document, type=_Signed).payload)
