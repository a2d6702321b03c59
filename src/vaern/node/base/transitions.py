"""State machines as tables from (state, event) to the next state and who may cause it. Pure.

The tables are defined in each app's `rules.py`; this module holds what they share. `tools/states.py` draws them, and
`web/refusals.py` words their refusals.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from vaern.node.base.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

State = TypeVar("State", bound=enum.StrEnum)
Event = TypeVar("Event", bound=enum.StrEnum)
Who = TypeVar("Who", bound=enum.StrEnum)


class StateRefusal(Refusal):
    """The table has no such step: not from this state, not by this actor, or not without a written reason.

    `str()` gives the message in the reader's language, never a code.

    Attributes:
        thing: its name with the article; for developers.
        state, event: the current state and the requested event.
        who: the actor, if it is the actor who may not; None if nobody may.
        allowed: the states that permit the event; () if the state is not the cause.
        wants_words: a written reason is all that is missing.
    """

    spoken: ClassVar[Callable[[StateRefusal], str] | None] = None
    """Says it in the reader's language; `web/refusals.py` puts itself here when the node starts."""

    def __init__(
        self,
        thing: str,
        state: enum.StrEnum,
        event: enum.StrEnum,
        who: enum.StrEnum | None = None,
        allowed: tuple[Any, ...] = (),
        *,
        wants_words: bool = False,
    ) -> None:
        super().__init__(thing, state, event, who, allowed, wants_words)
        self.thing, self.state, self.event, self.who = thing, state, event, who
        self.allowed, self.wants_words = allowed, wants_words
        self.conflict = not wants_words

    def __str__(self) -> str:
        spoken = type(self).spoken
        return spoken(self) if spoken is not None else self.plainly

    @property
    def plainly(self) -> str:
        """Return the refusal in codes, for developers and logs."""
        if self.wants_words:
            return f"{self.event.value} needs a reason in words"
        if self.who is not None:
            return f"{self.event.value} of {self.thing} that is {self.state.value} is not for {self.who.value}"
        rest = f": it has to be {' or '.join(state.value for state in self.allowed)}" if self.allowed else ""
        return f"{self.thing} that is {self.state.value} cannot {self.event.value}{rest}"


@dataclass(frozen=True)
class Step(Generic[State, Who]):
    """One cell of a table.

    Attributes:
        after: the next state.
        who: who may cause it; None if the table does not distinguish actors.
        says_why: a written reason is required, and is kept with the record.
    """

    after: State
    who: frozenset[Who] | None = None
    says_why: bool = False

    def is_for(self, who: Who | None) -> bool:
        """Whether this actor may cause it; None is always allowed."""
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
        table: the transitions of its kind.
        thing: its name with the article.
        state: the current state.
        event: what happens.
        who: who causes it; None to check the state alone.

    Raises:
        StateRefusal: not in this state, or not by this actor.
    """
    step = table.get((state, event))
    if step is None:
        raise StateRefusal(thing, state, event, allowed=tuple(before for before, what in table if what is event))
    if not step.is_for(who):
        raise StateRefusal(thing, state, event, who)
    return step.after
