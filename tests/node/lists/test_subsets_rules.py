"""Which entries a subset has: the rule, the columns of the database, and the counts of the page say the same."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from vaern.node.lists.rules.subsets import LONGEST, Ground, Selection, Stands, choices, short, stands, weigh
from vaern.records import Entry

VALUES = st.sampled_from(["", "a", "b", "c"])
STANDS = st.builds(Stands, VALUES, VALUES, VALUES)
ASKED = st.frozensets(VALUES, max_size=3)
SELECTIONS = st.builds(Selection, ASKED, ASKED, ASKED)
ENTRIES = st.lists(STANDS, max_size=20)


def is_in(selection: Selection, entry: Stands, own: Stands) -> bool:
    """The truth, spelled out."""
    asked = (selection.licences, selection.bases, selection.jurisdictions)
    return all(
        not values or (said or of_list) in values for values, said, of_list in zip(asked, entry, own, strict=True)
    )


@given(SELECTIONS, STANDS, STANDS)
def test_an_entry_is_in_if_it_stands_under_one_of_each_kind_that_is_asked(
    selection: Selection, entry: Stands, own: Stands
) -> None:
    lacks = selection.lacks(entry, own)
    assert (lacks is None) == is_in(selection, entry, own)
    columns = selection.columns(own)
    assert (lacks is None) == all(getattr(entry, column) in values for column, values in columns.items())
    if lacks is not None:
        assert getattr(entry.under(own), lacks.value) not in selection.asked[lacks]


@given(SELECTIONS, STANDS, ENTRIES)
def test_what_goes_and_what_stays_is_the_whole_list(selection: Selection, own: Stands, entries: list[Stands]) -> None:
    weighed = weigh(selection, own, Counter(entries))
    assert weighed.goes == sum(is_in(selection, one, own) for one in entries)
    assert weighed.goes + sum(weighed.stays.values()) == len(entries)
    assert all(weighed.stays.values())


@given(st.sampled_from(Ground), STANDS, ENTRIES, st.sets(VALUES))
def test_every_term_that_is_there_can_be_ticked_with_its_count(
    ground: Ground, own: Stands, entries: list[Stands], chosen: set[str]
) -> None:
    found = choices(ground, own, Counter(entries), chosen)
    expected = Counter(getattr(one.under(own), ground.value) for one in entries)
    assert found == {**dict.fromkeys(chosen, 0), **expected}


@given(SELECTIONS, SELECTIONS, STANDS, STANDS)
def test_the_mark_tells_selections_and_lists_apart(
    one: Selection, other: Selection, own: Stands, others: Stands
) -> None:
    assert (one.mark(own) == other.mark(others)) == ((one, own) == (other, others))


@given(
    st.text("ab\0", min_size=LONGEST - 2, max_size=LONGEST + 4),
    st.text("ab\0", min_size=LONGEST - 2, max_size=LONGEST + 4),
)
def test_no_two_texts_are_one_however_long(one: str, other: str) -> None:
    assert (short(one) == short(other)) == (one == other)
    assert max(len(short(one)), len(short(other))) <= LONGEST
    assert "\0" not in short(one) + short(other)


def test_long_bases_that_begin_alike_are_told_apart() -> None:
    first, second = (Entry("e", basis="x" * 600 + end) for end in "ab")
    assert stands(first) != stands(second)
