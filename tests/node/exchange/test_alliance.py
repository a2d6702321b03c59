"""The alliance over two nodes: a member's sums in the secretariat's figures, and what was released on the member's."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import msgspec
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.alliance.indicators.test_pages import happen
from tests.node.alliance.publishing.worlds import WHY, an_alliance
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line as Wire
from tests.node.exchange.nodes import Node, sent_to, taken_of
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for

from vaern.node.alliance.indicators import across, computation
from vaern.node.alliance.indicators.across import TALLIED, Line, Tallied
from vaern.node.alliance.indicators.reproduction import reproduce
from vaern.node.alliance.models import Membership, MemberTally, ReceivedRelease, Value
from vaern.node.alliance.publishing import actions, previews
from vaern.node.alliance.publishing.across import RELEASED, Released
from vaern.node.alliance.rules import across as rules
from vaern.node.alliance.rules import definitions
from vaern.node.alliance.rules.releases import Scope
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.exchange.peers import actions as peers
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.rules.entitlement import SENDER_NOT_ENTITLED
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.once  # several whole nodes each

HERE = "XA"
FLOW = "identified_flow"


@dataclass
class World:
    """A member's node in the north, with its ministry and a desk; the secretariat's in the south."""

    north: Node
    south: Node
    line: Wire
    ministry: Organisation
    police: Organisation
    secretariat: Any

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def identify(self, number: int, children: int = 1) -> None:
        """Let the desk in the north identify children, and compute."""
        with self.north.on():
            happen(self.police, "victims.series.opened", 2, number)
            happen(self.police, "victims.series.identified", 1, number, children=children)
            computation.refresh()

    def tell(self) -> int:
        """Let the north's night come."""
        with self.north.on():
            sent = across.tell_all()
        self.rest()
        return sent

    def figure(self, member: str | None = None) -> int:
        """Children identified this year as the south has it: of all, or of a member."""
        with self.south.on():
            rows = Value.objects.filter(code=FLOW, period="year", split="", member__code=member)
            return sum(row.numerator or 0 for row in rows)


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Wire) -> World:
    north, south = strangers
    with north.on():
        member = make_member(HERE)
        ministry = make_organisation(OrganisationKind.MINISTRY, member=member)
        police = make_organisation(OrganisationKind.POLICE, member=member)
    with south.on():
        there = make_member(HERE)
        Membership.objects.create(
            member=there, joined=date(2020, 1, 1), endorsed_by="A fictional minister", office="x", document="x"
        )
        secretariat = viewer_for(make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)))
        desk = make_organisation(OrganisationKind.POLICE, member=make_member("XV"))
        happen(desk, "victims.series.opened", 400, 1)
        computation.refresh()
    nodes.introduce(north, south, [TALLIED, RELEASED], {north.name: [HERE], south.name: []})
    found = World(north, south, line, ministry, police, secretariat)
    found.rest()
    return found


def test_a_child_identified_on_a_members_node_is_in_the_alliances_figure(world: World) -> None:
    before = world.figure()
    world.identify(7)
    assert world.tell() > 0
    assert world.figure() == before + 1
    assert world.figure(HERE) == 1
    with world.south.on():
        assert reproduce().differences == []
    world.identify(8, children=2)
    world.tell()
    assert world.figure() == before + 3


def test_what_did_not_change_is_not_sent_again_and_a_correction_takes_its_place(world: World) -> None:
    world.identify(7, children=2)
    world.tell()
    assert world.tell() == 0
    with world.north.on():
        happen(world.police, "victims.series.identified", 0.5, 7, children=1)
        computation.refresh()
    assert world.tell() > 0
    assert world.figure(HERE) == 1


def test_no_record_no_day_and_no_organisation_of_the_member_is_told(world: World) -> None:
    world.identify(7)
    with world.north.on():
        bodies = across._sums_of(world.ministry)
    text = msgspec.json.encode(bodies).decode()
    assert str(world.police.pk) not in text
    assert all(one.month.day == 1 for one in bodies)
    assert "0000-000000000007" not in text


def test_nothing_is_told_where_it_was_not_agreed(world: World) -> None:
    world.identify(7)
    with world.north.on():
        peer = world.north.peer(world.south)
        peers.agree(world.north.administrator, nodes.REASON, peer, accepts=[], sends=[], countries=peer.countries)
        assert across.tell_all() == 0


def test_what_another_nodes_desk_did_is_counted_by_its_node_alone(world: World) -> None:
    """A series that was handed on has its deeds in two ledgers."""
    with world.south.on():
        own = make_organisation(OrganisationKind.POLICE)
        happen(own, "victims.series.opened", 2, 5)
        happen(own, "victims.series.identified", 1, 5, by=world.police, children=1)
        computation.refresh()
    assert world.figure() == 0


def sums(**given: Any) -> Tallied:
    """Sums of this month."""
    said: dict[str, Any] = {
        "country": HERE,
        "month": timezone.now().date().replace(day=1),
        "definitions": definitions.current().version,
        "lines": [Line(code=FLOW, numerator=0, denominator=3)],
    }
    return Tallied(**{**said, **given})


