"""A clock that can be moved, so that the demonstration's people act when they say that they do: months ago, in order.

Two clocks tell a node the time: Python's and PostgreSQL's. Both are moved together, for this process and this
connection alone, and only onward: no act stands before the one that was recorded before it. Python's is moved by
`time-machine`, in C, so that a function which was kept as a default (`default=timezone.now`) is moved too; the
monotonic clock, by which programs wait, is left alone. PostgreSQL finds `now()` and its kin in a schema that stands
before its own in the search path of this connection. Nothing else of the node knows of it, and a node that is not
synthetic has none.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connection

from vaern.node.base.sql import run
from vaern.node.demo.sign_in import only_synthetic

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = "moved_clock"
FUNCTIONS = {"now": "STABLE", "transaction_timestamp": "STABLE", "statement_timestamp": "STABLE"} | {
    "clock_timestamp": "VOLATILE"
}
"""What tells the time in PostgreSQL and can be found by a path. `CURRENT_TIMESTAMP` is grammar, and nothing here uses
it (`tests/node/test_demo_clock.py`)."""


class ClockError(Exception):
    """The clock cannot be moved so: back, or beyond the real time."""


class Clock(Protocol):
    """What the demonstration asks of a clock."""

    def now(self) -> datetime:
        """Return the time."""

    def move_to(self, at: datetime) -> None:
        """Let it be that time, or leave it if it is later already."""


class MovedClock:
    """The two clocks of this process, moved together.

    Attributes:
        real: when it was begun, by the real clock; it never goes beyond the real time.
    """

    def __init__(self, traveller: Any, real: datetime) -> None:
        self._traveller = traveller
        self.real = real

    def now(self) -> datetime:
        """Return the moved time."""
        return datetime.now(UTC)

    def move_to(self, at: datetime) -> None:
        """Move both clocks on to a moment; a moment that is past leaves them.

        Raises:
            ClockError: the moment is later than the real time at which the clock was begun.
        """
        if at > self.real:
            raise ClockError(f"{at:%Y-%m-%d %H:%M} has not come yet")
        if at <= self.now():
            return
        self._traveller.move_to(at)
        _move_database(at)


@contextmanager
def moved(to: datetime) -> Iterator[MovedClock]:
    """Let it be another time, for this process and its connection to the database, until the block ends.

    Raises:
        NotSynthetic: the node is not marked synthetic.
        ClockError: the moment is in the future.
    """
    only_synthetic()
    import time_machine  # the extra `demo`; nothing else of a node wants it

    real = datetime.now(UTC)
    if to > real:
        raise ClockError(f"{to:%Y-%m-%d %H:%M} has not come yet")
    with connection.cursor() as cursor:
        _lay_out(cursor)
    try:
        with time_machine.travel(to, tick=True) as traveller:
            _move_database(to)
            yield MovedClock(traveller, real)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET search_path")
            cursor.execute("RESET synchronous_commit")
            cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _lay_out(cursor: Any) -> None:
    """Make the functions that answer the moved time, and let this connection find them first."""
    cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")  # of a start that was killed
    cursor.execute(f"CREATE SCHEMA {SCHEMA}")
    for name, kind in FUNCTIONS.items():
        cursor.execute(
            f"CREATE FUNCTION {SCHEMA}.{name}() RETURNS timestamptz LANGUAGE sql {kind} AS "
            f"$$ SELECT pg_catalog.{name}() + current_setting('vaern.moved_by')::interval $$"
        )
    cursor.execute("SELECT set_config('vaern.moved_by', '0', false)")
    cursor.execute(f"SET search_path = {SCHEMA}, pg_catalog, public")
    cursor.execute("SET synchronous_commit = off")  # what a crash would lose is made anew


def _move_database(at: datetime) -> None:
    run("SELECT set_config('vaern.moved_by', (%s - pg_catalog.clock_timestamp())::text, false)", [at])
