"""What passes between two central authorities: the request as its form says, and what either side says of it later.

The request's id at the sender's node is what all of it is about; the other node keeps it beside its own record.
"""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated

import msgspec

from vaern.node.cases.rules.incoming import Event
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.said_law import LONGEST_PATH, LONGEST_TEXT, MOST_LINES

REQUESTED = "assistance.requested"
MOVED = "assistance.moved"

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
Words = Annotated[str, msgspec.Meta(max_length=10_000)]
Name = Annotated[str, msgspec.Meta(max_length=300)]
Path = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_PATH)]
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class Requested(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `assistance.requested`.

    Attributes:
        instrument: its code in the table of law.
        requesting, requested: countries: of the two authorities.
        reference: the code of the request where it was written.
        values: what it says, by field of the instrument's form there.
        names: how that form calls these fields, in English.
        law: what it rests on there, line by line; compared with the law as it is known here, never taken for it.
        expected: when the sender expects an answer, by its own law and calendar.
        synthetic: it is made up.
    """

    instrument: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    requesting: Country
    requested: Country
    data: DataKind
    urgent: bool
    synthetic: bool
    reference: Annotated[str, msgspec.Meta(max_length=20)]
    language: Annotated[str, msgspec.Meta(max_length=40)]
    values: Annotated[dict[Code, Words], msgspec.Meta(max_length=100)]
    names: Annotated[dict[Code, Name], msgspec.Meta(max_length=100)]
    law: Annotated[dict[Path, Text], msgspec.Meta(max_length=MOST_LINES)]
    expected: Moment | None = None


class Said(enum.StrEnum):
    """What either side says of a request: an event of `cases/rules/incoming.py` that the other is told."""

    ACKNOWLEDGE = Event.ACKNOWLEDGE.value
    ASK = Event.ASK.value
    RECOGNISE = Event.RECOGNISE.value
    UNDO = Event.UNDO.value
    EXTEND = Event.EXTEND.value
    POSTPONE = Event.POSTPONE.value
    RESUME = Event.RESUME.value
    ANSWER_PART = Event.ANSWER_PART.value
    ANSWER = Event.ANSWER.value
    REFUSE = Event.REFUSE.value
    COMPLETE = Event.COMPLETE.value
    WITHDRAW = Event.WITHDRAW.value


OF_SENDER = frozenset({Said.COMPLETE, Said.WITHDRAW})
"""What whoever asked says; all else is said by whoever was asked."""


class Moved(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `assistance.moved`.

    Attributes:
        said: what happened.
        words: what the other side reads of it; of an answer, what was handed over, with digests.
        since: since when data are kept, of a preservation that was executed.
        until: when whoever was asked will have answered, by its own law and calendar.
        limits: on what conditions the other side may use what is answered.
    """

    said: Said
    words: Words = ""
    since: Moment | None = None
    until: Moment | None = None
    limits: Words = ""
