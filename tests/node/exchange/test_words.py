"""What pages say of messages, in words; and what the guard sees in a card."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.exchange.cards import card_called

from vaern.node.exchange.inbox import deliveries, keeping, taking
from vaern.node.exchange.inbox.labels import BECAUSE, because
from vaern.node.exchange.models.outbox import PURPOSE
from vaern.node.exchange.peers.inspection import media_in_card
from vaern.node.exchange.peers.labels import WAITS
from vaern.node.exchange.rules import entitlement, pieces
from vaern.node.exchange.rules.identity import believed
from vaern.node.exchange.rules.messages import Result
from vaern.node.exchange.rules.peers import State
from vaern.node.exchange.rules.waiting import Waits, why_not_in, why_not_out

if TYPE_CHECKING:
    from types import ModuleType


def test_every_code_of_the_exchange_has_its_sentence() -> None:
    assert {*entitlement.CODES, *codes_of(taking), *codes_of(deliveries), *codes_of(keeping), *codes_of(pieces)} == set(
        BECAUSE
    )
    for code in BECAUSE:
        assert because(code) == str(BECAUSE[code])
        assert because(f"{code}: more") == f"{BECAUSE[code]} (more)"
    assert because("not_yet: upgrade") == str(BECAUSE["upgrade"])
    assert because("") == ""
    assert because("a sentence of an app.") == "a sentence of an app."


def codes_of(module: ModuleType) -> set[str]:
    """The codes of a module: its constants that are text."""
    found = {value for name, value in vars(module).items() if name.isupper() and isinstance(value, str)}
    return found - {PURPOSE}


STATES = list(State)


@given(
    st.sampled_from(STATES),
    st.sampled_from([None, *Result]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
)
def test_what_is_said_of_a_message_of_ours_is_what_has_to_change_first(
    state: State, result: Result | None, received: bool, earlier: bool, silent: bool, room: int
) -> None:
    why = why_not_out(state, result=result, received=received, earlier=earlier, silent=silent, room=room)
    assert why in WAITS
    if why is Waits.NEXT_CALL:
        assert (state, received, earlier, silent) == (State.ACTIVE, False, False, False)
        assert room > 0
    if result in {Result.WAITS, Result.SET_ASIDE}:
        assert why in {Waits.THERE_WAITS, Waits.THERE_SET_ASIDE}, "what they said of it stays true"
    elif state is not State.ACTIVE:
        assert why in {Waits.UNCONFIRMED, Waits.SUSPENDED, Waits.ENDED}


@given(st.sampled_from(STATES), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_what_is_said_of_a_message_of_theirs_is_what_has_to_change_first(
    state: State, set_aside: bool, waits: bool, earlier: bool, gap: bool
) -> None:
    why = why_not_in(state, set_aside=set_aside, waits=waits, earlier=earlier, beyond_gap=gap)
    assert why in WAITS
    assert (why is Waits.NEXT) == (state is State.ACTIVE and not (set_aside or waits or earlier or gap))
    assert (why is Waits.HERE_SET_ASIDE) == set_aside


@given(st.sampled_from(["witness", "witness key", "ledger", "address", "sealing", "beside", "no card"]))
@settings(max_examples=8, deadline=None)
def test_what_is_no_card_brings_no_picture_in(place: str) -> None:
    picture = base64.b64encode(b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" + bytes(range(256)) * 4).decode()
    card = believed(card_called("south.example"))
    assert media_in_card(card_called("south.example")) == ""
    if place == "no card":
        assert media_in_card(picture.encode()) != ""
        return
    document = {"payloadType": "application/vnd.vaern.card+json", "payload": "", "signatures": []}
    values = msgspec.to_builtins(card)
    if place == "beside":
        document["more"] = picture
    elif place == "witness key":
        values["witness"] = f"south.example+00000000+{picture}"
    elif place == "sealing":
        values["sealing"][0]["key"] = picture
    else:
        values[place] = picture
    document["payload"] = base64.b64encode(json.dumps(values).encode()).decode()
    assert media_in_card(json.dumps(document).encode()) != ""
