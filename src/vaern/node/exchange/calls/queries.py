"""What the door asks: whose envelope this is."""

from __future__ import annotations

from vaern.node.exchange.models import Peer


def peer_called(name: str) -> Peer | None:
    """Return the peer of a name."""
    return Peer.objects.filter(name=name).first()
