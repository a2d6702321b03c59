"""A case goes to a desk on another node, is accepted, dropped or taken back; its evidence bag follows it in pieces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import uuid4

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.cases.factories import WHY, furnish, inside, make_case
from tests.node.exchange import nodes
from tests.node.exchange.nodes import Line, Node, sent_to, taken_of, took_in
from tests.node.factories import make_member, make_organisation, make_person, sign_in, terms, viewer_for

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import unseal
from vaern.node.cases.evidence import actions as evidence
from vaern.node.cases.evidence import bags, chain, received
from vaern.node.cases.evidence.facts import Facts
from vaern.node.cases.evidence.queries import recorders
from vaern.node.cases.models import Case, Evidence, EvidenceBag, Handover, Held, Party, Statement, Task
from vaern.node.cases.outcomes import across as outcomes_across
from vaern.node.cases.outcomes import actions as outcomes
from vaern.node.cases.rules import handovers as rules
from vaern.node.cases.rules.case import State
from vaern.node.cases.rules.evidence import Kind
from vaern.node.cases.rules.handovers import Answer, DropReason
from vaern.node.cases.work import across, handovers
from vaern.node.cases.work.goods import Exhibit, Goods, Sentence, Somebody, Trace, goods_of
from vaern.node.cases.work.handover_queries import came_by, handovers_of
from vaern.node.cases.work.presenters_handovers import answer, bag_words, came_facts
from vaern.node.cases.work.sheet import sheet
from vaern.node.casework.models import Release
from vaern.node.casework.recalls.actions import acknowledge
from vaern.node.casework.releases.terms import Handling
from vaern.node.exchange.models import IncomingFile, OutgoingFile
from vaern.node.exchange.outbox.actions import send as send_message
from vaern.node.exchange.pieces import store
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.exchange.rules import pieces
from vaern.node.exchange.rules.entitlement import SENDER_NOT_ENTITLED
from vaern.node.ledger.rules import NODE
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.once  # two whole nodes each

PASSES = ["case.offered", "case.answered", "case.outcome", "case.bag"]
NORTHLAND, SOUTHLAND = "QM", "QN"
GROUND = "lawful under both laws"


@dataclass
class World:
    """Two police desks, each in its country and on its node, and a case of the northern one."""

    north: Node
    south: Node
    line: Line
    ours: Viewer
    theirs: Viewer
    case: Case

    def rest(self) -> None:
        """Let everything pass."""
        self.line.settle((self.north, self.south))

    def call(self) -> None:
        """Let the north call once, and both take in."""
        self.line.carry(self.north, self.south)
        took_in(self.south, self.north)

    def hand(self, *, bag: bool = False) -> Handover:
        """Hand the case over to the desk in the south."""
        with self.north.on():
            made: Handover = inside(
                self.ours,
                handovers.hand_over,
                self.case,
                self.theirs.organisation.id,
                self.terms(),
                version=Case.everywhere.get(pk=self.case.pk).version,
                bag=bag,
            )
        return made

    def terms(self) -> Any:
        """Terms on which a case goes to the other country."""
        until = timezone.now() + timedelta(days=300)
        return terms(Handling.AMBER, until, GROUND)

    def handed(self, node: Node) -> Handover:
        """The hand-over as a node has it."""
        with node.on():
            found: Handover = Handover.everywhere.select_related("release", "arrived", "case").get()
        return found

    def copy(self) -> Case | None:
        """The case that arrived in the south."""
        with self.south.on():
            found: Case | None = Case.everywhere.filter(organisation=self.theirs.organisation).first()
        return found

    def state(self) -> State:
        """The state of the northern case."""
        with self.north.on():
            return State(Case.everywhere.get(pk=self.case.pk).state)

    def there(self, act: Any, *args: Any, **more: Any) -> Any:
        """Do something in the south with the case that arrived."""
        with self.south.on():
            return inside(self.theirs, act, Case.everywhere.get(organisation=self.theirs.organisation), *args, **more)


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Line) -> World:
    north, south = strangers
    with north.on():
        ours = viewer_for(make_person(Role.INVESTIGATOR, make_organisation("police", member=make_member(NORTHLAND))))
        make_member(SOUTHLAND)
        case = make_case(ours)
        furnish(ours, case)
        with viewing(ours.organisation.id):
            evidence.register(
                ours, WHY, case, Kind.DEVICE, Facts("A telephone, black, with a crack", {"sha256": "ab" * 32})
            )
    with south.on():
        make_member(NORTHLAND)
        desk = make_organisation(OrganisationKind.POLICE, member=make_member(SOUTHLAND))
        theirs = viewer_for(make_person(Role.INVESTIGATOR, desk))
    nodes.introduce(north, south, PASSES, {north.name: [NORTHLAND], south.name: [SOUTHLAND]})
    found = World(north, south, line, ours, theirs, case)
    found.rest()
    return found


def told(rows: Any, *names: str) -> list[tuple[Any, ...]]:
    """Columns of rows, with what was sealed opened."""
    return [
        tuple(unseal(row.sealed, "case") if name == "sealed" else getattr(row, name) for name in names) for row in rows
    ]


# The story ------------------------------------------------------------------------------------------------------------


def test_a_case_arrives_there_with_what_people_wrote_down_and_nothing_of_their_work(world: World) -> None:
    sent = world.hand()
    assert sent.arrived is None
    assert world.state() is State.HANDED_OVER
    world.rest()
    copy = world.copy()
    assert copy is not None
    found: list[Any] = []
    for node, case in ((world.north, world.case), (world.south, copy)):
        with node.on():
            people = told(Party.of(case=case).order_by("number"), "number", "category", "sealed")
            names = ("number", "nature", "source", "credibility", "confidence", "sealed", "happened_at")
            said = told(Statement.of(case=case).order_by("number"), *names)
            held = sorted(told(Held.of(case=case), "kind", "sealed"))
            tasks = Task.of(case=case).count()
        found.append((people, said, held))
    assert found[0] == found[1]
    assert tasks == 0
    with world.south.on():
        one = Handover.everywhere.select_related("release").get(arrived=copy)
        assert (one.case, one.sent_by, one.release.released_by) == (None, None, None)
        assert one.release.pk == sent.release.pk
        assert State(copy.state) is State.ARRIVED
        assert copy.review_date <= timezone.localtime(one.release.expires_at).date()
        (exhibit,) = Evidence.of(case=copy)
        assert (str(exhibit), exhibit.held) == ("E1", "awaited")
        assert chain.breaks(exhibit) == []
        before = chain.links(exhibit)[0].event["said"]["before"]
        assert recorders(exhibit)[chain.links(exhibit)[0].event["by"]] == world.ours.organisation.name
    with world.north.on():
        (own,) = Evidence.of(case=world.case)
        assert before["hash"] == chain.links(own)[-1].hash


def test_it_is_accepted_and_what_came_of_it_comes_home(world: World) -> None:
    world.hand()
    world.rest()
    world.there(handovers.accept)
    world.rest()
    assert world.handed(world.north).answer == Answer.ACCEPTED.value
    world.there(outcomes.say, Outcome.VICTIM_SAFEGUARDED)
    world.rest()
    one = world.handed(world.north)
    assert (one.outcome, one.safeguarded) == (Outcome.VICTIM_SAFEGUARDED.value, True)
    with world.north.on():
        assert Outcome.VICTIM_SAFEGUARDED in outcomes.history(world.case)
    assert {row.result for row in sent_to(world.south, world.north)} == {"taken_in"}


def test_it_is_dropped_and_worked_on_here_again(world: World) -> None:
    world.hand()
    world.rest()
    world.there(handovers.drop, DropReason.NOT_OURS)
    world.rest()
    one = world.handed(world.north)
    assert (one.answer, one.dropped_for) == (Answer.DROPPED.value, DropReason.NOT_OURS.value)
    assert one.release.acknowledged_at is not None
    assert world.state() is not State.HANDED_OVER
    with world.south.on():
        assert not Statement.everywhere.exists()


@pytest.mark.parametrize("accepted", [False, True])
def test_it_is_taken_back_and_the_copy_stays_only_where_work_began(world: World, accepted: bool) -> None:
    sent = world.hand()
    world.rest()
    if accepted:
        world.there(handovers.accept)
        world.rest()
    with world.north.on():
        assert inside(world.ours, handovers.take_back, world.case) is not accepted
    world.rest()
    assert (world.copy() is not None) is accepted
    assert world.handed(world.south).answer == Answer.TAKEN_BACK.value
    with world.south.on(), viewing(world.theirs.organisation.id):
        acknowledge(world.theirs, WHY, sent.release_id, Case.KIND)
    world.rest()
    assert world.copy() is None
    assert world.handed(world.north).release.acknowledged_at is not None


def test_pages_of_both_say_how_far_it_has_come(world: World) -> None:
    world.hand()

    def shown() -> str:
        with world.north.on():
            client = Client()
            sign_in(client, Person.everybody.get(pk=world.ours.person.pk))  # type: ignore[union-attr]
            return client.get(reverse("cases:handed-over"), HTTP_HOST="localhost").content.decode()

    assert "Waits to leave" in shown()
    world.line.carry(world.north, world.south)
    assert "Delivered" in shown()
    world.rest()
    assert "Arrived at the desk there" in shown()
    came = world.there(lambda viewer, reason, case: sheet(viewer, case, reason)).came
    assert came_facts(came).pairs[0][1] == world.ours.organisation.name
    world.line.carry(world.north, world.south)
    assert "Opened there by a person" in shown()


# The bag --------------------------------------------------------------------------------------------------------------


def test_both_pages_say_how_much_of_the_bag_has_come(world: World) -> None:
    with mock.patch.object(pieces, "PIECE", 500):
        world.hand(bag=True)
    for _ in range(3):
        world.call()
    with world.south.on():
        came = inside(world.theirs, lambda viewer, _reason: came_by(viewer, Case.everywhere.get()))
    with world.north.on():
        (gone,) = inside(world.ours, lambda viewer, _reason: handovers_of(viewer, world.case))
    assert 0 < came.bag.percent < 100
    assert f"Evidence bag, {came.bag.percent} % has come" in str(bag_words(came.bag))
    assert str(bag_words(came.bag)) in str(answer(gone))
    world.rest()
    with world.north.on():
        (gone,) = inside(world.ours, lambda viewer, _reason: handovers_of(viewer, world.case))
    assert "Evidence bag has arrived" in str(answer(gone))


def test_the_bag_that_was_ticked_arrives_byte_for_byte(world: World) -> None:
    with mock.patch.object(pieces, "PIECE", 1_000):
        world.hand(bag=True)
        world.rest()
    with world.north.on():
        (made,) = EvidenceBag.everywhere.all()
        left = bags.packed(made)
    assert len(left) > 5_000
    with world.south.on():
        (came,) = EvidenceBag.everywhere.select_related("case__organisation")
        assert bags.packed(came) == left
        assert (came.case_id, came.made_by, bytes(came.tag_digest)) == (
            world.copy().pk,  # type: ignore[union-attr]
            None,
            bytes(made.tag_digest),
        )
        assert not IncomingFile.objects.exists()


def test_case_29_a_recall_comes_while_the_file_is_on_its_way(world: World) -> None:
    with mock.patch.object(pieces, "PIECE", 500):
        world.hand(bag=True)
        for _ in range(3):
            world.call()
    assert world.copy() is not None
    with world.south.on():
        file = IncomingFile.objects.get()
        assert 0 < len(file.held) < file.count
    with world.north.on():
        inside(world.ours, handovers.take_back, world.case)
        assert bytes(OutgoingFile.objects.get().key) == b""
    world.call()
    assert world.copy() is None
    with world.south.on():
        assert not IncomingFile.objects.exists()
    world.rest()
    (bag,) = [row for row in sent_to(world.north, world.south) if row.kind == "case.bag"]
    assert (bag.result, bag.because) == ("refused", pieces.RECALLED)


def test_a_case_that_is_dropped_fetches_no_more_of_its_bag(world: World) -> None:
    with mock.patch.object(pieces, "PIECE", 500):
        world.hand(bag=True)
        for _ in range(3):
            world.call()
    world.there(handovers.drop, DropReason.HAVE_IT)
    with world.south.on():
        assert not IncomingFile.objects.exists()
    world.rest()
    with world.south.on():
        assert not EvidenceBag.everywhere.exists()
        assert not any(store.folder(store.IN).glob("*/x"))


def test_a_bag_goes_next_door_too(world: World) -> None:
    with world.north.on():
        near = viewer_for(make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE)))
        inside(
            world.ours,
            handovers.hand_over,
            world.case,
            near.organisation.id,
            world.terms(),
            version=Case.everywhere.get(pk=world.case.pk).version,
            bag=True,
        )
        one, two = EvidenceBag.everywhere.order_by("made_at")
        assert bags.packed(one) == bags.packed(two)
        assert {one.organisation_id, two.organisation_id} == {world.ours.organisation.id, near.organisation.id}


def test_a_bag_that_does_not_hold_is_refused(world: World) -> None:
    with mock.patch.object(pieces, "PIECE", 100_000):
        made = world.hand(bag=True)
    with world.north.on():
        raw = bags.packed(EvidenceBag.everywhere.get())
    world.line.carry(world.north, world.south)
    world.rest()
    copy = world.copy()
    assert copy is not None
    with world.south.on(), viewing(world.theirs.organisation.id):
        EvidenceBag.everywhere.all().delete()
        for wrong in (raw.replace(b"A telephone", b"B telephone"), raw + b"behind", b"PK\x03\x04", b"no bag"):
            with pytest.raises(Refusal) as refused:
                received.keep(copy, wrong, WHY)
            assert refused.value.code == rules.BAD_BAG
        received.keep(copy, raw, WHY)
    assert made.release_id


# A hostile peer -------------------------------------------------------------------------------------------------------


def forged(world: World, kind: str, body: msgspec.Struct, about: object, sender: Any = None, **more: Any) -> str:
    """Let the south send what its pages would not, and return what the north says of it."""
    with world.south.on():
        send_message(
            kind,
            body,
            sender=sender or world.theirs.organisation,
            recipient=world.south.organisation(world.ours.organisation),
            about=about,  # type: ignore[arg-type]
            by=NODE,
            reason=WHY,
            **more,
        )
    world.rest()
    row = taken_of(world.north, world.south)[-1]
    return f"{row.state} {row.because}".strip()


def test_a_peer_answers_and_concludes_only_what_was_handed_to_it(world: World) -> None:
    release = world.hand().release_id
    world.rest()
    accepted, dropped = across.Answered(answer="accepted"), across.Answered(answer="dropped")
    closed = outcomes_across.CameOfIt(outcome=Outcome.CLOSED)
    assert forged(world, "case.answered", accepted, uuid4()) == f"refused {rules.NEVER_HANDED}"
    assert forged(world, "case.answered", dropped, release) == f"refused {rules.ANSWERED}"
    assert forged(world, "case.outcome", closed, release) == f"refused {rules.NOT_ACCEPTED}"
    assert forged(world, "case.outcome", closed, uuid4()) == f"refused {rules.NEVER_HANDED}"
    assert world.handed(world.north).answer == ""
    assert forged(world, "case.answered", accepted, release) == "taken_in"
    assert forged(world, "case.answered", accepted, release) == f"refused {rules.ANSWERED}"
    passed = outcomes_across.CameOfIt(outcome=Outcome.PASSED_ON)
    assert forged(world, "case.outcome", passed, release) == f"refused {rules.NOT_ACCEPTED}"


def test_a_hub_closes_no_case(world: World) -> None:
    release = world.hand().release_id
    world.rest()
    with world.south.on():
        from vaern.node.exchange.peers.directories import send_changed_directories

        hub = make_organisation(OrganisationKind.HUB)
        send_changed_directories()
    world.rest()
    closed = outcomes_across.CameOfIt(outcome=Outcome.CLOSED)
    accepted = across.Answered(answer="accepted")
    assert forged(world, "case.outcome", closed, release, hub) == f"refused {SENDER_NOT_ENTITLED}"
    assert forged(world, "case.answered", accepted, release, hub) == f"refused {SENDER_NOT_ENTITLED}"


AT = timezone.now()
FACT = {"nature": "fact", "source": "a", "credibility": "1", "words": "It was.", "said_at": AT}
WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "a name": (rules.BAD_PERSON, {"parties": [{"category": "suspect", "reference": "SOMEBODY"}]}),
    "a person who stays": (rules.BAD_PERSON, {"parties": [{"category": "other", "reference": "K-2031-7"}]}),
    "a person twice": (rules.BAD_PERSON, {"parties": [{"category": "suspect", "reference": "K-2031-7"}] * 2}),
    "a fact without marks": (rules.BAD_STATEMENT, {"statements": [{**FACT, "source": None}]}),
    "a fact with confidence": (rules.BAD_STATEMENT, {"statements": [{**FACT, "confidence": "low"}]}),
    "a statement of nobody": (rules.BAD_STATEMENT, {"statements": [{**FACT, "party": 3}]}),
    "a correction of what follows": (rules.BAD_STATEMENT, {"statements": [{**FACT, "corrects": 0}]}),
    "a wrong identifier": (rules.BAD_IDENTIFIER, {"identifiers": [{"kind": "phone", "value": "none"}]}),
    "evidence of nothing": (
        rules.BAD_EVIDENCE,
        {
            "evidence": [
                {
                    "kind": "device",
                    "facts": {"description": " "},
                    "evidence": str(uuid4()),
                    "events": 1,
                    "hash": "0" * 64,
                }
            ]
        },
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_nobody_here_could_have_entered_refuses_the_case(world: World, name: str) -> None:
    code, wrong = WRONG[name]
    given = {"urgent": False, "synthetic": True, "until": "2040-01-01", **wrong}
    goods = msgspec.convert(given, Goods)
    with world.north.on():
        release = world.hand().release
        granted = msgspec.structs.replace(terms_of(release), from_country=SOUTHLAND, to_country=NORTHLAND)
        before = Case.everywhere.count()
    assert forged(world, "case.offered", goods, uuid4(), terms=granted) == f"refused {code}"
    with world.north.on():
        assert Case.everywhere.count() == before
        assert Release.everywhere.count() == 1


def test_a_bag_of_a_case_that_was_never_handed_over_is_refused(world: World) -> None:
    with world.north.on(), viewing(world.ours.organisation.id):
        made = bags.make(world.ours, WHY, world.case, to_whom="a court", terms=world.terms())
        raw = bags.packed(made)
    body = received.Bag(sha256="0" * 64)
    assert forged(world, "case.bag", body, uuid4(), file=raw) == f"refused {rules.NEVER_HANDED}"


def test_a_case_is_read_on_its_own_node_alone(world: World) -> None:
    with world.north.on(), pytest.raises(Refusal):
        inside(world.ours, handovers.let_read, world.case, [world.theirs.organisation.id], world.terms())


def test_what_is_written_goes_through_the_same_rules_both_ways(world: World) -> None:
    with world.north.on():
        goods = goods_of(world.case, "amber")
    assert msgspec.json.decode(msgspec.json.encode(goods), type=Goods) == goods
    assert [type(one) for one in (*goods.parties, *goods.statements[:1], *goods.identifiers[:1], *goods.evidence)] == [
        Somebody,
        Sentence,
        Trace,
        Exhibit,
    ]
