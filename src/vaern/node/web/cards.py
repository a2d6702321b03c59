"""The cards of the home page: each app registers a provider that says what needs this person now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from vaern.node.runtime.logs import described
from vaern.node.web.components import TONES, Clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True)
class Card:
    """Something that waits.

    Attributes:
        title: what it is; the number stands after it, so that it is right with one, too.
        count: how many; None if it is one thing.
        url: where it is done.
        tone: one of TONES: `bad` first, `neutral` last.
        due_at: when the first is due.
        text: one sentence more.
    """

    title: object
    count: int | None
    url: str
    tone: str = "neutral"
    due_at: datetime | None = None
    text: object = ""

    @property
    def clock(self) -> Clock | None:
        """The deadline as a component."""
        return Clock(self.due_at) if self.due_at else None


_URGENCY = {tone: rank for rank, tone in enumerate(("bad", "warning", "info", "neutral", "good"))}
assert set(_URGENCY) == set(TONES)
_PROVIDERS: list[Callable[[Any], list[Card]]] = []


def register(provider: Callable[[Any], list[Card]]) -> None:
    """Add a provider: a function from the viewer to cards, with queries that cost little. In an app's `ready()`."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def cards_for(viewer: Any) -> tuple[list[Card], int]:
    """Return what needs this viewer, the most urgent first, and how many providers failed.

    One that fails takes no other's cards away: it is logged.
    """
    found: list[Card] = []
    failed = 0
    for provider in _PROVIDERS:
        try:
            found += provider(viewer)
        except Exception as error:
            failed += 1
            structlog.get_logger().error("error", task="cards", **described(error))
    return sorted(found, key=lambda card: (_URGENCY[card.tone], card.due_at is None, card.due_at)), failed
