"""Shares hold what was listed, in its order, within their bounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaern.cluster.shares import BYTES, FIRST, FIRST_THINGS, THINGS, Cutter
from vaern.scanning.names import printable
from vaern.scanning.walk import Item

TEXTS = st.text(max_size=5)
ITEMS = st.builds(
    Item,
    st.text(st.characters(codec=None), max_size=8).map(printable),
    st.one_of(st.integers(0, 100), st.integers(0, 2 * BYTES)),
    st.none() | TEXTS,
    st.sampled_from(["", "inode/symlink"]),
    TEXTS,
    tag=TEXTS,
)


@given(items=st.lists(ITEMS, max_size=200), first=st.sampled_from([0, FIRST - 1, FIRST, 1000]))
def test_shares_are_what_was_listed_and_keep_to_their_bounds(items: list[Item], first: int) -> None:
    cutter = Cutter(first)
    shares = [share for item in items for share in cutter.add(item)]
    shares += cutter.rest()
    assert not cutter.rest()
    assert [share.number for share in shares] == list(range(first, first + len(shares)))
    assert [entry.item() for share in shares for entry in share.entries()] == items
    for share in shares:
        entries = share.entries()
        assert 0 < len(entries) <= (FIRST_THINGS if share.number < FIRST else THINGS)
        assert len(entries) == 1 or sum(entry.size for entry in entries) <= BYTES


def test_shares_of_other_things_have_other_digests() -> None:
    first, second = Cutter(), Cutter()
    first.add(Item("a", 1))
    second.add(Item("a", 2))
    assert first.rest()[0].digest != second.rest()[0].digest
