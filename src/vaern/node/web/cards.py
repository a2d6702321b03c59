"""Home page cards: each app registers a provider of what needs the viewer's attention."""

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
    """Something that needs attention.

    Attributes:
        title: what it is; the number follows it, so that the wording fits any count.
        count: how many; None for a single thing.
        url: the page on which to deal with it.
        tone: one of TONES; cards are sorted from `bad` to `neutral`.
        due_at: when the first is due.
        text: one further sentence.
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
    """Register a provider, a function from the viewer to cards with cheap queries; called in an app's `ready()`."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def cards_for(viewer: Any) -> tuple[list[Card], int]:
    """Return the viewer's cards, most urgent first, and how many providers failed.

    A failing provider is logged and does not affect the others.
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
