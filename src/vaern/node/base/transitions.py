"""State machines as tables: from (state, event) to the state that follows and who may cause it. Pure.

The tables stand in the `rules.py` of each app; here is what they share. `tools/states.py` draws them, and
`web/refusals.py` says to a person what a table refused.
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
    """A table has no such step: not from this state, not by them, or not without words.

    As text it is the sentence that a person reads, in their language: whoever shows `str(refused)` cannot show a code.

    Attributes:
        thing: what it is called, with its article; for developers.
        state, event: what was asked for, of a thing in which state.
        who: who asked, where they are who may not; None where nobody may.
        allowed: states in which it could happen; () where it is not the state that refuses.
        wants_words: it could happen, with a reason in words.
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
        """The refusal in codes, for developers and logs."""
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
        StateRefusal: not in this state, or not by them.
    """
    step = table.get((state, event))
    if step is None:
        raise StateRefusal(thing, state, event, allowed=tuple(before for before, what in table if what is event))
    if not step.is_for(who):
        raise StateRefusal(thing, state, event, who)
    return step.after
