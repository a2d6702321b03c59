"""State machines as tables: from (state, event) to the state that follows and who may cause it. Pure.

The tables stand in the `rules.py` of each app; here is what they share. `tools/states.py` draws them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

State = TypeVar("State", bound=enum.StrEnum)
Event = TypeVar("Event", bound=enum.StrEnum)
Who = TypeVar("Who", bound=enum.StrEnum)


class Refused(ValueError):  # noqa: N818 - an answer, not a fault
    """What was asked cannot happen now, or not by them. The text says what would have to be."""


@dataclass(frozen=True)
class Step(Generic[State, Who]):
    """One cell of a table.

    Attributes:
        after: the state that follows.
        who: who may cause it; None where the table does not tell people apart.
        says_why: it is refused without a reason in words, which stays with the record.
    """

    after: State
    who: frozenset[Who] | None = None
    says_why: bool = False

    def is_for(self, who: Who | None) -> bool:
        """Whether somebody may cause it; None asks only about the state."""
        return who is None or self.who is None or who in self.who


def by(*who: Who) -> frozenset[Who]:
    """Return who may cause a step."""
    return frozenset(who)


def after(
    table: Mapping[tuple[State, Event], Step[State, Who]],
    thing: str,
    state: State,
    event: Event,
    who: Who | None = None,
) -> State:
    """Return the state of a thing after an event.

    Args:
        table: of its kind.
        thing: what it is called, with its article.
        state: now.
        event: what happens.
        who: who causes it; None to ask only about the state.

    Raises:
        Refused: not in this state, or not by them.
    """
    step = table.get((state, event))
    if step is None:
        allowed = sorted(before.value for before, what in table if what is event)
        raise Refused(f"{thing} that is {state.value} cannot {event.value}: it has to be {' or '.join(allowed)}")
    if who is not None and not step.is_for(who):
        raise Refused(f"{event.value} is for {' or '.join(sorted(step.who or ()))}, not for {who.value}")
    return step.after
