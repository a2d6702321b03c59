"""What apps do when less passes with a peer than before: it was suspended or ended, or people agreed on less.

What waits in the exchange itself stays as it is. An app registers here what it must not keep meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.exchange.models import Peer

_CLOSERS: list[Callable[[Peer], None]] = []


def register(closer: Callable[[Peer], None]) -> None:
    """Let an app know of each peer with which less passes, in the transaction of whoever decided it."""
    if closer not in _CLOSERS:
        _CLOSERS.append(closer)


def changed(peer: Peer) -> None:
    """Let the apps look at what passes with a peer now; it is stored."""
    for closer in _CLOSERS:
        closer(peer)
