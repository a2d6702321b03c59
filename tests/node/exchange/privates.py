"""Two organisations of two nodes that compare what they hold, with values that some of them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

from django.db import transaction
from django.db.models import Q
from tests.node.crosscheck.factories import make_record
from tests.node.crosscheck.intersection.sides import keys
from tests.node.exchange import nodes
from tests.node.exchange.nodes import REASON, Line, Node
from tests.node.factories import make_member, make_organisation, make_person, viewer_for

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.intersection import actions, outlook, queries, readings
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.registry.actions import register_keys
from vaern.node.crosscheck.rules.intersection_bodies import ON, pair_id
from vaern.node.exchange.models import Incoming
from vaern.node.exchange.outbox.actions import send
from vaern.node.exchange.pieces import leaving
from vaern.node.exchange.rules.pieces import manifest_of
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Collection

    import msgspec

    from vaern.node.crosscheck.rules.intersection import Bar
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.scans.models import Scan

NORTHLAND, SOUTHLAND = "QM", "QN"
PRIVATE = "crosscheck.private."


@dataclass
class Side:
    """One organisation on its node, with a person who asks and an administrator who switches."""

    node: Node
    organisation: Organisation
    viewer: Viewer
    keeper: Viewer

    def holds(self, *numbers: int) -> Scan:
        """Register a record with as many values."""
        with self.node.on(), transaction.atomic():
            record = make_record(self.organisation)
            register_keys(record, keys(*numbers))
            return record

    def switches(self, other: Side, *, on: bool) -> None:
        """Switch it on or off with the other side."""
        with self.node.on(), viewing(self.organisation.id):
            there = self.node.organisation(other.organisation)
            actions.switch(self.keeper, REASON, there, on=on)

    def pair(self) -> ComparisonPair:
        """Its only pair, as this node has it."""
        mine = Q(one=self.organisation) | Q(other=self.organisation)
        with self.node.on():
            found: ComparisonPair = ComparisonPair.everywhere.select_related("one", "other").get(mine)
        return found

    def bar(self) -> Bar | None:
        """Why this side cannot ask now."""
        pair = self.pair()
        with self.node.on():
            return outlook.of(pair, self.organisation, nodes.now()).bar

    def night(self) -> None:
        """Let a night pass on this node."""
        with self.node.on():
            actions.nightly()

    def asks(self) -> ComparisonRun:
        """Ask the other side."""
        return self.do(actions.ask, self.pair())  # type: ignore[no-any-return]

    def do(self, act: Any, *given: Any) -> Any:
        """Do something as the person who asks."""
        with self.node.on(), viewing(self.organisation.id):
            return act(self.viewer, REASON, *given)

    def runs(self) -> list[ComparisonRun]:
        """The questions, as this node has them."""
        mine = Q(asking=self.organisation) | Q(asked=self.organisation)
        with self.node.on():
            found = ComparisonRun.everywhere.select_related("asking", "asked", "pair__one", "pair__other")
            return list(found.filter(mine).order_by("asked_at"))

    def run(self) -> ComparisonRun:
        """The only question, as this node has it."""
        (found,) = self.runs()
        return found

    def sees(self) -> set[Any] | None:
        """Which own records are in common, by the page of the only question."""
        with self.node.on(), viewing(self.organisation.id):
            found = queries.find_run(self.viewer, self.run().pk)
            assert found is not None
            subjects = readings.own_records(self.viewer, found)
        return None if subjects is None else {one.id for one in subjects}

    def acts(self) -> list[str]:
        """What this node's account says of it."""
        with self.node.on():
            found = Entry.objects.filter(owner=self.organisation.id, act__startswith=PRIVATE).order_by("pk")
            return [act.removeprefix(PRIVATE) for act in found.values_list("act", flat=True)]

    def refused(self) -> list[str]:
        """Why messages that came were refused."""
        with self.node.on():
            found = Incoming.objects.filter(state="refused").order_by("stream", "sequence")
            return list(found.values_list("because", flat=True))

    def says(self, other: Side, kind: str, body: msgspec.Struct, file: bytes | None = None, **more: Any) -> None:
        """Say to the other node whatever one likes, as a program that was changed would."""
        about = pair_id(self.organisation.id, other.organisation.id)
        with (
            self.node.on(),
            transaction.atomic(),
            mock.patch.object(leaving, "manifest", lambda _kind, data: manifest_of(data)),
        ):
            there = self.node.organisation(other.organisation)
            given = {"sender": self.organisation, "recipient": there, "about": about} | more
            send(kind, body, by=NODE, reason=REASON, file=file, **given)


@dataclass
class Two:
    """The north asks, the south holds; each could do either."""

    north: Side
    south: Side
    line: Line

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north.node, self.south.node))

    def switch_on(self) -> None:
        """Switch it on for both, and let the night pass."""
        self.north.switches(self.south, on=True)
        self.south.switches(self.north, on=True)
        self.rest()
        self.nights()

    def nights(self) -> None:
        """Let the night pass on both, and what follows."""
        self.south.night()
        self.north.night()
        self.rest()

    def counted(self) -> ComparisonRun:
        """Ask, and let the number come."""
        self.north.asks()
        self.rest()
        return self.north.run()


def side(node: Node, country: str, kind: OrganisationKind = OrganisationKind.POLICE) -> Side:
    """Make an organisation on a node."""
    with node.on():
        made = make_organisation(kind, member=make_member(country))
        asks, keeps = make_person(Role.INVESTIGATOR, made), make_person(Role.ADMINISTRATOR, made)
        return Side(node, made, viewer_for(asks), viewer_for(keeps))


def sides(north: Node, south: Node, line: Line) -> Two:
    """Make an organisation on each of two nodes."""
    return Two(side(north, NORTHLAND), side(south, SOUTHLAND), line)


def two(north: Node, south: Node, line: Line, passes: Collection[str] = (ON,)) -> Two:
    """Let two nodes be peers that compare."""
    found = sides(north, south, line)
    for node, country in ((north, SOUTHLAND), (south, NORTHLAND)):
        with node.on():
            make_member(country)
    nodes.introduce(north, south, list(passes), {north.name: [NORTHLAND], south.name: [SOUTHLAND]})
    found.rest()
    return found


def ready(north: Node, south: Node, line: Line, asked: int = 150, first: int = 110, held: int = 200) -> Two:
    """Two that have it on, with their tags: by default 40 of 150 values are among 200."""
    found = two(north, south, line)
    found.north.holds(*range(asked))
    found.south.holds(*range(first, first + held))
    found.switch_on()
    return found
