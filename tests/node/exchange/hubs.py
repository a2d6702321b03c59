"""Three nodes of which one is a hub for the other two, and records that hold the same."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from tests.node.crosscheck.factories import make_record
from tests.node.exchange import nodes
from tests.node.exchange.nodes import REASON, Line, Node
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.arrivals.jobs import catch_up
from vaern.node.crosscheck.base.keys import Key, key_of
from vaern.node.crosscheck.elsewhere import secrets
from vaern.node.crosscheck.models import Enrolment, Meeting
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules.hub_messages import ENROLLED, SECRET
from vaern.node.exchange.models import Peer
from vaern.node.exchange.peers import actions as peers
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan

NORTHLAND, SOUTHLAND = "QM", "QN"
MAIL = "lantern.grove@example.org"


def file_key(n: int = 1) -> Key:
    """The key of a file that nobody has, as this node keys it."""
    return key_of("sha256", hashlib.sha256(f"synthetic {n}".encode()).digest())


def mail_key(address: str = MAIL) -> Key:
    """The key of a mail address, as this node keys it."""
    return key_of("email", address)


@dataclass
class Side:
    """A member's node, with a police desk that works there."""

    node: Node
    viewer: Viewer
    records: list[Scan] = field(default_factory=list)

    def enrol(self, *make_keys: Any) -> Scan:
        """Register a record with the keys that functions make."""
        with self.node.on(), transaction.atomic():
            record = make_record(self.viewer.organisation)
            registry.register_keys(record, [make() for make in make_keys])
        self.records.append(record)
        return record

    def meetings(self) -> list[Meeting]:
        """The meetings of this side with records elsewhere."""
        with self.node.on():
            found = Meeting.everywhere.filter(other=None).select_related("elsewhere", "one__organisation")
            return list(found.order_by("met_at"))

    def meeting(self) -> Meeting:
        """The only one."""
        (found,) = self.meetings()
        return found

    def enrolment(self) -> Enrolment:
        """Of the first record."""
        with self.node.on():
            found: Enrolment = Enrolment.everywhere.get(record=self.records[0].pk)
            return found

    def do(self, act: Any, *args: Any, **more: Any) -> Any:
        """Do something as the desk."""
        with self.node.on(), viewing(self.viewer.organisation.id):
            return act(self.viewer, REASON_OF_WORK, *args, **more)


REASON_OF_WORK = REASON


@dataclass
class Trio:
    """North and south are members, east is the hub; north and south are peers."""

    north: Side
    south: Side
    hub: Node
    line: Line

    def rest(self) -> None:
        """Let everything pass."""
        north, south = self.north.node, self.south.node
        self.line.settle((north, self.hub), (south, self.hub), (north, south))

    def clock(self) -> None:
        """Let a minute pass on each node, and everything that follows."""
        for node in (self.north.node, self.south.node, self.hub):
            with node.on():
                catch_up()
        self.rest()

    def meet(self) -> None:
        """Let a record of each hold the same mail address."""
        self.north.enrol(mail_key)
        self.south.enrol(mail_key)
        self.rest()


def side(node: Node, country: str) -> Side:
    """Make a police desk on a node."""
    with node.on():
        desk = make_organisation(OrganisationKind.POLICE, member=make_member(country))
        return Side(node, viewer_for(make_person(Role.INVESTIGATOR, desk)))


def agree(node: Node, other: Node, *, accepts: list[str], sends: list[str]) -> None:
    """Change what passes between two nodes, on one of them."""
    with node.on():
        peer = node.peer(other)
        peers.agree(node.administrator, REASON, peer, accepts=accepts, sends=sends, countries=peer.countries)


def trio(north: Node, south: Node, hub: Node, *, secret: bool = True) -> Trio:
    """Let two nodes be members of a hub, and share the key."""
    sides = side(north, NORTHLAND), side(south, SOUTHLAND)
    with hub.on():
        make_member(NORTHLAND)
        make_member(SOUTHLAND)
    for node, country in ((north, SOUTHLAND), (south, NORTHLAND)):
        with node.on():
            make_member(country)
    nodes.introduce(north, south, [SECRET], {north.name: [NORTHLAND], south.name: [SOUTHLAND]})
    for node, country in ((north, NORTHLAND), (south, SOUTHLAND)):
        nodes.introduce(node, hub, [], {node.name: [country]})
        agree(node, hub, accepts=[], sends=[ENROLLED])
        agree(hub, node, accepts=[ENROLLED], sends=[])
    found = Trio(*sides, hub, Line(north, south, hub))
    found.rest()
    if secret:
        with north.on():
            secrets.make(north.administrator, REASON)
        found.rest()
    return found


def names() -> list[str]:
    """How the three are called."""
    return ["north.example", "south.example", "hub.example"]


def hub_peer(node: Node) -> Peer:
    """The hub as a member has it; inside `on`."""
    found: Peer = Peer.objects.get(sends__contains=[ENROLLED])
    return found
