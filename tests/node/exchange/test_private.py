"""A private comparison between two nodes: each has its own side only, and both read the number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.node.exchange import nodes, privates
from tests.node.exchange.nodes import REASON
from tests.node.factories import sign_in

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.crosscheck.intersection import actions, places
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.disclosures import RefusalGround, RevealState
from vaern.node.crosscheck.rules.intersection import Bar, Stage
from vaern.node.exchange.peers import actions as peers
from vaern.node.organisations.models import Person

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node
    from tests.node.exchange.privates import Two

pytestmark = pytest.mark.once


@pytest.fixture
def two(strangers: tuple[Node, Node], line: Line) -> Two:
    """150 values in the north against 200 in the south, of which 40 are common; on for both, the night is over."""
    return privates.ready(*strangers, line)


def files_of(two: Two) -> list[str]:
    """What both nodes have on disk of the pair."""
    north, south = two.north, two.south
    found: list[str] = []
    for side in (north, south):
        with side.node.on():
            for holder, asker in ((north, south), (south, north)):
                folder = places.tags_of(holder.organisation.id, asker.organisation.id)
                found += [path.name for path in folder.glob("*")]
                secret = places.secret_of(holder.organisation.id, asker.organisation.id)
                found += [secret.name] if secret.exists() else []
    return found


def test_it_is_off_until_both_switched_it_on_and_each_node_knows_of_both(
    strangers: tuple[Node, Node], line: Line
) -> None:
    two = privates.two(*strangers, line)
    two.north.switches(two.south, on=True)
    two.rest()
    assert (two.north.bar(), two.south.bar()) == (Bar.OFF, Bar.OFF)
    two.south.switches(two.north, on=True)
    two.rest()
    assert (two.north.bar(), two.south.bar()) == (Bar.NO_TAGS, Bar.NO_TAGS)
    assert two.north.pair().pk == two.south.pair().pk
    assert two.north.acts() == ["on", "was_on"]
    assert two.south.acts() == ["was_on", "on"]


def test_both_read_the_number_and_each_account_has_its_own_side(two: Two) -> None:
    run = two.north.asks()
    assert (run.stage, run.count) == (Stage.ASKED.value, None)
    assert two.north.bar() is Bar.WAITING
    with pytest.raises(Conflict):
        two.north.asks()
    two.rest()
    for side in (two.north, two.south):
        found = side.run()
        assert (found.stage, found.values, found.held, found.count) == (Stage.COUNTED.value, 150, 200, 40)
    assert two.north.acts() == ["on", "was_on", "evaluated", "tags", "asked", "counted"]
    assert two.south.acts() == ["on", "was_on", "evaluated", "tags", "came", "told"]
    assert two.north.refused() == two.south.refused() == []
    assert two.north.bar() is Bar.TOO_FEW_ASKED, "all that it had was asked about"
    assert two.south.bar() is None, "the other way round nothing was asked"


def test_a_node_has_its_own_key_and_index_and_of_the_other_side_the_tags(two: Two) -> None:
    for own, other in ((two.north, two.south), (two.south, two.north)):
        with own.node.on():
            held = places.tags_of(own.organisation.id, other.organisation.id)
            got = places.tags_of(other.organisation.id, own.organisation.id)
            assert {path.name.partition(".")[2] for path in held.iterdir()} == {"tags", "index"}
            assert {path.name.partition(".")[2] for path in got.iterdir()} == {"tags"}
            assert places.secret_of(own.organisation.id, other.organisation.id).exists()
            assert not places.secret_of(other.organisation.id, own.organisation.id).exists()


def test_tags_go_again_when_something_is_new_and_only_then(two: Two) -> None:
    def kinds(side: Any) -> int:
        return len([act for act in side.acts() if act == "tags"])

    two.nights()
    assert (kinds(two.north), kinds(two.south)) == (1, 1)
    two.south.holds(5, 6, 7)
    two.nights()
    assert (kinds(two.north), kinds(two.south)) == (2, 1)
    assert two.counted().count == 43


def test_what_waits_and_what_there_is_goes_on_both_nodes_when_one_side_switches_it_off(two: Two) -> None:
    run = two.north.asks()
    assert files_of(two)
    two.south.switches(two.north, on=False)
    two.rest()
    assert (two.north.bar(), two.south.bar()) == (Bar.OFF, Bar.OFF)
    for side in (two.north, two.south):
        nodes.committed(side.node)
    assert files_of(two) == []
    found = two.north.run()
    assert (found.pk, found.stage, found.count) == (run.pk, Stage.FAILED.value, None)
    assert two.south.runs() == []
    with pytest.raises(Conflict):
        two.north.asks()


@pytest.mark.parametrize("how", ["suspend", "end", "agree"])
def test_a_peer_with_which_nothing_passes_any_more_compares_nothing(two: Two, how: str) -> None:
    run = two.counted()
    two.north.do(actions.propose, run)
    two.rest()
    node = two.south.node
    with node.on():
        peer = node.peer(two.north.node)
        if how == "agree":
            peers.agree(node.administrator, REASON, peer, accepts=[], sends=[], countries=peer.countries)
        else:
            getattr(peers, how)(node.administrator, REASON, peer)
    assert two.south.bar() is Bar.OFF
    assert two.south.run().state == RevealState.EXPIRED.value
    assert "closed" in two.south.acts()
    if how == "agree":
        two.rest()
        assert two.north.bar() is Bar.OFF
        assert two.north.run().state == RevealState.EXPIRED.value
    with pytest.raises(Refusal):
        two.south.switches(two.north, on=True)


def test_which_records_are_in_common_is_shown_after_both_agreed_and_each_sees_its_own(two: Two) -> None:
    mine, other = two.north.holds(300), two.north.holds(*range(1_000, 1_010))
    theirs = two.south.holds(149)
    two.nights()
    run = two.counted()
    assert run.count == 41
    two.north.do(actions.propose, run)
    two.rest()
    assert (two.north.sees(), two.south.sees()) == (None, None)
    two.south.do(actions.agree, two.south.run())
    assert two.south.sees() is None, "the other node does not know it yet"
    two.rest()
    seen, seen_there = two.north.sees(), two.south.sees()
    assert seen is not None
    assert seen_there is not None
    assert mine.pk in seen
    assert other.pk not in seen
    assert theirs.pk in seen_there
    assert seen.isdisjoint(seen_there)
    assert two.north.acts()[-3:] == ["proposed", "agreed", "read"]
    assert two.south.acts()[-4:] == ["was_proposed", "agreed", "common", "read"]


def test_the_side_that_was_asked_proposes_and_the_asker_agrees(two: Two) -> None:
    two.counted()
    two.south.do(actions.propose, two.south.run())
    two.rest()
    two.north.do(actions.agree, two.north.run())
    assert two.north.sees() is None, "the other node does not know it yet"
    two.rest()
    assert two.north.sees()
    assert two.south.sees()


def test_a_refusal_says_the_word_and_shows_nothing(two: Two) -> None:
    two.north.do(actions.propose, two.counted())
    two.rest()
    two.south.do(actions.refuse, two.south.run(), RefusalGround.SENSITIVE)
    two.rest()
    for side in (two.north, two.south):
        run = side.run()
        assert (run.state, run.refusal, side.sees()) == ("refused", "sensitive", None)
    with pytest.raises(Conflict):
        two.north.do(actions.propose, two.north.run())


CROSSING = {
    "withdrawn and agreed": (actions.withdraw, actions.agree, RevealState.WITHDRAWN),
    "withdrawn and refused": (
        actions.withdraw,
        lambda *given: actions.refuse(*given, RefusalGround.NO_NEED),
        RevealState.REFUSED,
    ),
}


@pytest.mark.parametrize(("mine", "theirs", "after"), CROSSING.values(), ids=list(CROSSING))
@pytest.mark.parametrize("asker", [True, False])
def test_steps_that_cross_leave_both_nodes_alike(two: Two, mine: Any, theirs: Any, after: Any, asker: bool) -> None:
    two.counted()
    one, other = (two.north, two.south) if asker else (two.south, two.north)
    one.do(actions.propose, one.run())
    two.rest()
    one.do(mine, one.run())
    other.do(theirs, other.run())
    two.rest()
    assert [side.run().state for side in (one, other)] == [after.value] * 2
    assert (one.sees(), other.sees()) == (None, None)


def test_of_two_proposals_that_cross_that_of_the_asker_counts(two: Two) -> None:
    two.counted()
    for side in (two.north, two.south):
        side.do(actions.propose, side.run())
    two.rest()
    for side in (two.north, two.south):
        run = side.run()
        assert (run.state, run.proposing_id) == (RevealState.ASKED.value, two.north.organisation.id)
    two.south.do(actions.agree, two.south.run())
    two.rest()
    assert two.north.sees()
    assert two.south.sees()


def test_a_proposal_that_crosses_one_that_was_taken_back_leaves_nothing(two: Two) -> None:
    two.counted()
    two.north.do(actions.propose, two.north.run())
    two.north.do(actions.withdraw, two.north.run())
    two.south.do(actions.propose, two.south.run())
    two.rest()
    assert [side.run().state for side in (two.north, two.south)] == [RevealState.WITHDRAWN.value] * 2


def test_a_question_that_is_refused_ends_with_the_reason_and_can_be_asked_again(two: Two) -> None:
    with two.south.node.on():
        secret = places.secret_of(two.south.organisation.id, two.north.organisation.id)
        secret.unlink()
    run = two.counted()
    assert (run.stage, run.because) == (Stage.FAILED.value, bodies.OTHER_KEY)
    assert two.south.runs() == []
    assert two.north.bar() is None, "nothing was counted, and nothing was spent"
    two.nights()
    two.north.asks()
    two.rest()
    assert [one.count for one in two.north.runs()] == [None, 40]


def page(side: Any, person: Any, name: str, *given: Any, **posted: str) -> str:
    """A page of the room, as a person of a side reads it; or what it says after a form was sent."""
    address = reverse(f"crosscheck:{name}", args=given)
    with side.node.on():
        client = Client()
        sign_in(client, Person.everybody.get(pk=person.pk))
        if posted:
            return client.post(address, posted, HTTP_HOST="localhost", follow=True).content.decode()
        return client.get(address, HTTP_HOST="localhost").content.decode()


def test_the_same_pages_say_on_which_node_the_partner_is_and_what_waits(
    strangers: tuple[Node, Node], line: Line
) -> None:
    two = privates.two(*strangers, line)
    two.north.holds(*range(150))
    two.south.holds(*range(110, 310))
    north, south = two.north, two.south
    keeper, other = north.keeper.person, south.organisation.id
    assert "on the node south.example" in page(north, keeper, "private-partners")
    assert "south.example" in page(north, keeper, "private-switch", other)
    assert "Saved" in page(north, keeper, "private-switch", other, on="on", why="administration")
    two.rest()
    assert "They have it on; you do not" in page(south, south.keeper.person, "private-partners")
    south.switches(north, on=True)
    two.rest()
    two.nights()
    asks, pair = north.viewer.person, north.pair().pk
    preview = page(north, asks, "private-ask", pair)
    assert "What leaves this node" in preview
    assert "south.example" in preview
    assert "when the other node has answered" in page(north, asks, "private-ask", pair, why="investigation")
    waits = page(north, asks, "private-run", north.run().pk)
    assert "waits for the other node" in waits
    assert "Propose to see which" not in waits
    two.rest()
    assert ">40<" in page(north, asks, "private-run", north.run().pk)
    assert ">40<" in page(south, south.viewer.person, "private-run", south.run().pk)


def test_a_page_says_why_nothing_was_counted(two: Two) -> None:
    with two.south.node.on():
        places.secret_of(two.south.organisation.id, two.north.organisation.id).unlink()
    run = two.counted()
    shown = page(two.north, two.north.viewer.person, "private-run", run.pk)
    assert "Not counted" in shown
    assert "another key" in shown
