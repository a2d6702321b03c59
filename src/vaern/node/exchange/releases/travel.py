"""Which kinds of record travel to other nodes, by which kind of message, and what a recall does to what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.exchange.base.kinds import kind_called

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.node.casework.models import Release


def _nothing(_release: Release) -> None:
    """Sight ends with the release; there is no copy to deal with."""


@dataclass(frozen=True)
class Travels:
    """How a kind of record travels.

    Attributes:
        message: the kind of message by which it is released.
        recalled: what is done to what came by a release that its owner recalled, in the transaction that takes the
            recall in.
        acknowledged: what is done to it when a person here acknowledges the recall.
        prolonged: what is done to it when its owner lets sight last longer.
    """

    message: str
    recalled: Callable[[Release], None] = _nothing
    acknowledged: Callable[[Release], None] = _nothing
    prolonged: Callable[[Release], None] = _nothing


_TRAVELS: dict[str, Travels] = {}


def register(
    kind: str,
    message: str,
    recalled: Callable[[Release], None] = _nothing,
    *,
    acknowledged: Callable[[Release], None] = _nothing,
    prolonged: Callable[[Release], None] = _nothing,
) -> None:
    """Let a kind of record travel.

    Raises:
        ValueError: it does already, by another kind of message; or by one that brings a file, which a recall overtakes.
    """
    carrier = kind_called(message)
    if carrier is not None and carrier.brings:
        raise ValueError(f"{message} brings a file: a recall would pass it")
    given = Travels(message, recalled, acknowledged, prolonged)
    if _TRAVELS.setdefault(kind, given) != given:
        raise ValueError(f"{kind} travels in two ways")


def how(kind: str) -> Travels | None:
    """Return how a kind of record travels; None for one that stays."""
    return _TRAVELS.get(kind)
