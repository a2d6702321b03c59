"""Cards, digits, envelopes, places and entitlement: what is decided without a database."""

from __future__ import annotations

import base64
import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.exchange.rules import entitlement, envelopes, sequences
from vaern.node.exchange.rules.canonical import Malformed, canonical, parsed
from vaern.node.exchange.rules.directory import Directory, Listed, judge, name_for
from vaern.node.exchange.rules.envelopes import Carried, Contents, open_sealed, padded, read_line, seal, unpadded
from vaern.node.exchange.rules.identity import Card, OpeningKey, fingerprint, read_card, same_digits, sign_card
from vaern.node.exchange.rules.messages import Message, digest_of, read_message, sign_message
from vaern.node.exchange.rules.peers import TABLE, Event, State, after
from vaern.node.organisations.rules import OrganisationKind, Regime
from vaern.proofs.checkpoints import SigningKey

NORTH, SOUTH = "north.example", "south.example"
SIGNS, OTHER = SigningKey.fresh(NORTH), SigningKey.fresh(NORTH)
OPENS, OTHERS = OpeningKey.fresh(), OpeningKey.fresh()
CALL = "0" * 32
THEN = datetime(2026, 11, 30, 12, tzinfo=UTC)


words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


def card(name: str = NORTH, **more: object) -> Card:
    given: dict[str, object] = {
        "format": "vaern-card/1",
        "name": name,
        "address": f"https://{name}",
        "issued": 1,
        "signing": [str(SIGNS.verifier)],
        "sealing": [OPENS.sealing],
        "ledger": "",
        "witness": "",
        "types": {"report.forwarded": [1]},
        "synthetic": True,
        "at": THEN,
    }
    return Card(**{**given, **more})  # type: ignore[arg-type]


def message(**more: object) -> Message:
    given: dict[str, object] = {
        "id": uuid4(),
        "from_node": NORTH,
        "to_node": SOUTH,
        "stream": 1,
        "sequence": 1,
        "type": "test.note",
        "version": 1,
        "at": THEN,
        "expires": THEN + timedelta(days=1),
        "purpose": "assessment",
        "sender": uuid4(),
        "recipient": uuid4(),
        "about": uuid4(),
        "body": {"text": "one"},
    }
    return Message(**{**given, **more})  # type: ignore[arg-type]


# Cards ---------------------------------------------------------------------------------------------------------------


def test_a_card_is_read_back_and_its_digits_are_of_its_name_and_keys() -> None:
    document = sign_card(card(), SIGNS)
    assert read_card(document) == card()
    digits = fingerprint(card())
    assert [len(group) for group in digits.split()] == [5] * 6
    assert same_digits(digits.replace(" ", "-"), card())
    changed = (
        card(SOUTH, signing=[str(SigningKey.fresh(SOUTH).verifier)]),
        card(signing=[str(OTHER.verifier)]),
        card(sealing=[OTHERS.sealing]),
    )
    assert len({fingerprint(one) for one in (card(), *changed)}) == 4
    assert fingerprint(card(issued=7, address="https://elsewhere.example")) == digits


def test_a_card_that_another_key_signed_is_none() -> None:
    with pytest.raises(Malformed):
        read_card(sign_card(card(), OTHER))
    with pytest.raises(Malformed):
        read_card(sign_card(card(), SIGNS), [OTHER.verifier])
    rotated = card(signing=[str(OTHER.verifier), str(SIGNS.verifier)])
    assert read_card(sign_card(rotated, SIGNS), [SIGNS.verifier]) == rotated


@pytest.mark.parametrize(
    "wrong",
    [
        {"signing": [str(SigningKey.fresh(SOUTH).verifier)]},
        {"address": "https://north.example/path"},
        {"address": "ftp://north.example"},
        {"sealing": [msgspec.structs.replace(OPENS.sealing, id="0" * 16)]},
    ],
)
def test_a_card_with_another_nodes_key_a_damaged_key_or_no_address_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        read_card(sign_card(card(**wrong), SIGNS), [SIGNS.verifier])


@given(st.integers(0, 2_000))
def test_no_byte_of_a_card_can_be_changed(place: int) -> None:
    document = bytearray(sign_card(card(), SIGNS))
    place %= len(document)
    document[place] ^= 1
    try:
        found = read_card(bytes(document), [SIGNS.verifier])
    except Malformed:
        return
    assert found == card()  # a letter of the key's name in the signature's line, which decides nothing


