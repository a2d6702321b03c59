"""What the tour tries for the exchange: a node in each state, and a message that was set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone
from tests.node.exchange.cards import card_called

from vaern.node.exchange.models import Incoming, Peer
from vaern.node.exchange.models.inbox import Kept
from vaern.node.exchange.rules.peers import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.organisations.models import Person


def _peer(person: Person, state: State) -> Peer:
    """Return a node of a state, made when it is first asked for."""
    name = f"node.{state.value}.example"
    confirmed = {} if state is State.MET else {"confirmed_at": timezone.now(), "confirmed_by": person}
    made, _new = Peer.objects.get_or_create(
        name=name,
        defaults={"state": state.value, "card": card_called(name), "issued": 1, "met_by": person, **confirmed},
    )
    return made


def _in(*states: State) -> Callable[[Person], list[dict[str, Any]]]:
    return lambda person: [{"id": _peer(person, state).pk} for state in states]


def _set_aside(person: Person) -> list[dict[str, Any]]:
    row, _new = Incoming.objects.get_or_create(
        peer=_peer(person, State.ACTIVE),
        stream=1,
        sequence=1,
        defaults={
            "message": uuid4(),
            "kind": "exchange.card",
            "version": 1,
            "sealed": b"",
            "state": Kept.SET_ASIDE.value,
            "because": "failed: RuntimeError",
        },
    )
    return [{"id": row.pk}]


EXCHANGE: dict[str, Callable[[Person], list[dict[str, Any]]]] = {
    "exchange:peer": _in(State.MET, State.ACTIVE),
    "exchange:confirm": _in(State.MET),
    "exchange:resume": _in(State.SUSPENDED),
    **dict.fromkeys(("exchange:agree", "exchange:suspend", "exchange:end"), _in(State.ACTIVE)),
    **dict.fromkeys(("exchange:message", "exchange:try-again", "exchange:refuse"), _set_aside),
}
