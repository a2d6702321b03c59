"""A confirmed peer turns hostile: what it puts on the wire is refused with its reason, and nobody else waits for it."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import msgspec
import pytest
from django.utils import timezone
from tests.node.exchange import nodes
from tests.node.exchange.attacker import Attacker, body
from tests.node.exchange.nodes import Line, Node, desk
from tests.node.exchange.notes import TURNED_DOWN, put_down, write

from vaern.node.exchange.base import keys
from vaern.node.exchange.peers.cards import NewCard, own_card, rotate
from vaern.node.exchange.peers.directories import own_directory, send_changed_directories
from vaern.node.exchange.rules.directory import Listed
from vaern.node.exchange.rules.identity import read_card, sign_card
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Entry
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.verify import verify_ledger
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.proofs.checkpoints import SigningKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper


@pytest.fixture
def third(databases: Callable[[int], list[BaseDatabaseWrapper]]) -> BaseDatabaseWrapper:
    return databases(2)[1]


@dataclasses.dataclass
class Stage:
    """North is hostile, south is attacked, east is honest; each has a desk that the others know."""

    north: Node
    south: Node
    east: Node
    line: Line
    attacker: Attacker
    desks: dict[str, Organisation]

    def unharmed(self) -> None:
        """East's notes pass, north's own pass again once it behaves, and south's ledger verifies."""
        write(self.east, self.desks["east"], self.desks["south"], "of the honest")
        self.line.settle((self.east, self.south))
        assert put_down(self.south)[-1] == "of the honest"
        assert self.attacker.say(self.attacker.message(body={"text": "behaves again"})).state == "taken_in"
        with self.south.on():
            while sequence_once():
                pass
            assert not verify_ledger(verifier_key()).findings

    def acts(self) -> list[str]:
        """What south's ledger says."""
        with self.south.on():
            return list(Entry.objects.order_by("id").values_list("act", flat=True))


@pytest.fixture
def stage(pair: tuple[Node, Node], third: BaseDatabaseWrapper) -> Iterator[Stage]:
    north, south = pair
    with ExitStack() as stack:
        east = Node("east.example", stack.enter_context(nodes.home()), third)
        stack.enter_context(nodes.forgotten(east))
        east.begin()
        nodes.introduce(east, south, ["test.note"])
        nodes.introduce(east, north, ["test.note"])
        line = Line(north, south, east)
        desks = {node.name.partition(".")[0]: desk(node) for node in (north, south, east)}
        for node in (north, south, east):
            with node.on():
                send_changed_directories()
        line.settle((north, south), (east, south), (east, north))
        yield Stage(north, south, east, line, Attacker(north, south, desks["north"], desks["south"]), desks)


Change = "Callable[[Stage], dict[str, Any]]"

MESSAGES: dict[str, tuple[Callable[[Stage], dict[str, Any]], str, str]] = {
    "an organisation of ours as sender": (lambda s: {"sender": s.desks["south"].id}, "refused", "sender_unknown"),
    "an organisation of a third node as sender": (
        lambda s: {"sender": s.desks["east"].id},
        "refused",
        "sender_unknown",
    ),
    "a sender that nobody knows": (lambda _s: {"sender": uuid4()}, "refused", "sender_unknown"),
    "no sender": (lambda _s: {"sender": None}, "refused", "sender_unknown"),
    "a recipient on a third node": (lambda s: {"recipient": s.desks["east"].id}, "refused", "recipient_unknown"),
    "its own organisation as recipient": (
        lambda s: {"recipient": s.desks["north"].id},
        "refused",
        "recipient_unknown",
    ),
    "about nothing": (lambda _s: {"about": None}, "refused", "without_subject"),
    "over for long": (
        lambda _s: {"at": timezone.now() - timedelta(days=9), "expires": timezone.now() - timedelta(days=8)},
        "refused",
        "expired",
    ),
    "for another node": (lambda s: {"to_node": s.east.name}, "refused", "malformed: the message is for another node"),
    "of another node": (lambda s: {"from_node": s.east.name}, "refused", "malformed: the message is not of the node"),
    "of another place": (lambda _s: {"sequence": 7}, "refused", "malformed: the message has another place"),
    "of another stream": (lambda _s: {"stream": 7}, "refused", "malformed: the message has another place"),
    "of version 0": (lambda _s: {"version": 0}, "refused", "malformed"),
    "of no such type": (lambda _s: {"type": "Test Note"}, "refused", "malformed"),
    "of an unknown type": (lambda _s: {"type": "test.unheard"}, "waits", "not_yet: upgrade"),
    "of a version to come": (lambda _s: {"version": 9}, "waits", "not_yet: upgrade"),
    "with fields that are none": (lambda _s: {"body": {"text": "x", "more": 1}}, "refused", "body: Object contains"),
    "with a body of another type": (lambda _s: {"body": {"text": 1}}, "refused", "body: Expected `str`"),
    "a card with a sender": (
        lambda _s: {"type": "exchange.card", "body": {"card": "x"}},
        "refused",
        "speaks_for_node",
    ),
    "a card that is none": (
        lambda _s: {"type": "exchange.card", "sender": None, "recipient": None, "about": None, "body": {"card": "x"}},
        "refused",
        "body: this is no",
    ),
}