# Messages ------------------------------------------------------------------------------------------------------------


def test_a_message_is_read_back_and_only_at_its_place_by_its_node() -> None:
    one = message()
    document = sign_message(one, SIGNS)
    assert read_message(document, [OTHER.verifier, SIGNS.verifier], NORTH, SOUTH, (1, 1)) == one
    for keys, sender, receiver, place in (
        ([OTHER.verifier], NORTH, SOUTH, (1, 1)),
        ([SIGNS.verifier], "third.example", SOUTH, (1, 1)),
        ([SIGNS.verifier], NORTH, "third.example", (1, 1)),
        ([SIGNS.verifier], NORTH, SOUTH, (1, 2)),
        ([SIGNS.verifier], NORTH, SOUTH, (2, 1)),
        ([], NORTH, SOUTH, (1, 1)),
    ):
        with pytest.raises(Malformed):
            read_message(document, keys, sender, receiver, place)


@given(st.dictionaries(words, st.none() | st.booleans() | st.integers(-(2**40), 2**40) | words))
def test_equal_messages_have_one_form_and_one_digest(body: dict[str, object]) -> None:
    one = message(body=body)
    again = msgspec.structs.replace(one, body=dict(reversed(body.items())))
    assert canonical(one) == canonical(again)
    assert digest_of(one) == digest_of(again)
    assert parsed(canonical(one), Message) == one


def test_what_is_nested_too_deep_is_refused_before_it_is_built() -> None:
    with pytest.raises(Malformed, match="nested"):
        parsed(b"[" * 100_000, Message)


# Envelopes -----------------------------------------------------------------------------------------------------------


