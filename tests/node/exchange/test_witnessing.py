"""Peers witness each other's ledgers, by what their cards say and for nobody but themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from vaern.node.exchange.base import keys
from vaern.node.exchange.outbox.actions import card_of
from vaern.node.exchange.peers import actions, witnessing
from vaern.node.ledger.keys import verifier_key
from vaern.node.ledger.models import Witness, WitnessedLog
from vaern.node.ledger.proofs import latest_checkpoint
from vaern.node.ledger.rules import Reason, Why
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.ledger.witnesses.cosigning import add_checkpoint
from vaern.node.ledger.witnesses.signing import cosigning_keys
from vaern.proofs.checkpoints import SigningKey

if TYPE_CHECKING:
    from tests.node.exchange.nodes import Line, Node

    from vaern.node.exchange.rules.identity import Card

ENOUGH = Reason(Why.ADMINISTRATION, "agreed by telephone")


def known(node: Node) -> tuple[list[str], list[str]]:
    """The ledgers that a node witnesses, and the witnesses that it asks."""
    with node.on():
        logs = WitnessedLog.objects.filter(ended_at=None).values_list("origin", flat=True)
        asked = Witness.objects.filter(ended_at=None).values_list("url", flat=True)
        return list(logs), list(asked)


def test_peers_witness_each_other_until_one_ends_it(pair: tuple[Node, Node], line: Line) -> None:
    north, south = pair
    line.settle((north, south))
    assert known(north) == ([south.name], [f"https://{south.name}/ledger/witness"])
    assert known(south) == ([north.name], [f"https://{north.name}/ledger/witness"])
    with north.on():
        actions.end(north.administrator, ENOUGH, north.peer(south))
    assert known(north) == ([], [])
    assert known(south) == ([north.name], [f"https://{north.name}/ledger/witness"])


def test_a_peer_cosigns_the_ledger_of_the_other(pair: tuple[Node, Node]) -> None:
    north, south = pair
    with north.on():
        sequence_once()
        newest = latest_checkpoint()
        assert newest is not None
        body = f"old 0\n\n{newest.note}".encode()
        assert verifier_key().name == north.name
    with south.on():
        cosigned = add_checkpoint(body)
        assert all(f"— {key.verifier.name} " in cosigned for key in cosigning_keys())


def test_a_peer_speaks_for_no_ledger_and_no_witness_but_its_own(pair: tuple[Node, Node]) -> None:
    north, south = pair
    before = known(north)
    other = SigningKey.fresh("third.example").verifier
    with north.on():
        peer = north.peer(south)
        card = card_of(peer)

        def says(**changed: str) -> Card:
            return msgspec.structs.replace(card, **changed)

        foreign = "\n".join(str(key.verifier) for key in cosigning_keys())
        for wrong in (says(ledger=str(other)), says(ledger="none"), says(witness=foreign), says(witness="none")):
            witnessing.follow(peer, wrong)
        witnessing.follow(peer, says(ledger=str(verifier_key())))
        assert keys.name() == north.name
    assert known(north) == before