@pytest.mark.once
def test_a_message_is_refused_or_waits_and_says_why(stage: Stage) -> None:
    for name, (change, state, because) in MESSAGES.items():
        before = stage.acts()
        place = next(stage.attacker.places)
        changed = {"sequence": place, **change(stage)}
        row = stage.attacker.say_raw(place, stage.attacker.document(stage.attacker.message(**changed)))
        assert (name, row.state, row.because[: len(because)]) == (name, state, because)
        said = [act for act in stage.acts()[len(before) :] if act != TURNED_DOWN.code]  # by the app, which hears of it
        assert said == (["exchange.message.refused"] if state == "refused" and row.message else []), name
    assert "hostile" not in put_down(stage.south)
    stage.unharmed()


NOT_JSON: dict[str, Callable[[bytes], bytes]] = {
    "nested deep": lambda text: text.replace(b'"hostile"', b"[" * 5_000 + b"]" * 5_000),
    "a huge number": lambda text: text.replace(b'"hostile"', b"9" * 5_000),
    "a number beyond": lambda text: text.replace(b'"hostile"', b"1e999"),
    "no number": lambda text: text.replace(b'"hostile"', b"NaN"),
    "a key twice": lambda text: text.replace(b'{"text"', b'{"text":"first","text"'),
    "spaces": lambda text: text.replace(b":", b": ", 1),
    "other order": lambda text: b'{"version":1,' + text[1:].replace(b',"version":1', b""),
    "no UTF-8": lambda text: text.replace(b"hostile", b"\xff\xfe"),
    "half a pair": lambda text: text.replace(b"hostile", b"\\ud800"),
    "a NUL": lambda text: text.replace(b"hostile", b"\\u0000"),
    "a field more": lambda text: text[:-1] + b',"zz":1}',
    "a list": lambda _text: b"[]",
    "nothing": lambda _text: b"",
    "half": lambda text: text[: len(text) // 2],
    "two": lambda text: text + text,
}


@pytest.mark.once
def test_what_is_not_canonical_json_of_a_message_is_refused(stage: Stage) -> None:
    for name, change in NOT_JSON.items():
        message = stage.attacker.message()
        text = stage.attacker.text_of(message)
        row = stage.attacker.say_raw(message.sequence, stage.attacker.raw(change(text)))
        assert (row.state, row.because.partition(":")[0], row.message) == ("refused", "malformed", None), name
        assert "hostile" not in row.because
    for document in ("{}", "[]", "x", "\ud7ff", '{"payload":1}', '{"payload":"","payloadType":"","signatures":[]}'):
        assert stage.attacker.say_raw(next(stage.attacker.places), document).state == "refused"
    assert "hostile" not in put_down(stage.south)
    stage.unharmed()


@pytest.mark.once
def test_what_an_ended_or_foreign_key_signed_is_refused(stage: Stage) -> None:
    attacker = stage.attacker
    with stage.east.on():
        easts = keys.signing_keys()[0]
    for key in (SigningKey.fresh(stage.north.name), easts):
        row = attacker.say(attacker.message(), key)
        assert (row.state, row.because[:9]) == ("refused", "malformed")
    with stage.north.on():
        rotate(stage.north.administrator, nodes.REASON)
        ended, fresh = attacker.sign, keys.signing_keys()[0]
        keys.drop_earlier(1)
        card = sign_card(read_card(own_card()), ended).decode()
    told = attacker.message(
        type="exchange.card", sender=None, recipient=None, about=None, body=body(NewCard(card=card))
    )
    assert attacker.say(told).state == "taken_in"
    with pytest.raises(Exception, match="has not signed"):
        attacker.put()  # nothing is opened whose line the ended key signs
    attacker.sign = fresh
    row = attacker.say(attacker.message(), ended)
    assert (row.state, row.because[:9]) == ("refused", "malformed")
    stage.unharmed()


@pytest.mark.once
def test_neither_card_nor_list_is_rolled_back_or_another_nodes(stage: Stage) -> None:
    attacker, south = stage.attacker, stage.south
    of_node = {"sender": None, "recipient": None, "about": None}

    def say(type_: str, what: msgspec.Struct) -> tuple[str, str]:
        row = attacker.say(attacker.message(type=type_, body=body(what), **of_node))
        return row.state, row.because

    with south.on():
        before = south.peer(stage.north)
        earlier = bytes(before.card)
        card = read_card(earlier)
    with stage.east.on():
        easts = own_card()
    newer = msgspec.structs.replace(card, issued=card.issued + 10**9)
    zeros = msgspec.structs.replace(card.sealing[0], **no_curve(card.sealing[0].key))
    for document, because in (
        (earlier, "older_card"),
        (sign_card(msgspec.structs.replace(card, issued=card.issued - 1), attacker.sign), "older_card"),
        (sign_card(newer, SigningKey.fresh(card.name)), "body: "),
        (easts, "body: "),
        (sign_card(msgspec.structs.replace(newer, name="east.example"), attacker.sign), "body: "),
        (sign_card(msgspec.structs.replace(newer, synthetic=not card.synthetic), attacker.sign), "card_of_other_node"),
        (sign_card(msgspec.structs.replace(newer, address="file:///etc"), attacker.sign), "body: "),
        (sign_card(msgspec.structs.replace(newer, sealing=[zeros]), attacker.sign), "body: a sealing key is no X25519"),
    ):
        state, why = say("exchange.card", NewCard(card=document.decode()))
        assert (state, why[: len(because)]) == ("refused", because)
    with south.on():
        assert bytes(south.peer(stage.north).card) == earlier
        number = south.peer(stage.north).directory
    with stage.north.on():
        directory = own_directory()
    assert say("exchange.directory", msgspec.structs.replace(directory, number=number)) == ("refused", "older_list")
    ours, easts_desk = stage.desks["south"], stage.desks["east"]
    new = Listed(id=uuid4(), name=ours.name, kind=OrganisationKind.POLICE, regime=Regime.LED)
    listed = [
        *directory.organisations,
        *(msgspec.structs.replace(new, id=one.id, name="taken over") for one in (ours, easts_desk)),
        *(msgspec.structs.replace(new, id=uuid4()) for _ in range(3)),
        msgspec.structs.replace(new, id=uuid4(), country="ZZ"),
    ]
    assert say(
        "exchange.directory", msgspec.structs.replace(directory, number=number + 10**6, organisations=listed)
    ) == ("taken_in", "")
    with south.on():
        found = {row.pk: (row.name, row.node) for row in Organisation.all_nodes.all()}
        assert found[ours.id] == (ours.name, "")
        assert found[easts_desk.id] == (easts_desk.name, "east.example")
        assert not any(name == "taken over" for name, _node in found.values())
        assert sum(node == "north.example" for _name, node in found.values()) == len(directory.organisations) + 3
    stage.unharmed()


def no_curve(key: str) -> dict[str, str]:
    """A sealing key whose second half is a point of small order: what is sealed with it could be opened by anybody."""
    import base64
    import hashlib

    data = base64.b64decode(key)[:-32] + bytes(32)
    return {"id": hashlib.sha256(data).hexdigest()[:16], "key": base64.b64encode(data).decode()}
