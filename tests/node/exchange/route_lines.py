"""The lines of `tests/node/route_arguments.py` for the exchange: for those who run the node, whosever a message is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from tests.node.exchange.cards import card_called
from tests.node.route_arguments import PUBLIC, P, Route, Sees, of

from vaern.node.exchange.models import Incoming, Peer
from vaern.node.exchange.models.inbox import Kept

if TYPE_CHECKING:
    from vaern.node.organisations.models import Organisation

_PEER = {"sees": Sees.EVERYBODY, "arguments": of("peer")}
_MESSAGE = {"sees": Sees.EVERYBODY, "arguments": of("incoming_number")}

LINES: dict[str, Route] = {
    "exchange:call": Route(PUBLIC, never="another node calls, with its signature: tests/node/exchange/test_door.py"),
    **{f"exchange:{name}": Route(P.EXCHANGE_MANAGE) for name in ("peers", "card", "meet")},
    "exchange:rotate": Route(P.EXCHANGE_MANAGE, step_up=True),
    **{f"exchange:{name}": Route(P.EXCHANGE_MANAGE, **_PEER) for name in ("peer", "suspend", "resume")},
    **{f"exchange:{name}": Route(P.EXCHANGE_MANAGE, step_up=True, **_PEER) for name in ("confirm", "agree", "end")},
    **{f"exchange:{name}": Route(P.EXCHANGE_MANAGE, **_MESSAGE) for name in ("message", "try-again", "refuse")},
}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make a peer, and a message of it that was set aside, for an organisation."""
    from tests.node.factories import make_person

    from vaern.node.organisations.rules import ROLES, Role

    name = f"n{uuid4().hex[:12]}.example"
    role = min(role for role in Role if organisation.kind in ROLES[role].kinds)
    peer = Peer.objects.create(name=name, card=card_called(name), issued=1, met_by=make_person(role, organisation))
    row = Incoming.objects.create(
        peer=peer,
        stream=1,
        sequence=1,
        message=uuid4(),
        kind="test.note",
        version=1,
        recipient=organisation.pk,
        sealed=b"",
        state=Kept.SET_ASIDE.value,
        because="failed: RuntimeError",
    )
    return {"peer": peer.pk, "incoming_number": row.pk}
