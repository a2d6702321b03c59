"""Two countries with a node each: a desk of the north has a series of a child who lives in the south."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.nodes import taken_of
from tests.node.factories import make_member, terms, viewer_for
from tests.node.factories import make_person as person
from tests.node.victims.factories import FINDING, add_file, make_desk, make_series

from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import Role
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.models import Dissemination, Series
from vaern.node.victims.rules.clues import Circle, ClueKind
from vaern.node.victims.sharing import actions, outcomes

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

NORTHLAND, SOUTHLAND = "QM", "QN"
PASSES = ["series.disseminated", "series.changed", "series.known_asked"]


@dataclass
class World:
    """A desk in the north with a series, and three in the south, of which one has series of its own.

    Attributes:
        ada: works in the north; tem and uma: at two desks of the south; lin: at a third desk there.
        series: of the north; same: of lin's desk, with a file of it; other: of lin's desk, with none.
    """

    north: Node
    south: Node
    line: Line
    ada: Viewer
    tem: Viewer
    uma: Viewer
    lin: Viewer
    series: Series
    same: Series
    other: Series

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def disseminate(self, *to: Viewer) -> list[Dissemination]:
        """Take the series to desks of the south, and let it arrive."""
        with self.north.on(), viewing(self.ada.organisation.id):
            current = self.now()
            if current.state == "new":
                outcomes.analyse(self.ada, FINDING, current)
                words = "a round socket with a pin"
                where = {"countries": [SOUTHLAND], "circle": Circle.RECIPIENTS}
                clues.add(self.ada, FINDING, current, ClueKind.SOCKET, words, **where)  # type: ignore[arg-type]
                clues.add(self.ada, FINDING, current, ClueKind.OBJECT, "what only we know")
            if current.country is None:
                clues.propose(self.ada, FINDING, self.now(), SOUTHLAND)
            until = timezone.now() + timedelta(days=90)
            ids = [one.organisation.id for one in to or (self.tem,)]
            made = actions.disseminate(self.ada, FINDING, self.now(), ids, terms(Handling.RED, until))
        self.rest()
        return made

    def now(self) -> Series:
        """The series in the north as it is; inside `on`, or not."""
        with self.north.on():
            found: Series = Series.everywhere.select_related("organisation", "accepted_by").get(pk=self.series.pk)
        return found

    def copy(self, of: Viewer | None = None) -> Series | None:
        """The copy that a desk of the south has."""
        with self.south.on():
            who = (of or self.tem).organisation
            own = Dissemination.everywhere.filter(recipient=who).select_related("series__organisation").last()
            return own.series if own else None

    def sent(self, to: Viewer | None = None) -> Dissemination:
        """The dissemination as the north has it."""
        with self.north.on():
            rows = Dissemination.everywhere.select_related("release").filter(recipient=(to or self.tem).organisation.pk)
            found: Dissemination = rows.order_by("sent_at").last()
        return found

    def received(self, by: Viewer | None = None) -> Dissemination:
        """The dissemination as the south has it."""
        with self.south.on():
            rows = Dissemination.everywhere.select_related("release", "series__organisation", "organisation")
            found: Dissemination = rows.filter(recipient=(by or self.tem).organisation).last()
        return found

    def accept(self, by: Viewer | None = None, *, rest: bool = True) -> None:
        """Let a desk of the south accept."""
        who = by or self.tem
        with self.south.on(), viewing(who.organisation.id):
            actions.accept(who, FINDING, self.received(who))
        if rest:
            self.rest()

    def forged(self, kind: str, body: Any, sender: Organisation, about: object) -> str:
        """Let the south send what its pages would not, and return what the north says of it."""
        with self.south.on():
            send_message(
                kind,
                body,
                sender=sender,
                recipient=self.south.organisation(self.ada.organisation),
                about=about,  # type: ignore[arg-type]
                by=NODE,
                reason=FINDING,
            )
        self.rest()
        row = taken_of(self.north, self.south)[-1]
        return f"{row.state} {row.because}".strip()


def made(north: Node, south: Node, line: Line) -> World:
    """Make the world, and let the two nodes meet."""
    with north.on():
        here = make_desk(NORTHLAND)
        make_member(SOUTHLAND)
        ada = viewer_for(person(Role.IDENTIFIER, here))
        series = make_series(here, (1, 2, 3))
        add_file(series, 4, pdq=bytes([0xF0] * 32), make="Acme", model="One", mime="image/jpeg")
        Series.everywhere.filter(pk=series.pk).update(members_total=4)
    with south.on():
        make_member(NORTHLAND)
        tem, uma, lin = (viewer_for(person(Role.IDENTIFIER, make_desk(SOUTHLAND))) for _ in range(3))
        same, other = make_series(lin.organisation, (3, 9)), make_series(lin.organisation, (7,))
    nodes.introduce(north, south, PASSES, {north.name: [NORTHLAND], south.name: [SOUTHLAND]})
    world = World(north, south, line, ada, tem, uma, lin, series, same, other)
    world.rest()
    return world