def forged(world: World, body: Any, sender: Organisation | None = None, kind: str = TALLIED) -> str:
    """Let a node send what its program would not, and return what the other says of it."""
    back = kind == RELEASED
    here, there = (world.south, world.north) if back else (world.north, world.south)
    to = world.ministry if back else world.secretariat.organisation
    with here.on():
        send_message(
            kind,
            body,
            sender=sender or (world.secretariat.organisation if back else world.ministry),
            recipient=here.organisation(to),
            about=uuid4(),
            by=NODE,
            reason=WHY,
        )
    world.rest()
    row = taken_of(there, here)[-1]
    return f"{row.state} {row.because}".strip()


def test_a_member_tells_of_itself_and_of_months_that_began_and_only_sums(world: World) -> None:
    assert forged(world, sums()) == "taken_in"
    assert world.figure(HERE) == 3
    assert forged(world, sums(country="XV")) == f"refused {rules.OTHER_COUNTRY}"
    assert forged(world, sums(month=date(2090, 1, 1))) == f"refused {rules.NO_MONTH}"
    assert forged(world, sums(month=date(2026, 1, 2))) == f"refused {rules.NO_MONTH}"
    assert forged(world, sums(definitions="2000-1")) == f"refused {rules.OTHER_DEFINITIONS}"
    for line in (
        Line(code="no-such", numerator=0, denominator=1),
        Line(code="urgent_triage", numerator=1, denominator=1),
        Line(code=FLOW, numerator=2, denominator=1),
        Line(code=FLOW, split="xv", numerator=0, denominator=1),
        Line(code=FLOW, source="aa", numerator=0, denominator=1),
    ):
        assert forged(world, sums(lines=[line])) == f"refused {rules.NO_SUM}"
    assert forged(world, sums(lines=[Line(code=FLOW, numerator=0, denominator=1)] * 2)) == f"refused {rules.NO_SUM}"
    assert forged(world, sums(), world.police) == f"refused {SENDER_NOT_ENTITLED}"
    assert world.figure(HERE) == 3


def test_sums_by_newer_definitions_wait_for_the_upgrade(world: World) -> None:
    assert forged(world, sums(definitions="2990-1")).startswith("waits")
    assert world.figure(HERE) == 0


def test_a_country_that_left_is_counted_no_more(world: World) -> None:
    with world.south.on():
        Membership.objects.update(left=timezone.localdate(), left_why="synthetic")
    assert forged(world, sums()) == f"refused {rules.OTHER_COUNTRY}"


def test_a_second_ministry_of_the_same_node_doubles_nothing(world: World) -> None:
    assert forged(world, sums()) == "taken_in"
    with world.north.on():
        second = make_organisation(OrganisationKind.MINISTRY, member=world.ministry.member)
        send_changed_directories()
    world.rest()
    assert forged(world, sums(), second) == "taken_in"
    assert world.figure(HERE) == 3
    with world.south.on():
        assert set(MemberTally.objects.values_list("organisation", flat=True)) == {second.pk}


def alliance_of_now() -> None:
    """Put members and figures of a whole alliance in the place of what there is."""
    Membership.objects.all().delete()
    Value.objects.all().delete()
    an_alliance(seed=2, codes=(HERE, "XV"))


def test_what_was_released_is_on_the_members_node_byte_for_byte(world: World) -> None:
    with world.south.on():
        alliance_of_now()
        made = actions.release(world.secretariat, WHY, previews.ask(world.secretariat, Scope(2024, 2025, "years")))
        public = Client().get(reverse("alliance:released-file", args=[made.number, "data.json"]), HTTP_HOST="localhost")
    world.rest()
    with world.north.on():
        came = ReceivedRelease.objects.get()
        assert came.document.encode() == public.content
        assert came.digest == hashlib.sha256(public.content).hexdigest()
        client = Client()
        sign_in(client, make_person(Role.RAPPORTEUR, world.ministry))
        page = client.get(reverse("alliance:releases"), HTTP_HOST="localhost").content.decode()
        assert came.digest in page
        file = client.get(reverse("alliance:received-release", args=[came.pk]), HTTP_HOST="localhost")
        assert file.content == public.content
        with pytest.raises(IntegrityError), transaction.atomic():
            ReceivedRelease.objects.update(document="another")


def test_a_release_that_is_too_long_is_told_of_by_its_digest(world: World) -> None:
    with world.south.on(), mock.patch("vaern.node.alliance.publishing.across.LONGEST", 10):
        alliance_of_now()
        actions.release(world.secretariat, WHY, previews.ask(world.secretariat, Scope(2024, 2025, "years")))
    world.rest()
    with world.north.on():
        assert ReceivedRelease.objects.get().document == ""
        assert len(sent_to(world.south, world.north)) > 0


def test_a_secretariat_does_not_say_something_else_under_a_number_that_it_told(world: World) -> None:
    def one(text: str, digest: str = "") -> Released:
        found = digest or hashlib.sha256(text.encode()).hexdigest()
        return Released(number=4, released_at=timezone.now(), digest=found, document=text)

    assert forged(world, one("{}", "0" * 64), kind=RELEASED) == f"refused {rules.NOT_THAT_FILE}"
    assert forged(world, one("{}"), kind=RELEASED) == "taken_in"
    assert forged(world, one("{}"), kind=RELEASED) == "taken_in"
    assert forged(world, one("[]"), kind=RELEASED) == f"refused {rules.RELEASED_OTHERWISE}"
    with world.north.on():
        assert ReceivedRelease.objects.get().document == "{}"
