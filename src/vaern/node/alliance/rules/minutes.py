"""Minutes as plain values: all that stands in them, in both languages, as it was when they were approved."""

from __future__ import annotations

from datetime import date

import msgspec

from vaern.node.alliance.rules.frame import Text
from vaern.node.alliance.rules.meetings import Effect, How


class Commits(msgspec.Struct, frozen=True):
    """That a decision makes or changes a commitment.

    Attributes:
        goal: code of the operational goal.
        version: of the commitment that was published last when the minutes were approved; 0 for none.
    """

    member: Text
    goal: str
    effect: Effect
    version: int = 0


class Decided(msgspec.Struct, frozen=True):
    """A decision, by its number."""

    number: int
    text: Text
    commits: tuple[Commits, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """An item of the agenda, with what was said and decided about it."""

    number: int
    title: Text
    discussion: Text = {}
    decisions: tuple[Decided, ...] = ()


class Paper(msgspec.Struct, frozen=True):
    """A paper that lay before the meeting. Its text is not in the minutes."""

    reference: str
    title: str
    sha256: str = ""


class Attended(msgspec.Struct, frozen=True):
    """How an office attended."""

    of: Text
    office: str
    how: How
    name: str = ""
    represented_by: str = ""


class Content(msgspec.Struct, frozen=True):
    """The whole.

    Attributes:
        host: the member in whose country it was; empty for another place.
        beside: decisions that belong to no item.
    """

    name: Text
    place: str
    first_day: date
    last_day: date
    host: Text
    attendance: tuple[Attended, ...]
    items: tuple[Item, ...]
    beside: tuple[Decided, ...]
    papers: tuple[Paper, ...]
    synthetic: bool


def plain(content: Content) -> object:
    """Return the content as the database keeps it."""
    return msgspec.to_builtins(content)


def restored(kept: object) -> Content:
    """Return the content that was kept.

    Raises:
        msgspec.ValidationError: it is none.
    """
    return msgspec.convert(kept, Content)
