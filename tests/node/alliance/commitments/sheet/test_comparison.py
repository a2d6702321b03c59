"""How a spreadsheet differs from the reply: nothing is left out, and what is the same is no difference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.alliance.commitments.strategies import declared, whole

from vaern.node.alliance.files.sheet import comparison
from vaern.node.alliance.rules.contents import DeclaredValue, Line

lines = st.lists(
    st.builds(Line, whole, st.none() | st.uuids()), max_size=4, unique_by=lambda line: line.commitment or id(line)
)


@pytest.mark.once
@given(lines, lines)
@settings(max_examples=20)
def test_every_commitment_of_both_stands_in_one_pair(before: list[Line], after: list[Line]) -> None:
    found = comparison.pairs(before, after)
    assert [one.after for one in found if one.after is not None] == [line.content for line in after]
    was = [one.before for one in found if one.before is not None]
    assert sorted(map(repr, was)) == sorted(repr(line.content) for line in before)
    assert all(one.is_same for one in comparison.pairs(after, after))
    shared = {line.commitment for line in before if line.commitment} & {line.commitment for line in after}
    assert sum(one.before is not None and one.after is not None for one in found) >= len(shared)


@given(declared, declared)
@settings(max_examples=20)
def test_every_value_that_changed_is_named_once(before: list[DeclaredValue], after: list[DeclaredValue]) -> None:
    found = comparison.values(before, after)
    kept = {(one.indicator, one.period): one for one in before}
    for was, now in found:
        assert was != now
        key = (was or now).indicator, (was or now).period  # type: ignore[union-attr]
        kept.pop(key, None)
        if now is not None:
            kept[key] = now
    assert kept == {(one.indicator, one.period): one for one in after}
