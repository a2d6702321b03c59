"""Cards of nodes that exist nowhere."""

from __future__ import annotations

from django.utils import timezone

from vaern.node.exchange.rules.identity import Card, OpeningKey, sign_card
from vaern.proofs.checkpoints import SigningKey


def card_called(name: str) -> bytes:
    """Return the card of a node that exists nowhere."""
    key = SigningKey.fresh(name)
    card = Card(
        format="vaern-card/1",
        name=name,
        address=f"https://{name}",
        issued=1,
        signing=[str(key.verifier)],
        sealing=[OpeningKey.fresh().sealing],
        ledger=str(key.verifier),
        witness="",
        types={},
        synthetic=True,
        at=timezone.now(),
    )
    return sign_card(card, key)
