"""*Known?* between nodes: standing and nothing else, at once, from those that both sides switched it on for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.nodes import taken_of
from tests.node.exchange.series_worlds import PASSES, World, made
from tests.node.factories import sign_in
from tests.node.victims.factories import FINDING, digest

from vaern.node.base.scope import viewing
from vaern.node.exchange.peers import actions as peers
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Person
from vaern.node.victims.elsewhere.bodies import KnownAnswered, KnownSaid
from vaern.node.victims.models import NodeAnswer, Openness, Question
from vaern.node.victims.rules import exchanged as rules
from vaern.node.victims.rules.sharing import Standing
from vaern.node.victims.sharing import outcomes, questions
from vaern.records import Signal

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node

    from vaern.node.organisations.models import Organisation

pytestmark = pytest.mark.once  # several whole nodes each

ASKED = [Signal("sha256", digest(n)) for n in (3, 7, 99)] + [Signal("pdq", bytes([0xF1] * 15 + [0xF0] * 17))]


@pytest.fixture
def world(strangers: tuple[Node, Node], line: Line) -> World:
    return made(*strangers, line)


def ask(world: World) -> Question:
    """Ask from the north."""
    with world.north.on(), viewing(world.ada.organisation.id):
        found = questions.ask(world.ada, FINDING, ASKED)
    assert found is not None
    return found


def answer(world: World, question: Question) -> tuple[NodeAnswer, list[KnownSaid]]:
    """What the south has answered."""
    with world.north.on(), viewing(world.ada.organisation.id):
        ((row, said),) = questions.read(world.ada, FINDING, question)
    return row, said


def test_the_answer_says_how_a_hash_stands_and_names_who_is_open(world: World) -> None:
    with world.south.on(), viewing(world.lin.organisation.id):
        outcomes.identify(world.lin, FINDING, world.other, timezone.localdate(), "QN-1")
    question = ask(world)
    row, said = answer(world, question)
    assert (row.node, row.answered_at, said) == (world.south.name, None, [])
    world.rest()
    row, said = answer(world, question)
    assert row.answered_at is not None
    assert [one.standing for one in said] == [
        Standing.WORKED_ON,
        Standing.IDENTIFIED,
        Standing.UNKNOWN,
        Standing.UNKNOWN,
    ]
    assert [(one.by, one.others) for one in said[:2]] == [([], True)] * 2, "nobody is named who did not say so"
    with world.south.on():
        Openness.everywhere.create(organisation=world.lin.organisation, named=True)
    question = ask(world)
    world.rest()
    assert answer(world, question)[1][0].by == [world.lin.organisation.pk]


def test_what_came_from_the_asker_is_no_answer_to_it(world: World) -> None:
    """The south has a copy of the north's series; that is the north's to tell of."""
    world.disseminate()
    question = ask(world)
    world.rest()
    assert answer(world, question)[1][3].standing is Standing.UNKNOWN, "it looks like a file of the copy"
    with world.south.on(), viewing(world.uma.organisation.id):
        from vaern.node.victims.sharing.hash_checks import known

        (said,) = known(world.uma, FINDING, [Signal("sha256", digest(1))])
        assert said.standing is Standing.UNKNOWN, "who does not have the copy is told nothing of it"
    with world.south.on(), viewing(world.tem.organisation.id):
        (said,) = known(world.tem, FINDING, [Signal("sha256", digest(1))])
        assert [one.pk for one in said.series] == [world.received().series_id]


def test_both_ledgers_have_it(world: World) -> None:
    ask(world)
    world.rest()
    for node, act in (
        (world.north, "asked_elsewhere"),
        (world.south, "asked_from_elsewhere"),
        (world.north, "answer_came"),
    ):
        with node.on():
            entry = Entry.objects.get(act=f"victims.known.{act}")
            assert entry.count == len(ASKED)
    with world.south.on():
        assert Entry.objects.get(act="victims.known.asked_from_elsewhere").organisation == world.ada.organisation.pk


def test_only_those_are_asked_for_which_both_switched_it_on(world: World) -> None:
    with world.north.on(), viewing(world.ada.organisation.id):
        peer = world.north.peer(world.south)
        without = [one for one in PASSES if one != questions.ASKED]
        peers.agree(
            world.north.administrator, nodes.REASON, peer, accepts=PASSES, sends=without, countries=peer.countries
        )
        assert questions.ask(world.ada, FINDING, ASKED) is None
        peers.agree(
            world.north.administrator, nodes.REASON, peer, accepts=PASSES, sends=PASSES, countries=peer.countries
        )
    with world.south.on():
        peer = world.south.peer(world.north)
        peers.agree(world.south.administrator, nodes.REASON, peer, accepts=[], sends=PASSES, countries=peer.countries)
    question = ask(world)
    world.rest()
    row, said = answer(world, question)
    assert (row.refused, said) == ("not_agreed", [])


def test_nobody_goes_through_a_list(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ASKED_OF_NODE", (1 / 3_600, 1.0))
    first, second = ask(world), ask(world)
    world.rest()
    assert answer(world, first)[0].refused == ""
    assert answer(world, second)[0].refused == rules.ASKED_TOO_OFTEN


def test_an_answer_is_to_a_question_and_names_its_own(world: World) -> None:
    lie = KnownSaid(standing=Standing.SAFEGUARDED, by=[world.ada.organisation.pk])
    with world.north.on():
        asked = questions.to_ask()[world.south.name]
    with world.south.on():
        sender = next(one for one in (world.tem, world.uma, world.lin) if one.organisation.pk == asked.pk).organisation
        other = next(one for one in (world.tem, world.uma, world.lin) if one.organisation.pk != asked.pk).organisation
    said = KnownAnswered(said=[lie] * len(ASKED))
    never = f"refused {rules.NEVER_ASKED}"
    assert world.forged(questions.ANSWERED, said, sender, uuid4()) == never

    def first(said: KnownAnswered, by: Organisation) -> tuple[str, Question]:
        """What becomes of an answer that comes before the node's own."""
        question = ask(world)
        with world.north.on():
            about = NodeAnswer.objects.get(question=question).pk
        world.forged(questions.ANSWERED, said, by, about)
        row = taken_of(world.north, world.south)[-2]
        return f"{row.state} {row.because}".strip(), question

    assert first(said, other)[0] == never
    assert first(msgspec.structs.replace(said, said=[lie]), sender)[0] == f"refused {rules.IMPOSSIBLE}"
    became, question = first(said, sender)
    assert became == "taken_in"
    assert taken_of(world.north, world.south)[-1].because == rules.NEVER_ASKED, "the first answer counts"
    assert all((one.by, one.others) == ([], True) for one in answer(world, question)[1]), "it names nobody of ours"


