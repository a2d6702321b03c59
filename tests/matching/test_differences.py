"""Differences of two states: whoever has one and is told them has the other, however the list came to be so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.test_lists import IDS, SAID, entries, entry

from vaern.matching import List, publish, publishing
from vaern.matching.differences import differences

if TYPE_CHECKING:
    from vaern.records import Entry

_CHANGES = st.lists(
    st.tuples(
        st.lists(entries, max_size=4),
        st.sets(st.sampled_from(IDS), max_size=2),
        st.sampled_from([False, False, False, True]),
        st.sampled_from([0, 3, 2000]),
    ),
    min_size=2,
    max_size=7,
)


def live(list_: List) -> dict[str, Entry]:
    return {one.id: one for one in list_.live()}


def told(before: List, after: List) -> dict[str, Entry]:
    """What somebody has who had the one state and was told the differences."""
    found = live(before)
    for one in differences(before, after):
        found.pop(one.id, None)
        if not one.recalled:
            found[one.id] = one
    return found


@pytest.mark.once
@settings(max_examples=40, deadline=None)
@given(changes=_CHANGES)
def test_whoever_is_told_the_differences_of_any_two_states_has_the_other(changes, tmp_path_factory):
    """Also from a later one to an earlier: what a publisher says who took a backup back, or who lies."""
    folder, states = tmp_path_factory.mktemp("list"), []
    for items, withdrawn, whole, small in changes:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(publishing, "SMALL", small)
            patch.setattr(publishing, "MOST_PARTS", 3)
            states.append(publish(folder, items, **SAID, whole=whole, withdrawn=withdrawn))
    opened = [List.of_current(folder, state, {}) for state in states]
    for before in opened:
        for after in opened:
            assert told(before, after) == live(after)


def test_nothing_is_told_that_both_states_say_and_every_entry_that_differs_once(tmp_path):
    publish(tmp_path / "l", [entry(id_, "md5", 1) for id_ in IDS], **SAID)
    before = List.open(tmp_path / "l")
    publish(tmp_path / "l", [entry("a", "md5", 2), entry("b", "md5", 1), entry("new", "md5", 1)], **SAID, withdrawn="c")
    after = List.open(tmp_path / "l")
    assert {one.id: one.recalled for one in differences(before, after)} == {"a": False, "new": False, "c": True}
    assert len(list(differences(before, after))) == 3
    assert not list(differences(after, after))


def test_a_part_that_takes_an_entry_away_without_a_word_is_seen_through(tmp_path):
    """Our own publisher keeps what it recalled; another one may just leave it out."""
    first = publish(tmp_path / "l", [entry(id_, "md5", 1) for id_ in "abc"], **SAID)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "SMALL", 0)
        patch.setattr(publishing, "LIKE", 0)
        second = publish(tmp_path / "l", [entry("a", "md5", 2), entry("d", "md5", 2)], **SAID)
    assert len(second.parts) == 2
    states = [
        List.of_current(tmp_path / "l", msgspec.structs.replace(second, parts=parts), {})
        for parts in (first.parts, second.parts, second.parts[1:], ())
        if all(earlier in {part.id for part in parts} for part in parts for earlier in part.gone)
    ]
    assert len(states) == 3
    for before in states:
        for after in states:
            assert told(before, after) == live(after)
