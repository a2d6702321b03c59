"""Many things that the clock owes something: each has its turn, whatever became of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import structlog
from django.db import transaction

from vaern.node.logs import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Thing = TypeVar("Thing")


def each(task: str, things: Iterable[Thing], act: Callable[[Thing], int], most: int | None = None) -> int:
    """Do something with each thing, in a transaction of its own; else as `in_turn`."""
    return in_turn(task, things, transaction.atomic(act), most)


def in_turn(task: str, things: Iterable[Thing], act: Callable[[Thing], int], most: int | None = None) -> int:
    """Do something with each thing, which sees to its own transactions.

    One that fails stops no other. It is logged, and the job fails when all had their turn, so that it is seen.

    Args:
        task: under which name a failure is logged.
        things: read whole before the first turn; `act` looks whether its thing still is as it was.
        act: returns how much it did.
        most: after so much the rest waits for the next run; without it, all have their turn.

    Returns:
        How much was done.

    Raises:
        Exception: the last that an act raised.
    """
    done, failed = 0, None
    for thing in list(things):
        try:
            done += act(thing)
        except Exception as error:
            structlog.get_logger().error("error", task=task, **described(error))
            failed = error
        if most is not None and done >= most:
            break
    if failed is not None:
        raise failed
    return done
