"""How far files under way have come, for pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.exchange.models import IncomingFile, OutgoingFile
from vaern.node.exchange.rules import pieces as rules
from vaern.node.exchange.rules.messages import FINAL, Result

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


@dataclass(frozen=True)
class Passing:
    """A file that goes to another node, or comes from one.

    Attributes:
        size: its bytes.
        percent: how much of it the receiver has.
        stopped: why it does not go on, as a code; "" if it does.
        done: it came whole, and was taken in there.
    """

    size: int
    percent: int
    stopped: str = ""
    done: bool = False


def leaving(abouts: Collection[UUID]) -> dict[UUID, Passing]:
    """Return how far the files of what was sent have come, by what they are about; of several, the newest."""
    found: dict[UUID, Passing] = {}
    rows = OutgoingFile.objects.filter(message__about__in=list(abouts)).select_related("message")
    for file in rows.order_by("message_id") if abouts else ():
        row = file.message
        final = bool(row.result) and Result(row.result) in FINAL
        done = row.result == Result.TAKEN_IN.value
        if row.result in {Result.REFUSED.value, Result.SET_ASIDE.value}:
            stopped = row.because or row.result
        else:
            stopped = file.waits or (rules.GONE if not file.key and not final else "")
        assert row.about is not None  # asked for by it
        found[row.about] = Passing(file.size, 100 if done else rules.percent(file.have, file.count), stopped, done)
    return found


def coming(abouts: Collection[UUID]) -> dict[UUID, Passing]:
    """Return how far the files have come that are coming in, by what they are about."""
    rows = IncomingFile.objects.filter(message__about__in=list(abouts)).select_related("message")
    found: dict[UUID, Passing] = {}
    for file in rows.order_by("message_id") if abouts else ():
        assert file.message.about is not None
        found[file.message.about] = Passing(file.size, rules.percent(len(file.held), file.count), file.waits)
    return found
