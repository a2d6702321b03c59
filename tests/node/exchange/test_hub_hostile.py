"""A hub that lies, and members that do: what each may try, with its real keys, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock
from uuid import UUID, uuid4

import msgspec
import pytest
from django.db import transaction
from tests.node.exchange import hubs, nodes
from tests.node.exchange.hubs import Side, Trio, file_key, mail_key
from tests.node.exchange.test_hub import reveal, shown

from vaern.node.crosscheck.disclosures import actions
from vaern.node.crosscheck.elsewhere import channel, secrets
from vaern.node.crosscheck.models import Elsewhere, HeldMeeting, HeldRecord, HeldValue, Reveal
from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules import hub as rules
from vaern.node.crosscheck.rules.disclosures import Level, RevealState
from vaern.node.crosscheck.rules.hub_messages import (
    ENROLLED,
    MET,
    PASSED,
    SECRET,
    WITHDRAWN,
    Agreed,
    Enrolled,
    Introduced,
    Met,
    Passed,
    Shared,
    Value,
    Withdrawn,
)
from vaern.node.crosscheck.rules.registry import State
from vaern.node.exchange.inbox.deliveries import message_of
from vaern.node.exchange.models import Incoming
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.exchange.peers import actions as peers

if TYPE_CHECKING:
    from tests.node.exchange.conftest import Begin
    from tests.node.exchange.nodes import Node

pytestmark = pytest.mark.once  # several whole nodes each


@pytest.fixture
def trio(begin: Begin) -> Trio:
    return hubs.trio(*begin(*hubs.names()))


def said(trio: Trio, liar: Node, victim: Node, kind: str, body: msgspec.Struct) -> str:
    """Let a node say what its program would not; return what the other made of it."""
    with liar.on(), transaction.atomic():
        send_of_node(kind, body, liar.peer(victim))
    trio.rest()
    with victim.on():
        row = Incoming.objects.filter(peer=victim.peer(liar)).order_by("stream", "sequence").last()
    assert row is not None
    return f"{row.state} {row.because.partition(':')[0]}".strip()


def from_hub(trio: Trio, side: Side, kind: str, body: msgspec.Struct) -> str:
    return said(trio, trio.hub, side.node, kind, body)


def carried(trio: Trio, side: Side, number: int = 0) -> Passed:
    """What the hub carried of a side."""
    with trio.hub.on():
        rows = Incoming.objects.filter(peer=trio.hub.peer(side.node), kind=PASSED).order_by("sequence")
        return msgspec.convert(message_of(rows[number]).body, type=Passed)


def held(trio: Trio) -> dict[str, list[tuple[str, str]]]:
    """What the hub holds, by node: key and proof of each value."""
    with trio.hub.on():
        rows = HeldValue.objects.order_by("pk").values_list("record__member__name", "digest", "proof")
        found: dict[str, list[tuple[str, str]]] = {}
        for node, digest, proof in rows:
            found.setdefault(node, []).append((bytes(digest).hex(), bytes(proof).hex()))
        return found


def record_of(trio: Trio, side: Side) -> UUID:
    with trio.hub.on():
        found: UUID = HeldRecord.objects.get(member=trio.hub.peer(side.node)).record
        return found


def test_a_hub_invents_no_match(trio: Trio) -> None:
    trio.north.enrol(mail_key)
    trio.south.enrol(file_key)
    trio.rest()
    values, mine, theirs = held(trio), record_of(trio, trio.north), record_of(trio, trio.south)
    ((own_key, own_proof),), ((other_key, other_proof),) = values[trio.north.node.name], values[trio.south.node.name]
    for key, proof in ((own_key, other_proof), (own_key, own_proof), (other_key, other_proof), (own_key, "0" * 32)):
        body = Met(meeting=uuid4(), record=mine, other=theirs, shared=[Value(key, proof)])
        assert from_hub(trio, trio.north, MET, body) == f"refused {rules.UNPROVEN}"
    assert trio.north.meetings() == []


def test_a_hub_lets_no_record_meet_itself_or_one_that_nobody_enrolled(trio: Trio) -> None:
    trio.north.enrol(mail_key)
    trio.rest()
    ((key, proof),) = held(trio)[trio.north.node.name]
    mine = record_of(trio, trio.north)
    itself = Met(meeting=uuid4(), record=mine, other=mine, shared=[Value(key, proof)])
    assert from_hub(trio, trio.north, MET, itself) == f"refused {rules.UNPROVEN}"
    nobody = Met(meeting=uuid4(), record=uuid4(), other=uuid4(), shared=[Value(key, proof)])
    assert from_hub(trio, trio.north, MET, nobody) == f"refused {rules.UNKNOWN_RECORD}"


def test_a_hub_turns_nothing_round_and_carries_nothing_elsewhere(trio: Trio) -> None:
    trio.meet()
    trio.north.enrol(file_key)
    trio.south.enrol(file_key)
    trio.rest()
    first, second = trio.north.meetings()
    own = carried(trio, trio.north)
    assert from_hub(trio, trio.north, PASSED, own) == f"refused {rules.UNREADABLE}"
    other = first if first.elsewhere.at_hub != own.meeting else second
    assert from_hub(trio, trio.south, PASSED, Passed(other.elsewhere.at_hub, own.sealed)) == (
        f"refused {rules.UNREADABLE}"
    )
    assert from_hub(trio, trio.south, PASSED, Passed(uuid4(), own.sealed)) == f"refused {rules.NO_SIDE}"


def test_what_a_hub_plays_back_changes_nothing(trio: Trio) -> None:
    trio.meet()
    old = carried(trio, trio.north)
    with trio.north.node.on(), transaction.atomic():
        registry.change(trio.north.records[0], State.CLOSED)
    trio.north.do(actions.ask, trio.north.meeting(), Level.ORGANISATION)
    trio.rest()
    assert from_hub(trio, trio.south, PASSED, old) == "taken_in"
    assert trio.south.meeting().elsewhere.state == State.CLOSED.value
    assert from_hub(trio, trio.south, PASSED, carried(trio, trio.north, 2)) == f"refused {rules.ASKED_ALREADY}"
    trio.north.do(actions.withdraw, reveal(trio.north))
    trio.rest()
    assert from_hub(trio, trio.south, PASSED, carried(trio, trio.north, 2)) == f"refused {rules.ASKED_ALREADY}"
    with trio.south.node.on():
        assert Reveal.everywhere.count() == 1


def test_a_hub_names_nobody(trio: Trio) -> None:
    trio.meet()
    trio.north.do(actions.ask, trio.north.meeting(), Level.ORGANISATION)
    trio.rest()
    at_hub = trio.north.meeting().elsewhere.at_hub
    data = msgspec.json.encode(Agreed(reveal=reveal(trio.north).pk, introduction="{}"))
    for key in (b"\0" * 32, at_hub.bytes * 2):
        sealed = rules.seal(key, data, record_of(trio, trio.south)).hex()
        assert from_hub(trio, trio.north, PASSED, Passed(at_hub, (sealed * 2)[:10_000])).startswith("refused hub_")
    (one,) = shown(trio.north)
    assert (one.state, one.partner) == (RevealState.ASKED, None)


def test_nobody_but_a_hub_says_who_met(trio: Trio) -> None:
    trio.meet()
    body = Met(meeting=uuid4(), record=uuid4(), other=uuid4(), shared=[Value("0" * 64, "0" * 32)])
    assert said(trio, trio.south.node, trio.north.node, MET, body) == f"refused {rules.NOT_OUR_HUB}"


def test_a_hub_is_never_given_the_key_and_takes_none(trio: Trio) -> None:
    hubs.agree(trio.north.node, trio.hub, accepts=[], sends=[ENROLLED, SECRET])
    hubs.agree(trio.hub, trio.north.node, accepts=[ENROLLED, SECRET], sends=[])
    with trio.north.node.on():
        assert [peer.name for peer in secrets.members()] == [trio.south.node.name]
    body = Shared(number=9, secret="ab" * 32)
    assert said(trio, trio.north.node, trio.hub, SECRET, body) == f"refused {rules.HOLDS_SECRET}"


def test_a_member_fills_no_hub(trio: Trio) -> None:
    trio.north.enrol(mail_key)
    trio.rest()
    values = [Value(f"{n:064x}", "0" * 32) for n in range(50)]
    with mock.patch.object(rules, "MOST_OF_MEMBER", 40):
        body = Enrolled(record=uuid4(), values=values)
        assert said(trio, trio.north.node, trio.hub, ENROLLED, body) == f"refused {rules.QUOTA}"
    assert len(held(trio)[trio.north.node.name]) == 1


def test_a_member_withdraws_nothing_of_another(trio: Trio) -> None:
    trio.meet()
    body = Withdrawn(record=record_of(trio, trio.south))
    assert said(trio, trio.north.node, trio.hub, WITHDRAWN, body) == "taken_in"
    assert len(trio.south.meetings()) == 1
    with trio.hub.on():
        assert HeldRecord.objects.count() == 2


def test_a_member_speaks_in_no_match_of_others(trio: Trio, begin: Begin) -> None:
    trio.meet()
    with trio.hub.on():
        HeldRecord.objects.filter(member=trio.hub.peer(trio.north.node)).update(member=trio.hub.peer(trio.south.node))
    body = carried(trio, trio.north)
    assert said(trio, trio.north.node, trio.hub, PASSED, body) == f"refused {rules.NO_SIDE}"


def test_who_asks_does_not_answer(trio: Trio) -> None:
    trio.meet()
    trio.north.do(actions.ask, trio.north.meeting(), Level.ORGANISATION)
    trio.rest()
    one = reveal(trio.north)
    with trio.north.node.on(), transaction.atomic():
        channel.say(trio.north.meeting(), Agreed(reveal=one.pk, introduction="{}"))
    trio.rest()
    (seen,) = shown(trio.south)
    assert (seen.state, seen.partner) == (RevealState.ASKED, None)
    with trio.south.node.on():
        row = Incoming.objects.filter(kind=PASSED).order_by("sequence").last()
        assert row is not None
        assert row.because.startswith("state")


def test_a_side_introduces_itself_as_nobody_else(trio: Trio) -> None:
    trio.meet()
    trio.north.do(actions.ask, trio.north.meeting(), Level.ORGANISATION)
    trio.rest()
    one = reveal(trio.south)
    with trio.south.node.on(), transaction.atomic():
        with mock.patch("vaern.node.crosscheck.elsewhere.channel.keys.name", return_value=trio.north.node.name):
            posing = channel.introduce(one.meeting, one.pk, trio.south.viewer.organisation, "")
        other = channel.introduce(one.meeting, uuid4(), trio.south.viewer.organisation, "")
        for document in (posing, other, "{}", "no document"):
            channel.say(one.meeting, Agreed(reveal=one.pk, introduction=document))
        channel.say(one.meeting, Introduced(reveal=one.pk, introduction=other))
    trio.rest()
    (seen,) = shown(trio.north)
    assert (seen.state, seen.partner) == (RevealState.ASKED, None)
    with trio.north.node.on():
        codes = Incoming.objects.filter(kind=PASSED, state="refused").values_list("because", flat=True)
        assert sorted(codes) == [rules.NEVER_ASKED, *4 * [rules.NOT_WHO_IT_SAYS]]


def test_of_a_member_with_which_a_hub_ends_it_nothing_is_left(trio: Trio) -> None:
    trio.meet()
    with trio.hub.on():
        peers.end(trio.hub.administrator, nodes.REASON, trio.hub.peer(trio.north.node))
        hubs.catch_up()
        assert HeldRecord.objects.count() == 1
        assert HeldMeeting.objects.count() == 0
    trio.line.settle((trio.south.node, trio.hub))
    assert trio.south.meetings() == []


def test_of_a_hub_that_is_none_any_more_nothing_is_left_on_either_side(trio: Trio) -> None:
    trio.meet()
    hubs.agree(trio.north.node, trio.hub, accepts=[], sends=[])
    trio.clock()
    assert trio.north.meetings() == trio.south.meetings() == []
    with trio.north.node.on():
        assert Elsewhere.objects.count() == 0
    assert list(held(trio)) == [trio.south.node.name]
