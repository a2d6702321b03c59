"""The pure rules against brute force: misses, holds, steps, shares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import takedown
from vaern.node.reports.rules.locations import LONGEST_HOLD
from vaern.node.reports.rules.takedown import MISSES_APART, PACE, Level
from vaern.node.reports.takedown.statistics import SPANS, summed

START = datetime(2026, 11, 1, tzinfo=UTC)
minutes = st.integers(0, 60)
checks = st.lists(st.tuples(minutes, st.booleans()), max_size=12, unique_by=lambda check: check[0])
spans = st.lists(st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(days=20))), max_size=30)


def at(minute: int) -> datetime:
    return START + minute * timedelta(minutes=1)


@given(checks)
def test_misses_are_the_longest_run_of_distant_ones_after_the_last_sight(given_checks: list[tuple[int, bool]]) -> None:
    found = takedown.misses([(at(minute), there) for minute, there in given_checks])
    last = max((minute for minute, there in given_checks if there), default=-1)
    after = sorted(minute for minute, there in given_checks if not there and minute > last)
    best = [0] * (len(after) + 1)  # the most that can be chosen of the first n so that neighbours are far enough apart
    for n, minute in enumerate(after, 1):
        far = [m for m in range(1, n) if minute - after[m - 1] >= MISSES_APART / timedelta(minutes=1)]
        best[n] = 1 + max((best[m] for m in far), default=0)
    assert found == max(best)


@given(checks, st.randoms())
def test_the_order_in_which_checks_are_told_does_not_matter(given_checks, random) -> None:
    told = [(at(minute), there) for minute, there in given_checks]
    mixed = random.sample(told, len(told))
    assert takedown.misses(mixed) == takedown.misses(told)


@given(st.lists(st.tuples(minutes, minutes), max_size=6), st.integers(1, 168))
def test_holds_together_never_exceed_the_maximum(pairs: list[tuple[int, int]], hours: int) -> None:
    earlier = [(at(min(pair)), at(max(pair))) for pair in pairs]
    end = takedown.latest_end(START, earlier, hours, LONGEST_HOLD)
    held = {minute for pair in pairs for minute in range(min(pair), max(pair))}  # what two hold at once counts once
    used = timedelta(minutes=len(held))
    assert end >= START
    assert end == START or (end - START) + used == min(timedelta(hours=hours), LONGEST_HOLD)


@given(st.sets(st.sampled_from([Level.HOST, Level.OWNER, Level.REGISTRAR])), st.sampled_from(list(Level)))
def test_escalation_goes_up_only_and_ends_with_the_police_channel(reachable: set[Level], level: Level) -> None:
    seen = [level]
    while seen[-1] is not Level.POLICE:
        seen.append(takedown.next_level(seen[-1], reachable))
    assert seen == sorted(set(seen))
    assert set(seen[1:-1]) == {one for one in reachable if one > level}


def test_every_level_that_waits_has_a_pace_and_the_police_channel_has_none() -> None:
    assert set(PACE) == set(Level) - {Level.NOBODY, Level.POLICE}
    for level, pace in PACE.items():
        assert takedown.next_step(level, START) == START + pace.every
        assert [takedown.reminders_left(level, n) for n in (0, pace.reminders)] == [pace.reminders, 0]
    assert takedown.next_step(Level.POLICE, START) is None


@given(spans, st.timedeltas(timedelta(0), timedelta(days=8)))
def test_a_share_is_what_counting_says(times: list[timedelta | None], span: timedelta) -> None:
    share = takedown.share_within(times, span)
    if not times:
        assert share is None
    else:
        gone = len([time for time in times if time is not None and time <= span])
        assert share == gone / len(times)


@given(spans, st.floats(0.01, 1))
def test_a_percentile_is_the_smallest_time_that_covers_the_share(times, share: float) -> None:
    gone = [time for time in times if time is not None]
    found = takedown.percentile(gone, share)
    if not gone:
        assert found is None
        return

    def covers(time: timedelta) -> bool:
        return sum(one <= time for one in gone) >= share * len(gone) - 1e-9

    assert covers(found)
    assert not any(covers(time) for time in gone if time < found)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.none() | st.timedeltas(timedelta(-9), timedelta(9))), max_size=25))
def test_what_was_gone_before_its_notice_is_stated_and_in_none_of_the_times(found) -> None:
    counted = [(host, time) for host, time in found if time is None or time >= timedelta(0)]
    given, without = summed(found), summed(counted)
    assert given.early == len(found) - len(counted)
    assert replace(given, early=0) == without
    assert without.whole.median is None or without.whole.median >= timedelta(0)


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.one_of(st.none(), st.timedeltas(timedelta(0), timedelta(9)))), max_size=25
    )
)
def test_the_largest_source_is_left_out_and_nothing_else(found: list[tuple[str, timedelta | None]]) -> None:
    removal = summed(found)
    assert removal.whole.notified == len(found) == sum(times.notified for times in removal.hosts)
    rest = [time for host, time in found if host != removal.largest]
    assert removal.without_largest.notified == len(rest)
    assert removal.without_largest.shares == tuple(takedown.share_within(rest, span) for span in SPANS)
    assert all(times.notified <= len(found) - len(rest) for times in removal.hosts)