@given(st.binary(max_size=40_000))
def test_padding_comes_off_again_and_sizes_are_few(data: bytes) -> None:
    whole = padded(data)
    assert unpadded(whole) == data
    assert len(whole) - len(data) <= max(envelopes.SMALLEST, len(data) // 8 + 8)
    assert bin(len(whole)).rstrip("0").count("1") <= len(whole).bit_length().bit_length() + 1


@given(st.binary(min_size=4, max_size=5_000))
def test_what_was_not_padded_so_does_not_come_off(data: bytes) -> None:
    try:
        found = unpadded(data)
    except Malformed:
        return
    assert padded(found) == data


def contents() -> Contents:
    return Contents(stream=1, number=1, messages=[Carried(1, "one"), Carried(3, "three")], room=5)


def test_an_envelope_opens_for_its_node_in_its_direction_and_nowhere_else() -> None:
    line, sealed = seal(contents(), NORTH, SOUTH, OPENS.sealing, SIGNS, CALL)
    direction = read_line(line, [SIGNS.verifier], NORTH, SOUTH)
    assert open_sealed(direction, sealed, [OTHERS, OPENS]) == contents()
    assert b"three" not in line + sealed
    with pytest.raises(Malformed):
        open_sealed(direction, sealed, [OTHERS])
    for keys, sender, receiver, answers in (
        ([OTHER.verifier], NORTH, SOUTH, ""),
        ([SIGNS.verifier], SOUTH, NORTH, ""),
        ([SIGNS.verifier], NORTH, "third.example", ""),
        ([SIGNS.verifier], NORTH, SOUTH, CALL),
    ):
        with pytest.raises(Malformed):
            read_line(line, keys, sender, receiver, answers=answers)
    for changed in ({"call": "1" * 32}, {"to_node": "third.example"}, {"answers": True}):
        with pytest.raises(Malformed):
            open_sealed(msgspec.structs.replace(direction, **changed), sealed, [OPENS])


def test_an_answer_answers_its_call_alone() -> None:
    line, _sealed = seal(contents(), NORTH, SOUTH, OPENS.sealing, SIGNS, CALL, answers=True)
    assert read_line(line, [SIGNS.verifier], NORTH, SOUTH, answers=CALL).answers
    for other in ("", "1" * 32):
        with pytest.raises(Malformed):
            read_line(line, [SIGNS.verifier], NORTH, SOUTH, answers=other)


@given(st.integers(0, 10_000_000), st.integers(0, 7))
def test_no_bit_of_what_is_sealed_can_be_changed(place: int, bit: int) -> None:
    line, sealed = _SEALED
    changed = bytearray(sealed)
    changed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(Malformed):
        open_sealed(read_line(line, [SIGNS.verifier], NORTH, SOUTH), bytes(changed), [OPENS])


_SEALED = seal(contents(), NORTH, SOUTH, OPENS.sealing, SIGNS, CALL)


def test_messages_out_of_their_order_are_no_envelope() -> None:
    for places in ([2, 1], [1, 1]):
        wrong = msgspec.structs.replace(contents(), messages=[Carried(place, "") for place in places])
        line, sealed = seal(wrong, NORTH, SOUTH, OPENS.sealing, SIGNS, CALL)
        with pytest.raises(Malformed, match="order"):
            open_sealed(read_line(line, [SIGNS.verifier], NORTH, SOUTH), sealed, [OPENS])


# Places --------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 50), st.sets(st.integers(1, 80)))
def test_contiguous_is_the_longest_run_that_has_come(up_to: int, held: set[int]) -> None:
    found = sequences.contiguous(up_to, held)
    assert set(range(up_to + 1, found + 1)) <= held
    assert found + 1 not in held


@given(st.sets(st.integers(1, 60)), st.integers(0, 60), st.sets(st.integers(1, 60)), st.integers(1, 20))
def test_what_is_sent_next_is_what_the_receiver_lacks_the_lowest_first(
    unsent: set[int], up_to: int, beyond: set[int], most: int
) -> None:
    found = sequences.to_send(sorted(unsent), up_to, beyond, most)
    lacks = sorted(place for place in unsent if place > up_to and place not in beyond)
    assert found == lacks[:most]


@given(st.integers(-5, 20_000), st.integers(0, 100), st.integers(0, 20_000))
def test_no_peer_fills_more_than_its_room(sequence: int, up_to: int, waiting: int) -> None:
    kept = sequences.is_kept(sequence, up_to, waiting)
    assert not kept or (waiting < sequences.MOST_WAITING and 0 < sequence - up_to <= sequences.MOST_BEYOND)
    assert kept or waiting >= sequences.MOST_WAITING or not 0 < sequence - up_to <= sequences.MOST_BEYOND


# Peers ---------------------------------------------------------------------------------------------------------------


def test_nothing_passes_before_somebody_confirmed_and_nothing_after_the_end() -> None:
    assert after(State.MET, Event.CONFIRM) is State.ACTIVE
    to_active = {event for (_state, event), step in TABLE.items() if step.after is State.ACTIVE}
    assert to_active == {Event.CONFIRM, Event.RESUME}
    assert {event for (state, event) in TABLE if state is State.ENDED} == {Event.MEET_AGAIN}
    assert {step.after for (state, _event), step in TABLE.items() if state is State.ENDED} == {State.MET}


# Directories ---------------------------------------------------------------------------------------------------------

IDS = [UUID(int=number) for number in range(1, 9)]


@given(
    st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(["", "QA", "QB", "QC"]))),
    st.dictionaries(st.sampled_from(IDS), st.sampled_from(["", NORTH, "third.example"])),
    st.sets(st.sampled_from(["QA", "QB"])),
)
def test_of_a_list_only_what_is_the_peers_own_is_taken(
    listed: list[tuple[UUID, str]], nodes: dict[UUID, str], countries: set[str]
) -> None:
    directory = Directory(
        number=1,
        organisations=[
            Listed(id=one, name="A desk", kind=OrganisationKind.POLICE, regime=Regime.LED, country=country)
            for one, country in listed
        ],
    )
    judged = judge(directory, NORTH, nodes=nodes, countries=countries, known={"QA", "QB"})
    ids = [one for one, _country in listed]
    expected = {
        one
        for one, country in listed
        if ids.count(one) == 1 and nodes.get(one, NORTH) == NORTH and (not country or country in countries)
    }
    assert {one.id for one in judged.taken} == expected
    assert {one.id for one in judged.taken} | set(judged.left_out) == set(ids)
    assert not {one.id for one in judged.taken} & set(judged.left_out)


