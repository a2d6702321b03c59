"""A reporting round over two nodes: the secretariat invites, a ministry replies, and hears what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line as Wire
from tests.node.exchange.nodes import Node, taken_of
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for

from vaern.node.alliance.commitments import reply_intake, reply_steps, rounds
from vaern.node.alliance.commitments.across import DECIDED, INVITED, REPLIED, Decided, Invited, Replied
from vaern.node.alliance.models import Commitment, Declared, Membership, Round, RoundReply
from vaern.node.alliance.rules import across as rules
from vaern.node.alliance.rules import frame
from vaern.node.alliance.rules.commitments import ReplyState, RoundState
from vaern.node.alliance.rules.contents import Content, DeclaredValue, Line, Target
from vaern.node.base.refusals import Refusal
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.once  # several whole nodes each

HERE = "XA"
WHY = Reason(Why.ADMINISTRATION, "A source is missing")
PASSES = [INVITED, REPLIED, DECIDED]
VALUES = [DeclaredValue("identified_flow", "2026", 3.0, source="A register (synthetic)")]


@dataclass
class World:
    """A member's node in the north, with its ministry; the secretariat's in the south, with a round."""

    north: Node
    south: Node
    line: Wire
    rapporteur: Viewer
    secretariat: Viewer
    round: Round

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def open(self) -> None:
        """Open the round, and carry the invitations."""
        with self.south.on():
            rounds.open_now(self.secretariat, WHY, self.round)
        self.rest()

    def here(self) -> RoundReply:
        """The reply as the north has it now."""
        with self.north.on():
            return RoundReply.objects.select_related("round__secretariat", "member").get()

    def there(self) -> RoundReply:
        """The reply as the south has it now."""
        with self.south.on():
            return RoundReply.objects.select_related("round", "member", "sent_to").get(member__code=HERE)

    def reply(self, *lines: Line) -> None:
        """Let the rapporteur write and hand in."""
        with self.north.on():
            reply = self.here()
            reply_intake.take(self.rapporteur, reply, reply.revision, lines, VALUES, WHY)
            reply_steps.submit(self.rapporteur, WHY, reply, reply.revision + 1)
        self.rest()


def content(text: str = "Identify children") -> Content:
    """What a commitment says, whole."""
    goal = frame.declaration("2012").goals[0].code
    target = Target(text=text, value=5.0, unit="children", due=date(2030, 1, 1))
    return Content("2012", goal, "We shall", "Officers", target, "An office (synthetic)")


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Wire) -> World:
    north, south = strangers
    with north.on():
        ministry = make_organisation(OrganisationKind.MINISTRY, member=make_member(HERE))
        rapporteur = viewer_for(make_person(Role.RAPPORTEUR, ministry))
    with south.on():
        Membership.objects.create(
            member=make_member(HERE), joined=date(2020, 1, 1), endorsed_by="A minister", office="x", document="x"
        )
        secretariat = viewer_for(make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)))
        today = timezone.localdate()
        made = rounds.plan(
            secretariat,
            WHY,
            name="Round of the year",
            opens=today + timedelta(1),
            closes=today + timedelta(30),
            reminders=[14],
            period="2026",
        )
    nodes.introduce(north, south, PASSES, {north.name: [HERE], south.name: []})
    found = World(north, south, line, rapporteur, secretariat, made)
    found.rest()
    return found


def test_a_ministry_on_another_node_is_invited_and_told_of_more_time(world: World) -> None:
    world.open()
    here = world.here()
    assert (here.pk, here.round_id) == (world.there().pk, world.round.pk)
    assert (here.round.name, here.round.closes, here.state) == (
        "Round of the year",
        world.round.closes,
        ReplyState.INVITED.value,
    )
    assert here.round.secretariat.node == world.south.name  # type: ignore[union-attr]
    later = world.round.closes + timedelta(5)
    with world.south.on():
        rounds.extend(world.secretariat, WHY, world.round, later)
    world.rest()
    assert world.here().round.closes == later
    with world.south.on():
        rounds.close(world.secretariat, WHY, world.round)
    world.rest()
    assert world.here().round.state == RoundState.CLOSED.value


def test_the_reply_is_taken_in_as_the_rapporteurs_and_published_with_its_commitments(world: World) -> None:
    world.open()
    world.reply(Line(content()))
    there = world.there()
    assert there.state == ReplyState.SUBMITTED.value
    with world.south.on():
        assert reply_intake.lines_of(there) == [Line(content())]
        assert list(Declared.objects.values_list("indicator", "value")) == [("identified_flow", 3.0)]
        reply_steps.publish(world.secretariat, WHY, there, there.revision)
        commitment = Commitment.objects.get()
    world.rest()
    assert [row.because for row in taken_of(world.north, world.south)][-1] == ""
    here = world.here()
    assert here.state == ReplyState.PUBLISHED.value
    assert reply_intake.lines_of(here) == [Line(content(), commitment.pk)]


def test_the_next_round_begins_from_what_is_in_force(world: World) -> None:
    world.open()
    world.reply(Line(content()))
    with world.south.on():
        there = world.there()
        reply_steps.publish(world.secretariat, WHY, there, there.revision)
        rounds.close(world.secretariat, WHY, world.round)
        commitment = Commitment.objects.get()
        today = timezone.localdate()
        second = rounds.plan(
            world.secretariat,
            WHY,
            name="The next",
            opens=today + timedelta(1),
            closes=today + timedelta(9),
            reminders=[],
            period="2027",
        )
        rounds.open_now(world.secretariat, WHY, second)
    world.rest()
    with world.north.on():
        reply = RoundReply.objects.select_related("round").get(round=second.pk)
        assert reply_intake.lines_of(reply) == [Line(content(), commitment.pk)]
        changed = [Line(content("Identify more"), commitment.pk)]
        reply_intake.take(world.rapporteur, reply, reply.revision, changed, VALUES, WHY)
        reply_steps.submit(world.rapporteur, WHY, reply, reply.revision + 1)
    world.rest()
    with world.south.on():
        there = RoundReply.objects.select_related("sent_to").get(round=second)
        reply_steps.publish(world.secretariat, WHY, there, there.revision)
        assert commitment.versions.count() == 2
        assert Commitment.objects.count() == 1


def test_what_is_returned_can_be_handed_in_again_and_what_is_taken_back_is_gone_there(world: World) -> None:
    world.open()
    world.reply(Line(content()))
    with world.south.on():
        there = world.there()
        reply_steps.send_back(world.secretariat, WHY, there, there.revision)
    world.rest()
    here = world.here()
    assert (here.state, here.why) == (ReplyState.RETURNED.value, WHY.words)
    world.reply(Line(content("Identify more")))
    assert world.there().state == ReplyState.SUBMITTED.value
    with world.north.on():
        reply = world.here()
        reply_steps.take_back(world.rapporteur, WHY, reply, reply.revision)
    world.rest()
    assert (world.there().state, world.there().submitted_at) == (ReplyState.BEGUN.value, None)


def test_what_is_refused_there_comes_back_with_the_reason(world: World) -> None:
    world.open()
    world.reply(Line(content(), uuid4()))  # a commitment that there is none of
    assert world.there().state == ReplyState.INVITED.value
    here = world.here()
    assert here.state == ReplyState.RETURNED.value
    assert here.why


def test_a_secretariat_here_decides_nothing_of_a_round_of_another_node(world: World) -> None:
    world.open()
    world.reply(Line(content()))
    with world.north.on():
        other = viewer_for(make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)))
        here = world.here()
        for act in (
            lambda: reply_steps.publish(other, WHY, here, here.revision),
            lambda: reply_steps.send_back(other, WHY, here, here.revision),
            lambda: rounds.close(other, WHY, here.round),
        ):
            with pytest.raises(Refusal, match="another node"):
                act()
        assert rounds.look_at_all() == 0


def test_the_page_says_how_far_the_reply_has_come(world: World) -> None:
    world.open()
    world.reply(Line(content()))
    with world.north.on():
        client = Client()
        sign_in(client, world.rapporteur.person)  # type: ignore[arg-type]
        page = client.get(reverse("alliance:reply", args=[world.here().pk]), HTTP_HOST="localhost").content.decode()
    assert "Arrived at the desk there" in page


def forged(
    world: World, kind: str, body: Any, about: Any, *, sender: Organisation | None = None, back: bool = False
) -> str:
    """Let a node send what its program would not, and return what the other says of it."""
    here, there = (world.south, world.north) if back else (world.north, world.south)
    own, to = world.rapporteur.organisation, world.secretariat.organisation
    with here.on():
        send_message(
            kind,
            body,
            sender=sender or (to if back else own),
            recipient=here.organisation(own if back else to),
            about=about,
            by=NODE,
            reason=WHY,
        )
    world.rest()
    row = taken_of(there, here)[-1]
    return f"{row.state} {row.because}".strip()


def test_a_member_replies_for_itself_to_what_it_was_asked(world: World) -> None:
    world.open()
    with world.south.on():
        Membership.objects.create(
            member=make_member("XV"), joined=date(2020, 1, 1), endorsed_by="A minister", office="x", document="x"
        )
        others = RoundReply.objects.create(round=world.round, member=make_member("XV"))
    never, body = f"refused {rules.NEVER_INVITED}", Replied(lines=[Line(content())], declared=VALUES)
    assert forged(world, REPLIED, body, uuid4()) == never
    assert forged(world, REPLIED, body, others.pk) == never
    empty = Replied(lines=[Line(Content("2012", content().goal))], declared=[])
    assert forged(world, REPLIED, empty, world.there().pk) == f"refused {rules.NOT_WHOLE}"
    world.reply(Line(content()))
    with world.south.on():
        there = world.there()
        reply_steps.publish(world.secretariat, WHY, there, there.revision)
    assert forged(world, REPLIED, body, there.pk) == f"refused {rules.DECIDED}"


def test_a_secretariat_invites_only_to_what_is_its_own(world: World) -> None:
    with world.north.on():
        own = Round.objects.create(
            name="Ours", opens=date(2026, 1, 1), closes=date(2026, 2, 1), period="2026", frame_version="2012"
        )

    def one(**given: Any) -> Invited:
        said: dict[str, Any] = {
            "round": uuid4(),
            "country": HERE,
            "name": "Ours",
            "opens": date(2026, 1, 1),
            "closes": date(2026, 2, 1),
            "reminders": [],
            "period": "2026",
            "closed": False,
            "frame_version": "2012",
            "lines": [],
        }
        return Invited(**{**said, **given})

    def said(body: Invited) -> str:
        return forged(world, INVITED, body, uuid4(), back=True)

    assert said(one(country="XV")) == f"refused {rules.OTHER_COUNTRY}"
    assert said(one(round=own.pk)) == f"refused {rules.ANOTHERS_ROUND}"
    assert said(one(closes=date(2025, 1, 1))) == f"refused {rules.NO_ROUND}"
    assert said(one(period="soon")) == f"refused {rules.NO_ROUND}"
    assert said(one(frame_version="1999")) == f"refused {rules.NO_ROUND}"
    assert said(one()) == "taken_in"
    with world.north.on():
        assert set(Round.objects.values_list("name", flat=True)) == {"Ours", f"Ours ({world.south.name})"}
        own.refresh_from_db()
        assert own.secretariat_id is None
    decided = Decided(published=True)
    assert forged(world, DECIDED, decided, uuid4(), back=True) == f"refused {rules.NEVER_INVITED}"
