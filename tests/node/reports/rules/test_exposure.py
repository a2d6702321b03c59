"""The rules of exposure: budgets, breaks, what comes next, and what a viewed flag may say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.reports.rules import exposure
from vaern.node.reports.rules.exposure import Candidate, Extent, Limits, Why

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LIMITS = st.tuples(st.integers(1, 200), st.integers(0, 200), st.none() | st.integers(-100, 100)).map(
    lambda it: Limits(it[0], it[0] + it[1], 5, None if it[2] is None else NOW + timedelta(minutes=it[2]))
)
CANDIDATES = st.lists(st.builds(Candidate, st.integers(), st.booleans(), st.booleans(), st.booleans()), max_size=12)


@given(LIMITS, st.integers(0, 500))
def test_the_shield_warns_then_stops_and_a_pause_stops_at_once(limits: Limits, files: int) -> None:
    found = exposure.shield(limits, files, NOW)
    paused = limits.not_now_until is not None and limits.not_now_until > NOW
    assert found.allowed == (not paused and files < limits.hard)
    assert found.warn == (files >= limits.daily)
    assert (found.why is Why.NOTHING) == (found.allowed and not found.warn)
    assert (found.why is Why.NOT_NOW) == paused


@given(CANDIDATES, st.integers(0, 9), st.integers(1, 9), st.booleans())
def test_what_comes_next(found: list[Candidate[int]], in_a_row: int, interleave: int, allowed: bool) -> None:
    after = exposure.order(found, in_a_row, interleave, allowed=allowed)
    wanted = [candidate for candidate in found if allowed or not candidate.unknown]
    assert Counter(map(id, after)) == Counter(map(id, wanted)), "nothing is lost, nothing is put before them twice"
    if not allowed:
        assert not any(candidate.unknown for candidate in after)
    if in_a_row < interleave:
        assert after == wanted
    else:
        waits = [candidate.heavy and not candidate.urgent for candidate in after]
        assert waits == sorted(waits), "something else comes first"
        for kind in (True, False):
            assert [c for c in after if (c.heavy and not c.urgent) is kind] == [
                c for c in wanted if (c.heavy and not c.urgent) is kind
            ]


@given(st.lists(st.tuples(st.sampled_from(Extent), st.booleans()), max_size=6))
def test_a_flag_says_whole_only_if_somebody_declared_the_whole(declared: list[tuple[Extent, bool]]) -> None:
    found = exposure.viewed(declared)
    extents = {extent for extent, _alone in declared}
    assert (found == "whole") == (Extent.WHOLE in extents)
    assert found == exposure.viewed(reversed(declared)), "in whatever order they declared"
    if found == "partly":
        assert (Extent.PART, True) in declared
    if found == "not":
        assert extents == {Extent.NOTHING}
    if not declared:
        assert found == "unknown"


@given(st.sampled_from(Extent), st.integers(-1, 20), st.integers(1, 10))
def test_a_declaration_that_cannot_be_true_is_a_problem(extent: Extent, files: int, covered: int) -> None:
    can_be = {Extent.NOTHING: files == 0, Extent.PART: files >= 1, Extent.WHOLE: files >= covered}[extent]
    assert (exposure.problem_with_declaration(extent, files, covered) == "") == can_be


@given(st.lists(st.integers(1, 3), max_size=10))
def test_a_light_one_ends_a_run_of_heavy_ones(severities: list[int]) -> None:
    run = exposure.run_of_heavy(severities)
    assert all(severity >= 2 for severity in severities[:run])
    assert run == len(severities) or severities[run] == 1