def test_no_organisation_of_a_peer_is_called_like_one_that_is_here() -> None:
    one = Listed(id=uuid4(), name="Police", kind=OrganisationKind.POLICE, regime=Regime.LED)
    assert name_for(one, NORTH, []) == "Police"
    assert name_for(one, NORTH, ["Police"]) == "Police (north.example)"
    assert name_for(one, NORTH, ["Police", "Police (north.example)"]) == f"Police (north.example, {one.id})"
    for node in (NORTH, "n" * 253):
        long = msgspec.structs.replace(one, name="P" * 200)
        taken: list[str] = []
        for _ in range(3):
            taken.append(name_for(long, node, taken))
        assert {len(name) for name in taken} == {200}
        assert len(set(taken)) == 3


# Standing ------------------------------------------------------------------------------------------------------------

HERE = entitlement.Party(OrganisationKind.POLICE, "", active=True)
THERE = entitlement.Party(OrganisationKind.HOTLINE, NORTH, active=True)
ALLOWED = {
    "accepts": ["test.note"],
    "owed": False,
    "by_agreement": True,
    "senders": {OrganisationKind.HOTLINE},
    "recipients": {OrganisationKind.POLICE},
    "sender": THERE,
    "recipient": HERE,
    "now": THEN,
}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ""),
        ({"accepts": []}, entitlement.NOT_AGREED),
        ({"accepts": [], "owed": True}, ""),
        ({"sender": None}, entitlement.SENDER_UNKNOWN),
        ({"sender": HERE}, entitlement.SENDER_UNKNOWN),
        ({"sender": dataclasses.replace(THERE, node="third.example")}, entitlement.SENDER_UNKNOWN),
        ({"sender": dataclasses.replace(THERE, active=False)}, entitlement.SENDER_UNKNOWN),
        ({"sender": dataclasses.replace(THERE, kind=OrganisationKind.PLATFORM)}, entitlement.SENDER_NOT_ENTITLED),
        ({"recipient": None}, entitlement.RECIPIENT_UNKNOWN),
        ({"recipient": THERE}, entitlement.RECIPIENT_UNKNOWN),
        ({"recipient": dataclasses.replace(HERE, active=False)}, entitlement.RECIPIENT_UNKNOWN),
        ({"recipient": dataclasses.replace(HERE, kind=OrganisationKind.HUB)}, entitlement.RECIPIENT_NOT_ENTITLED),
        ({"now": THEN + timedelta(days=3, seconds=1)}, entitlement.EXPIRED),
        ({"now": THEN + timedelta(days=3)}, ""),
        ({"now": THEN + timedelta(days=30), "owed": True}, ""),
        ({"senders": set(), "recipients": set()}, entitlement.SPEAKS_FOR_NODE),
    ],
)
def test_whoever_lacks_one_thing_is_refused_by_its_code(changed: dict[str, object], code: str) -> None:
    assert entitlement.problem(message(), **{**ALLOWED, **changed}) == code  # type: ignore[arg-type]


def test_a_message_about_nothing_is_refused_and_a_nodes_own_needs_nobody() -> None:
    assert entitlement.problem(message(about=None), **ALLOWED) == entitlement.WITHOUT_SUBJECT  # type: ignore[arg-type]
    own = message(sender=None, recipient=None, about=None)
    alone = {**ALLOWED, "senders": set(), "recipients": set(), "sender": None, "recipient": None}
    assert entitlement.problem(own, **{**alone, "accepts": [], "by_agreement": False}) == ""  # type: ignore[arg-type]


def test_what_nodes_say_of_themselves_can_be_agreed_on_too() -> None:
    own = message(sender=None, recipient=None, about=None)
    agreed = {**ALLOWED, "senders": set(), "recipients": set(), "sender": None, "recipient": None}
    assert entitlement.problem(own, **agreed) == ""  # type: ignore[arg-type]
    assert entitlement.problem(own, **{**agreed, "accepts": []}) == entitlement.NOT_AGREED  # type: ignore[arg-type]
    assert entitlement.problem(own, **{**agreed, "accepts": [], "owed": True}) == ""  # type: ignore[arg-type]


def test_the_payload_of_a_message_is_the_text_that_was_signed() -> None:
    one = message()
    payload = base64.b64decode(msgspec.json.decode(sign_message(one, SIGNS))["payload"])
    assert payload == canonical(one)
