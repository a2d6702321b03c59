"""What a commitment says: kept without loss, checked place by place, compared so that nothing is hidden."""

from __future__ import annotations

from datetime import date
from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.node.alliance.commitments.strategies import declared, drafts, texts, whole

from vaern.node.alliance.rules import contents, problems
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, DeclaredValue, Evidence, Target
from vaern.node.alliance.rules.differences import Change, difference, flat


def patched(before: Content, changes: list[Change]) -> tuple[dict[str, object], list[object], list[object]]:
    """Return what a commitment says after changes: an oracle that knows only what a reader of the page knows."""
    said = flat(before)
    lines: dict[str, list[object]] = {"actions": list(before.actions), "evidence": list(before.evidence)}
    for path, old, new in changes:
        if path in said:
            assert said[path] == old
            said[path] = new
    for name, kept in lines.items():
        own = [change for change in changes if change.path.startswith(f"{name}.")]
        gone = {int(change.path.split(".")[1]) for change in own if change.after is None}
        kept[:] = [line for number, line in enumerate(kept) if number not in gone]
        for change in own:
            if change.after is not None:
                kept.insert(int(change.path.split(".")[1]), change.after)
    return said, lines["actions"], lines["evidence"]


@pytest.mark.once
@given(whole, whole)
def test_a_difference_leads_from_one_to_the_other(before: Content, after: Content) -> None:
    changes = difference(before, after)
    assert patched(before, changes) == (flat(after), list(after.actions), list(after.evidence))
    assert (changes == []) == (before == after)


@pytest.mark.once
@given(whole, whole)
def test_a_difference_read_backwards_is_the_difference_back(before: Content, after: Content) -> None:
    there = {(one.path, one.before, one.after) for one in difference(before, after) if one.path in flat(before)}
    back = {(one.path, one.after, one.before) for one in difference(after, before) if one.path in flat(before)}
    assert there == back


def test_a_line_that_moved_up_is_no_change() -> None:
    lines = tuple(ActionLine(text) for text in ("a law", "a unit", "a campaign"))
    before = Content("2012", "g1.1", actions=lines)
    after = Content("2012", "g1.1", actions=lines[1:])
    assert difference(before, after) == [Change("actions.0", lines[0], None)]


@given(whole)
def test_a_whole_commitment_has_no_problem_and_is_kept_without_loss(content: Content) -> None:
    assert problems.problems(content) == []
    kept = msgspec.json.decode(msgspec.json.encode(contents.stored(content)))  # as jsonb gives it back
    assert contents.loaded(kept) == content


@given(drafts)
def test_what_is_missing_in_a_draft_is_no_fault(content: Content) -> None:
    assert problems.faults(content) == []
    assert {problem.code for problem in problems.problems(content)} <= {problems.MISSING}


@given(whole, st.sampled_from(["obligation", "requirement", "owner", "target.text", "target.value", "target.due"]))
def test_each_absence_is_named_at_its_place(content: Content, path: str) -> None:
    room, _, name = path.rpartition(".")
    empty = None if name in {"value", "due"} else ""
    lacking = (
        msgspec.structs.replace(content, target=msgspec.structs.replace(content.target, **{name: empty}))
        if room
        else msgspec.structs.replace(content, **{name: empty})
    )
    assert problems.problems(lacking) == [problems.Problem(path, problems.MISSING)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (Content("1999", "g1.1"), ("frame_version", problems.UNKNOWN)),
        (Content("", "g1.1"), ("frame_version", problems.UNKNOWN)),
        (Content("2012", "g9.9"), ("goal", problems.UNKNOWN)),
        (Content("2012", "g1.1", "x" * 4_001), ("obligation", problems.TOO_LONG)),
        (Content("2012", "g1.1", owner="x" * 301), ("owner", problems.TOO_LONG)),
        (Content("2012", "g1.1", target=Target(value=nan)), ("target.value", problems.NO_NUMBER)),
        (Content("2012", "g1.1", target=Target(baseline=Baseline(inf))), ("target.baseline.value", problems.NO_NUMBER)),
        (Content("2012", "g1.1", target=Target("made_up")), ("target.indicator", problems.UNKNOWN)),
        (Content("2012", "g1.1", target=Target("removal_72h", unit="days")), ("target.unit", problems.OTHER_UNIT)),
        (Content("2012", "g1.1", actions=(ActionLine("a law", "a9.9"),)), ("actions.0.code", problems.UNKNOWN)),
        (Content("2012", "g1.1", actions=(ActionLine("x" * 301),)), ("actions.0.text", problems.TOO_LONG)),
        (Content("2012", "g1.1", actions=(ActionLine("a law"),) * 61), ("actions", problems.TOO_MANY)),
        (Content("2012", "g1.1", evidence=(Evidence("a", "file:x"),)), ("evidence.0.url", problems.NO_ADDRESS)),
    ],
)
def test_a_fault_is_refused_in_a_draft_too(content: Content, problem: tuple[str, str]) -> None:
    assert problems.faults(content) == [problems.Problem(*problem)]