def test_the_page_shows_what_is_here_at_once_and_what_has_come(world: World) -> None:
    with world.north.on():
        client = Client()
        sign_in(client, Person.everybody.get(pk=world.ada.person.pk))  # type: ignore[union-attr]
        page = reverse("victims:known")
        assert "They learn which hashes you ask about" in client.get(page, HTTP_HOST="localhost").content.decode()
        hashes = "\n".join(one.value.hex() for one in ASKED[:3])
        given = {"hashes": hashes, "elsewhere": "on", "why": FINDING.why.value}
        shown = client.post(page, given, HTTP_HOST="localhost").content.decode()
        assert "Waits for an answer" in shown
        assert "somebody works on it" in shown, "here it is known"
        question = Question.everywhere.get()
    world.rest()
    with world.north.on():
        later = client.get(f"{page}?question={question.pk}", HTTP_HOST="localhost").content.decode()
        assert "Waits for an answer" not in later
        assert "an organisation that is not named" in later
        assert client.get(f"{page}?question=none", HTTP_HOST="localhost").status_code == 200


def test_a_question_is_erased_the_day_after(world: World) -> None:
    question = ask(world)
    with world.north.on():
        assert questions.erase_old() == 0
        Question.everywhere.filter(pk=question.pk).update(asked_at=timezone.now() - timedelta(days=1, seconds=1))
        assert questions.erase_old() == 1
        assert not NodeAnswer.objects.exists()
    world.rest()
    assert taken_of(world.north, world.south)[-1].because == rules.NEVER_ASKED
