"""The pages of administrators: how two nodes join by them, what waits and why, and what is done about it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.exchange.nodes import Line, Node, desk, sent_to, taken_of
from tests.node.exchange.notes import Notes, put_down, write
from tests.node.factories import make_member, make_person, sign_in, viewer_for

from vaern.node.exchange.models import Peer
from vaern.node.exchange.peers.directories import send_changed_directories
from vaern.node.exchange.peers.items import waiting_items
from vaern.node.exchange.peers.queries import is_carried, numbers, old_key, own
from vaern.node.exchange.rules.peers import State
from vaern.node.ledger.models import Entry
from vaern.node.operations import metrics
from vaern.node.organisations.models import Organisation, Person
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.once  # several whole nodes each


@pytest.fixture
def browsers(strangers: tuple[Node, Node]) -> Iterator[dict[str, Client]]:
    """A browser of the administrator of each node."""
    found = {}
    for node in strangers:
        with node.on():
            found[node.name] = Client()
            sign_in(found[node.name], Person.everybody.get(organisation__runs_node=True), second_factor=True)
    return found


def get(node: Node, browser: Client, name: str, *args: Any) -> str:
    with node.on():
        answer = browser.get(reverse(f"exchange:{name}", args=args))
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def send(node: Node, browser: Client, name: str, *args: Any, **fields: Any) -> Any:
    with node.on():
        return browser.post(reverse(f"exchange:{name}", args=args), fields)


def digits(node: Node) -> str:
    """What a person of a node reads aloud."""
    with node.on():
        return " ".join(own(node.administrator).digits)


def test_two_administrators_join_their_nodes_by_the_pages(
    strangers: tuple[Node, Node], browsers: dict[str, Client], line: Line, notes: Notes
) -> None:
    north, south = strangers
    for node, other in ((north, south), (south, north)):
        with other.on():
            card = browsers[other.name].get(reverse("exchange:card"))
        assert card["Content-Disposition"].endswith('.card.json"')
        with node.on():
            make_member("DK")
        answer = send(node, browsers[node.name], "meet", card=card.content.decode())
        assert answer.status_code == 302
        with node.on():
            peer = node.peer(other)
        page = get(node, browsers[node.name], "peer", peer.pk)
        assert all(group in page for group in digits(node).split())
        assert digits(other).split()[0] not in page, "what they read aloud stands on no page of ours"
        form = get(node, browsers[node.name], "confirm", peer.pk)
        assert str(notes.kind.label) in form
        answer = send(
            node,
            browsers[node.name],
            "confirm",
            peer.pk,
            heard=digits(other),
            accepts=[notes.kind.name],
            sends=[notes.kind.name],
            countries=["DK"],
        )
        assert answer.status_code == 302, answer.content.decode()
    mine, theirs = desk(north), desk(south)
    for node in strangers:
        with node.on():
            send_changed_directories()
    line.settle((north, south))
    write(north, mine, theirs, "one")
    line.settle((north, south))
    assert put_down(south) == ["one"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("12345 12345", "These are 10 digits"),
        ("abcde 12345 12345 12345 12345 12345", "digits alone"),
        ("12345 12345 12345 12345 12345 12345", "not the digits of this card"),
        ("", "required"),
    ],
)
def test_other_digits_open_nothing_and_what_was_typed_stays(
    strangers: tuple[Node, Node], browsers: dict[str, Client], notes: Notes, typed: str, said: str
) -> None:
    north, south = strangers
    with south.on():
        card = own(south.administrator).card
    send(north, browsers[north.name], "meet", card=card.decode())
    with north.on():
        peer = north.peer(south)
    answer = send(north, browsers[north.name], "confirm", peer.pk, heard=typed, sends=[notes.kind.name])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert typed in page
    assert f'value="{notes.kind.name}"' in page
    with north.on():
        assert north.peer(south).state == State.MET.value


@pytest.mark.parametrize("pasted", ["", "{}", "not a card", "own", "changed"])
def test_what_is_no_card_of_theirs_is_refused_with_what_to_do(
    strangers: tuple[Node, Node], browsers: dict[str, Client], pasted: str
) -> None:
    north, south = strangers
    with north.on():
        mine = own(north.administrator).card.decode()
    with south.on():
        document = json.loads(own(south.administrator).card)
    document["signatures"][0]["sig"] = document["signatures"][0]["sig"][::-1]
    text = {"own": mine, "changed": json.dumps(document)}.get(pasted, pasted)
    answer = send(north, browsers[north.name], "meet", card=text)
    assert answer.status_code == 422
    assert 'class="error' in answer.content.decode() or "errorlist" in answer.content.decode()
    with north.on():
        assert not Peer.objects.exists()


# What waits, and why --------------------------------------------------------------------------------------------------


def page_of(node: Node, other: Node, browsers: dict[str, Client]) -> str:
    """The page of a node that another has of it."""
    with node.on():
        peer = node.peer(other)
    return get(node, browsers[node.name], "peer", peer.pk)


def test_the_page_says_of_each_message_how_far_it_is_and_never_what_it_says(
    pair: tuple[Node, Node],
    browsers: dict[str, Client],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
) -> None:
    north, south = pair
    notes.breaks, notes.refuses, notes.waits = {"poison words"}, {"refused words"}, {"later words"}
    for text in ("taken words", "poison words", "refused words", "later words"):
        write(north, desks[0], desks[1], text)
    line.settle((north, south))
    write(north, desks[0], desks[1], "unsent words")
    here, there = page_of(north, south, browsers), page_of(south, north, browsers)
    for said in ("Taken in", "Set aside there", "Refused", "Waits there", "It goes with the next call."):
        assert said in here, said
    for said in ("What it belongs to has not come yet.", "Taking it in failed by a fault of this node", "RuntimeError"):
        assert said in there, said
    assert " words" not in here.replace("own words", "")
    assert " words" not in there.replace("own words", "")
    with north.on():
        assert Entry.objects.filter(act="exchange.peer.looked", subject=north.peer(south).pk).exists()


@pytest.mark.parametrize("act", ["try-again", "refuse"])
def test_a_message_set_aside_is_tried_again_or_refused_by_a_person(
    pair: tuple[Node, Node],
    browsers: dict[str, Client],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
    act: str,
) -> None:
    north, south = pair
    notes.breaks = {"poison"}
    write(north, desks[0], desks[1], "poison")
    line.settle((north, south))
    (row,) = [one for one in taken_of(south, north) if one.state == "set_aside"]
    page = get(south, browsers[south.name], "message", row.pk)
    assert desks[0].name in page
    assert "poison" not in page
    notes.breaks = set()
    assert send(south, browsers[south.name], act, row.pk).status_code == 302
    line.settle((north, south))
    assert put_down(south) == (["poison"] if act == "try-again" else [])
    (sent,) = [one for one in sent_to(north, south) if one.kind == notes.kind.name]
    assert sent.result == ("taken_in" if act == "try-again" else "refused")
    again = send(south, browsers[south.name], act, row.pk)
    assert again.status_code == 409, "nobody decides twice"


def test_a_suspended_node_goes_on_and_one_that_ended_begins_anew(
    pair: tuple[Node, Node], browsers: dict[str, Client], desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    browser = browsers[north.name]
    write(north, desks[0], desks[1], "one")
    with north.on():
        peer = north.peer(south)
    assert send(north, browser, "suspend", peer.pk).status_code == 422, "it asks why"
    assert send(north, browser, "suspend", peer.pk, words="They were broken into").status_code == 302
    page = page_of(north, south, browsers)
    assert "The exchange is suspended" in page
    assert "They were broken into" in page
    assert send(north, browser, "resume", peer.pk).status_code == 302
    assert send(north, browser, "resume", peer.pk).status_code == 409
    ending = get(north, browser, "end", peer.pk)
    assert "Waits for it" in ending, "what is lost is seen before"
    assert send(north, browser, "end", peer.pk, words="They left the alliance").status_code == 302
    assert "1 message was never delivered" in page_of(north, south, browsers)
    with north.on():
        assert not Organisation.all_nodes.get(pk=desks[1].pk).active


def test_what_was_agreed_changes_and_nothing_unknown_is_agreed(
    pair: tuple[Node, Node], browsers: dict[str, Client], notes: Notes
) -> None:
    north, south = pair
    with north.on():
        peer = north.peer(south)
    assert send(north, browsers[north.name], "agree", peer.pk, sends=["exchange.card"]).status_code == 422
    assert send(north, browsers[north.name], "agree", peer.pk, sends=[notes.kind.name]).status_code == 302
    with north.on():
        changed = north.peer(south)
    assert (changed.accepts, changed.sends) == ([], [notes.kind.name])


def test_new_keys_reach_the_other_node_by_themselves(
    pair: tuple[Node, Node], browsers: dict[str, Client], line: Line
) -> None:
    north, south = pair
    before = digits(north)
    assert send(north, browsers[north.name], "rotate").status_code == 302
    assert digits(north) != before
    assert south.name in get(north, browsers[north.name], "peers"), "who does not know them yet is named"
    line.settle((north, south))
    with north.on():
        assert not own(north.administrator).untold


def test_only_administrators_of_the_organisation_that_runs_the_node_come_there(
    strangers: tuple[Node, Node], client: Client
) -> None:
    north, _south = strangers
    with north.on():
        sign_in(client, make_person(Role.ADMINISTRATOR), second_factor=True)
        for name in ("peers", "card", "meet", "rotate"):
            assert client.get(reverse(f"exchange:{name}")).status_code == 403


# The front page, and those who watch the node -------------------------------------------------------------------------


def test_the_front_page_says_what_an_administrator_has_to_do(
    pair: tuple[Node, Node],
    browsers: dict[str, Client],
    line: Line,
    notes: Notes,
    desks: tuple[Organisation, Organisation],
) -> None:
    north, south = pair
    administrator = south.administrator
    with south.on():
        assert waiting_items(administrator) == []
        Peer.objects.update(answered_at=timezone.now() - timedelta(minutes=61))
        assert [item.tone for item in waiting_items(administrator)] == ["bad"]
    line.settle((north, south))
    notes.breaks = {"poison"}
    write(north, desks[0], desks[1], "poison")
    line.settle((north, south))
    with south.on():
        line.carry(north, south)
        (item,) = waiting_items(administrator)
        assert "1 message of it could not be taken in" in str(item.what)
        assert numbers().set_aside == 1
        assert "could not be taken in" in browsers[south.name].get("/").content.decode()
        assert old_key(administrator, timezone.now() + timedelta(days=400)) is not None
        assert old_key(administrator, timezone.now() + timedelta(days=300)) is None
        for viewer in (viewer_for(make_person(Role.ADMINISTRATOR)), viewer_for(make_person(Role.ANALYST))):
            assert waiting_items(viewer) == [], "it is for whoever runs the node"
        Peer.objects.update(state=State.MET.value)
        assert any("Read your digits" in str(one.what) for one in waiting_items(administrator))


def test_the_courier_that_calls_nobody_is_told_to_those_who_watch(pair: tuple[Node, Node]) -> None:
    north, _south = pair
    with north.on():
        assert is_carried()
        Peer.objects.update(tried_at=timezone.now() - timedelta(minutes=6))
        assert not is_carried()
        Peer.objects.update(state=State.SUSPENDED.value)
        assert is_carried(), "nobody calls a node with which nothing passes"
        Peer.objects.update(state=State.ACTIVE.value, address="")
        assert is_carried(), "nor one that calls us"


def test_the_numbers_are_those_of_what_waits(
    pair: tuple[Node, Node], line: Line, desks: tuple[Organisation, Organisation]
) -> None:
    north, south = pair
    with north.on():
        assert (numbers().peers, numbers().waiting, numbers().failing) == (1, 0, 0)
    for text in ("one", "two"):
        write(north, desks[0], desks[1], text)
    line.drops_call = lambda: True
    line.carry(north, south)
    with north.on():
        found = numbers()
        assert (found.waiting, found.failing) == (2, 1)
        assert found.seconds > 0
        sample = next(one for one in metrics._State().collect() if one.name == "vaern_exchange_waiting_messages")
        assert sample.samples[0].value == 2