@pytest.mark.once
@given(whole, texts)
def test_tidying_is_done_once_and_changes_nothing_that_was_said(content: Content, spaces: str) -> None:
    assert contents.tidy(content) == content
    untidy = msgspec.structs.replace(
        content,
        obligation=f"  {content.obligation}\n",
        actions=(*content.actions, ActionLine(" ")),
        target=msgspec.structs.replace(content.target, baseline=content.target.baseline or Baseline(source=" ")),
    )
    assert contents.tidy(untidy) == content
    assert contents.tidy(contents.tidy(untidy)) == contents.tidy(untidy)


def test_a_target_takes_the_unit_of_its_indicator() -> None:
    assert contents.tidy(Content("2012", "g4.2", target=Target("removal_72h"))).target.unit == "percent"


@given(declared)
def test_values_have_a_number_or_a_why_and_are_said_once(values: list[DeclaredValue]) -> None:
    assert problems.problems_declared(values) == []
    if values:
        twice = [*values, values[0]]
        assert problems.problems_declared(twice) == [(f"{len(values)}.indicator", problems.TWICE)]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (DeclaredValue("made_up", "2026", 1, "", "a"), ("0.indicator", problems.UNKNOWN)),
        (DeclaredValue("removal_72h", "2026-13", 1, "", "a"), ("0.period", problems.NO_PERIOD)),
        (DeclaredValue("removal_72h", "2026", inf, "", "a"), ("0.value", problems.NO_NUMBER)),
        (DeclaredValue("removal_72h", "2026"), ("0.why", problems.MISSING)),
        (DeclaredValue("removal_72h", "2026", 1, "both", "a"), ("0.why", problems.VALUE_AND_WHY)),
        (DeclaredValue("removal_72h", "2026", 1), ("0.source", problems.MISSING)),
    ],
)
def test_a_declared_value_is_checked(value: DeclaredValue, problem: tuple[str, str]) -> None:
    assert problems.problems_declared([value]) == [problem]


def test_a_baseline_may_be_absent_but_not_in_part() -> None:
    target = Target(None, "more", 5, "units", "at_least", date(2027, 1, 1), Baseline(4))
    content = Content("2012", "g1.1", "we will", "this asks", target, "a ministry")
    assert {problem.path for problem in problems.problems(content)} == {
        "target.baseline.date",
        "target.baseline.source",
    }


@pytest.mark.parametrize(
    ("indicator", "value", "fits"),
    [
        ("removal_72h", 815.0, False),
        ("removal_72h", -0.5, False),
        ("removal_72h", 100.0, True),
        ("identified_flow", -1.0, False),
        ("identified_flow", 815.0, True),
        ("identified_flow_growth", -100.5, False),
        ("identified_flow_growth", 815.0, True),
        ("urgent_triage", -1.0, False),
    ],
)
def test_a_value_that_no_indicator_of_its_kind_can_have_is_named_at_its_place(
    indicator: str, value: float, fits: bool
) -> None:
    wanted = [] if fits else [problems.OUT_OF_RANGE]
    found = problems.problems_declared([DeclaredValue(indicator, "2026", value, "", "yearbook")])
    assert [one.code for one in found if one.path == "0.value"] == wanted
    target = Target(indicator, value=value, baseline=Baseline(value, date(2025, 1, 1), "yearbook"))
    codes = {one.path: one.code for one in problems.faults(Content("2012", "g1.1", target=target))}
    assert codes == ({} if fits else dict.fromkeys(("target.value", "target.baseline.value"), problems.OUT_OF_RANGE))
