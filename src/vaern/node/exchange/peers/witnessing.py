"""Peers witness each other's ledgers: what a card says of both is told to the ledger's registry of witnesses.

So no country can rewrite its own account unseen by those with whom it exchanges anything. A peer whose card has no
address is asked by messages (`checkpoints`), because nobody could call it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from vaern.node.ledger.witnesses import messages, registry
from vaern.node.ledger.witnesses.signing import cosigning_keys
from vaern.proofs.checkpoints import CheckpointError
from vaern.proofs.note_keys import NoteKey

if TYPE_CHECKING:
    from vaern.node.exchange.models import Peer
    from vaern.node.exchange.rules.identity import Card


def own_keys() -> str:
    """Return the keys with which this node cosigns, as its card says them."""
    return registry.texts(key.verifier for key in cosigning_keys())


def follow(peer: Peer, card: Card) -> None:
    """Witness a peer's ledger, and ask it as a witness, by what its card says.

    A ledger of another name than the peer's host is not taken: a peer speaks for its own. What somebody else told of
    with other keys stays as that one said.
    """
    host = card.name.partition(":")[0]
    with suppress(CheckpointError, registry.Taken, ValueError):
        ledger = NoteKey.parse(card.ledger)
        if ledger.name == host:
            registry.register_log([ledger], _told_by(peer))
    with suppress(CheckpointError, registry.Taken, ValueError):
        keys = registry.keys_of(card.witness)
        if keys and all(key.name == f"{host}/witness" for key in keys):
            url = f"{card.address}{registry.PREFIX}" if card.address else messages.address_of(card.name)
            registry.register_witness(url, keys, _told_by(peer))
            registry.end(_told_by(peer), but_logs=[host], but_witnesses=[url])  # how it was asked before


def leave(peer: Peer) -> None:
    """Neither witness the ledger of a peer that was ended, nor ask it; what was cosigned stays."""
    registry.end(_told_by(peer))


def _told_by(peer: Peer) -> str:
    return f"peer.{peer.pk.hex}"
