"""What a change takes away of a list is counted before anything of it changes, and may be refused."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching.test_lists import latest

from vaern.losing import loses
from vaern.matching import List, publish
from vaern.records import Entry, Signal

ENDS = ("", "2027-01-01", "2028-01-01")
PLAIN = st.builds(
    lambda id_, numbers, **said: Entry(id_, tuple(Signal("md5", bytes([n]) * 16) for n in sorted(numbers)), **said),
    st.sampled_from("abcd"),
    st.sets(st.integers(0, 2)),
    recalled=st.booleans(),
    ends=st.sampled_from(ENDS),
    classification=st.sampled_from([None, "A"]),
)


def weaker(before: Entry, after: Entry) -> bool:
    """Whether there is a hash and a day on which the one would match and the other not."""

    def matched(entry: Entry) -> set[tuple[bytes, str]]:
        days = [day for day in (*ENDS[1:], "2029-01-01") if not entry.ends or day <= entry.ends]
        return {(one.value, day) for one in entry.signals for day in days} if not entry.recalled else set()

    return after.recalled or not matched(before) <= matched(after)


@given(PLAIN, PLAIN)
def test_to_lose_is_to_be_matched_less(before: Entry, after: Entry) -> None:
    if before.signals and not before.recalled:
        assert loses(before, after) == weaker(before, after)


@given(st.lists(st.tuples(st.lists(PLAIN, max_size=6), st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_what_a_change_takes_away_is_as_counted_by_hand(changes: list[tuple[list[Entry], bool, bool]]) -> None:
    standing: dict[str, Entry] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "list"
        publish(folder, (), name="n", release="r")
        for items, whole, refused in changes:
            asked: list[tuple[int, int]] = []

            def allow(lost: int, of: int, no: bool = refused, asked: list[tuple[int, int]] = asked) -> None:
                asked.append((lost, of))
                if no:
                    raise PermissionError

            now = latest(items)
            live = {id_: entry for id_, entry in standing.items() if not entry.recalled}
            gone = [id_ for id_ in live if whole and id_ not in now]
            lost = sum(loses(live[id_], entry) for id_, entry in now.items() if id_ in live) + len(gone)
            before = List.open(folder)
            if refused:
                with pytest.raises(PermissionError):
                    publish(folder, items, name="n", release="r", whole=whole, allow=allow)
                assert list(List.open(folder).live()) == list(before.live())
                assert List.open(folder).sequence == before.sequence
            else:
                publish(folder, items, name="n", release="r", whole=whole, allow=allow)
                standing = now if whole else {**standing, **now}
            assert asked == [(lost, len(live))]
