"""Commitments as people may write them, for laws that hold for all."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from vaern.node.alliance.rules import definitions, frame
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, DeclaredValue, Evidence, Target

DECLARATION = frame.declaration()
GOALS = [goal.code for goal in DECLARATION.goals]
MENU = [action.code for target in DECLARATION.targets for action in target.actions]
INDICATORS = definitions.current().by_code

texts = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40).map(str.strip)
said = texts.filter(bool)
days = st.dates(date(2010, 1, 1), date(2040, 12, 31))
numbers = st.floats(-1e6, 1e6).map(lambda number: round(number, 2))
lines = st.builds(
    ActionLine, said, st.none() | st.sampled_from(MENU), st.sampled_from(["planned", "done"]), st.none() | days
)
evidence = st.builds(Evidence, said, st.sampled_from(["", "https://ministry.example/law"]), st.none() | days)
baselines = st.builds(Baseline, numbers, days, said)
counted = st.floats(0, 1e6)
possible = {
    "share": st.floats(0, 100),
    "growth": st.floats(-100, 1e6),
    "count": counted,
    "stock": counted,
    "median": counted,
    "declared": counted,
}
own_targets = st.builds(
    Target, st.none(), said, numbers, said, st.sampled_from(["at_least", "at_most"]), days, st.none() | baselines
)


def numbers_of(code: str) -> st.SearchStrategy[float]:
    """Numbers that an indicator can have."""
    return possible[INDICATORS[code].kind].map(lambda number: round(number, 2))


def targets_of(code: str) -> st.SearchStrategy[Target]:
    """Targets of an indicator."""
    start = st.builds(Baseline, numbers_of(code), days, said)
    return st.builds(
        Target,
        st.just(code),
        said,
        numbers_of(code),
        st.just(INDICATORS[code].unit),
        st.sampled_from(["at_least", "at_most"]),
        days,
        st.none() | start,
    )


indicators = st.sampled_from(sorted(INDICATORS))
targets = own_targets | indicators.flatmap(targets_of)
whole = st.builds(
    Content,
    st.just(DECLARATION.version),
    st.sampled_from(GOALS),
    said,
    said,
    targets,
    said,
    st.lists(lines, max_size=4).map(tuple),
    st.lists(evidence, max_size=3).map(tuple),
    st.sampled_from(["en", "da"]),
)
"""Commitments that may be handed in."""

drafts = st.builds(
    Content,
    st.just(DECLARATION.version),
    st.sampled_from(GOALS),
    texts,
    texts,
    st.just(Target()) | targets,
    texts,
    st.lists(lines, max_size=4).map(tuple),
)
"""Commitments in which things may still be missing."""

declared = st.lists(
    indicators.flatmap(
        lambda code: st.builds(DeclaredValue, st.just(code), st.just("2026"), numbers_of(code), st.just(""), said)
    )
    | st.builds(DeclaredValue, indicators, st.just("2026"), st.none(), said),
    max_size=4,
    unique_by=lambda one: one.indicator,
)
