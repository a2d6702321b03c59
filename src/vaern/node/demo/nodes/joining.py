"""How the three nodes become peers: cards both ways, digits read by voice, one agreement. As two administrators do."""

from __future__ import annotations

import base64

from vaern.node.crosscheck.rules.hub_messages import ENROLLED, SECRET
from vaern.node.demo.alliance import BODIES, JOINS
from vaern.node.demo.nodes.cast import runs_node
from vaern.node.exchange.base.kinds import kinds
from vaern.node.exchange.models import Peer
from vaern.node.exchange.peers import actions
from vaern.node.exchange.peers.cards import own_card
from vaern.node.exchange.rules.identity import fingerprint, read_card
from vaern.node.organisations.models import Organisation


def card() -> dict[str, str]:
    """Return this node's card, and the digits that its administrator reads aloud."""
    document = own_card()
    found = read_card(document)
    return {"name": found.name, "card": base64.b64encode(document).decode(), "digits": fingerprint(found)}


def meet(card: str) -> None:
    """Take the card of another node."""
    document = base64.b64decode(card)
    if not Peer.objects.filter(name=read_card(document).name).exists():
        actions.meet(runs_node(), JOINS, document)


def confirm(name: str, digits: str, countries: list[str], *, from_hub: bool, to_hub: bool) -> None:
    """Open the exchange with a node whose digits were heard.

    Everything that organisations send passes. Of what nodes say themselves, the members' key passes between countries,
    and keyed values from a country to the hub: whoever is sent these is a hub by that.
    """
    peer = Peer.objects.get(name=name)
    if peer.confirmed_at is not None:
        return
    always = {one for one, kind in kinds().items() if kind.by_agreement} - {ENROLLED, SECRET}
    sends = always | ({ENROLLED} if to_hub else set() if from_hub else {SECRET})
    accepts = always | ({ENROLLED} if from_hub else set() if to_hub else {SECRET})
    actions.confirm(runs_node(), JOINS, peer, digits, accepts=accepts, sends=sends, countries=countries)


def joined(hosts: list[str]) -> bool:
    """Whether the organisations of the others have come."""
    names = [body.name for body in BODIES if body.host in hosts]
    return Organisation.all_nodes.exclude(node="").filter(name__in=names, active=True).count() == len(names)
