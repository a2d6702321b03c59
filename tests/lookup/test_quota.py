"""The bounds of a caller: the same as a model of them, over restarts and over several processes' views."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.lookup.callers import make_key
from vaern.lookup.quota import ALARMS, BURST, DAY, STOP, Quotas, Standing, mark

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.lookup.callers import Caller

numbers = itertools.count()
START = 20_000.0 * DAY


def caller(**bounds: int) -> Caller:
    return msgspec.structs.replace(make_key()[1], **bounds)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("quota")


steps = st.lists(
    st.tuples(st.integers(1, 50), st.sampled_from([0, 0, 0.25, 1, 3, DAY / 2]), st.integers(0, 2)), max_size=30
)


@given(steps, st.integers(1, 20), st.sampled_from([0, 100, 1000]))
def test_rate_and_day_hold_for_all_processes_together(
    place: Path, calls: list[tuple[int, float, int]], per_second: int, per_day: int
) -> None:
    asker = caller(per_second=per_second, per_day=per_day)
    folder = place / str(next(numbers))
    views = [Quotas(folder) for _ in range(2)]
    now, free_at, day, used = START, 0.0, START // DAY, 0
    for signals, later, view in calls:
        now += later
        if now // DAY != day:
            day, used = now // DAY, 0
        quotas = views[view] if view < 2 else Quotas(folder)  # the third is a process that starts
        allowed = free_at - now <= BURST and not (per_day and used + signals > per_day)
        refusal = quotas.take(asker, signals, now)
        assert (refusal is None) == allowed
        if refusal:
            assert refusal.seconds > 0
            assert "a second" in refusal.text or "a day" in refusal.text
        else:
            free_at, used = max(free_at, now) + signals / per_second, used + signals


@given(st.integers(1, 100), st.integers(1, 10_000))
def test_after_the_seconds_it_says_a_caller_may_go_on(place: Path, per_second: int, signals: int) -> None:
    asker, quotas = caller(per_second=per_second), Quotas(place / str(next(numbers)))
    assert quotas.take(asker, signals, START) is None, "one call is taken, however large"
    refusal = quotas.take(asker, 1, START)
    if refusal:
        assert quotas.take(asker, 1, START + refusal.seconds * 0.99)
        assert quotas.take(asker, 1, START + refusal.seconds + 1e-3) is None
    else:
        assert signals <= per_second * BURST


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 60), max_size=20), st.integers(0, 2)), max_size=12), st.integers(1, 40)
)
def test_distinct_entries_are_counted_once_a_day(place: Path, calls: list[tuple[list[int], int]], bound: int) -> None:
    asker, folder = caller(hits_per_day=bound), place / str(next(numbers))
    views = [Quotas(folder) for _ in range(2)]
    seen: set[int] = set()
    alarms: list[str] = []
    taken: list[object] = []
    for entries, view in calls:
        quotas = views[view] if view < 2 else Quotas(folder)
        seen |= set(entries)
        standing = quotas.hit(asker, [mark("list", str(entry)) for entry in entries], START)
        alarms += [standing.alarm] if standing.alarm else []
        assert standing.coarse == (len(seen) > bound)
        assert (standing.stopped is not None) == (len(seen) > STOP * bound)
        refused = quotas.take(asker, 1, START + 100 * len(taken))
        taken.append(refused)
        assert (refused is not None) == (len(seen) > STOP * bound), "a coarse answer counts as well"
        if len(seen) <= STOP * bound:
            assert standing.distinct == len(seen)
    beyond = (len(seen) > bound) + (len(seen) > STOP * bound)
    assert alarms in ([list(ALARMS[1 : beyond + 1])] + ([["stopped"]] if beyond == 2 else [])), "each once a day"
    tomorrow = views[0].hit(asker, [], START + DAY)
    assert tomorrow == Standing(0, coarse=False)
    assert views[1].take(asker, 1, START + DAY) is None


def test_without_a_bound_nothing_is_counted(place: Path) -> None:
    quotas = Quotas(place / str(next(numbers)))
    assert not quotas.hit(caller(hits_per_day=0), range(1, 100_000), START).coarse


def test_far_beyond_the_bound_it_stays_coarse_and_fast(place: Path) -> None:
    quotas, asker = Quotas(place / str(next(numbers))), caller(hits_per_day=3)
    assert quotas.hit(asker, range(1, 100), START).alarm
    assert quotas.hit(asker, range(100, 300), START) == quotas.hit(asker, (), START)
    assert quotas.hit(asker, (), START).stopped
    assert quotas.hit(asker, (), START).coarse


@given(st.binary(max_size=300))
def test_a_broken_file_is_begun_anew(place: Path, data: bytes) -> None:
    folder, asker = place / str(next(numbers)), caller(hits_per_day=3)
    quotas = Quotas(folder)
    (folder / asker.key).write_bytes(data)
    assert quotas.take(asker, 1, START) is None
    assert quotas.hit(asker, [1, 2, 3], START) == Standing(3, coarse=False)


def test_another_bound_keeps_what_was_asked(place: Path) -> None:
    folder, asker = place / str(next(numbers)), caller(per_day=10, hits_per_day=3)
    assert Quotas(folder).take(asker, 8, START) is None
    more = msgspec.structs.replace(asker, hits_per_day=300)
    assert Quotas(folder).take(more, 3, START + 2)
    assert Quotas(folder).take(more, 2, START + 2) is None


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0, 3, 40, 2000])), max_size=12))
def test_processes_that_know_of_another_bound_later_disturb_nobody(place: Path, calls: list[tuple[int, int]]) -> None:
    """A file that one process has mapped is never cut by another: that would end it."""
    folder, asker = place / str(next(numbers)), caller(per_day=1_000_000)
    views = [Quotas(folder) for _ in range(3)]
    for view, bound in calls:
        theirs = msgspec.structs.replace(asker, hits_per_day=bound)
        refused = views[view].take(theirs, 1, START)
        assert refused is None or (0 < bound < 29 and "distinct" in refused.text)
        assert views[view].hit(theirs, range(1, 30), START).coarse == (0 < bound < 29)


@given(st.lists(st.text(max_size=10), unique=True, max_size=50))
def test_entries_of_two_lists_are_two(ids: list[str]) -> None:
    assert len({mark(name, id_) for name in ("a", "b") for id_ in ids}) == 2 * len(ids)
    assert 0 not in {mark("a", id_) for id_ in ids}
