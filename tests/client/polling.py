"""Six hours of polling a simulated service: a new entry every ten minutes, and how many of them a client sees.

    python -m tests.client.polling

The clock is an argument, so that nothing waits; what is measured is which windows a client asks for, in the time zone
of the process (`TZ`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.client.serving import Asked, Said, serving
from tests.formats.values import value_of

from vaern.client.ncmec import Ncmec
from vaern.formats import ncmec_hashes_write
from vaern.formats.moments import moment_of, written
from vaern.formats.ncmec_hashes_write import Member
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
STEP = timedelta(minutes=10)
STEPS = 36
US = Member("7", "Example")
EMPTY = ncmec_hashes_write.query_result([], member=US)


def entry(number: int) -> Entry:
    """One that is entered a minute before the poll of its number."""
    at = written(START + STEP * (number + 1) - timedelta(minutes=1))
    return Entry(f"7/i{number}", (Signal("md5", value_of(number, 16)),), source="Example", updated=at)


def simulated(poll: Callable[[str, Callable[[], datetime]], set[str]]) -> int:
    """How many entries a client saw that is asked to poll once a step; `poll` gives the ids of one poll."""
    step = 0

    def now() -> datetime:
        return START + STEP * step

    def answer(asked: Asked) -> Said:
        first, last = moment_of(asked.query["from"]), moment_of(asked.query["to"])
        assert first
        assert last
        there = [one for one in map(entry, range(STEPS)) if one.updated <= written(now())]
        found = [one for one in there if first <= datetime.fromisoformat(one.updated) <= last]
        return Said(ncmec_hashes_write.query_result(found, member=US) if found else EMPTY)

    seen: set[str] = set()
    with serving(answer) as server:
        for step in range(1, STEPS + 1):  # noqa: B007 - `now` reads it
            seen |= poll(server.base, now)
    return len(seen & {f"i{number}" for number in range(STEPS)})


def ours() -> int:
    """By `vaern.client.ncmec`."""
    state: dict[str, Any] = {"checkpoint": None}

    def poll(base: str, now: Callable[[], datetime]) -> set[str]:
        fetch = Ncmec(base, "user", "password", clock=now).fetch(state["checkpoint"], since=START)
        found = {one.id.removeprefix("7/") for one in fetch if isinstance(one, Entry)}
        state["checkpoint"] = fetch.checkpoint
        return found

    return simulated(poll)


if __name__ == "__main__":
    print(ours())
