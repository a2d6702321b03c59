"""A list sorted by any of its columns is the plain sort of its rows, cut into pages, in both directions."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaern.node.organisations.models import Member
from vaern.node.web.paging import Whole, paginate, read_cursor, write_cursor
from vaern.node.web.sorting import Order, by_rank, words

pytestmark = pytest.mark.django_db
CODES = ["".join(pair) for pair in itertools.product("ABCDEFG", repeat=2)]
RANKS = ["b", "B", "a"]
ORDER = Order(
    "-name",
    "code",
    code="code",
    joined="joined_date",
    age="-joined_date",
    word=words("name_da"),
    rank=by_rank("name_da", RANKS),
)
KEYS: dict[str, Any] = {
    "code": lambda row: row.code,
    "joined": lambda row: row.joined_date,
    "age": lambda row: row.joined_date and -row.joined_date.toordinal(),
    "word": lambda row: row.name_da.lower(),
    "rank": lambda row: RANKS.index(row.name_da) if row.name_da in RANKS else None,
}
MADE = st.lists(
    st.tuples(
        st.sampled_from(CODES),
        st.sampled_from("aAbBc"),
        st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2020, 1, 4)),
    ),
    unique_by=lambda one: one[0],
    max_size=20,
)
SORTS = st.sampled_from([f"{sign}{name}" for sign in ("", "-") for name in KEYS])


def plainly(rows: list[Member], sort: str) -> list[str]:
    """The codes as Python sorts them: ties as the list stands by itself, what is empty last in both directions."""
    rows = sorted(rows, key=lambda row: row.code)
    rows.sort(key=lambda row: row.name, reverse=True)
    key, down = KEYS[sort.lstrip("-")], sort.startswith("-")
    there = [row for row in rows if key(row) is not None]
    there.sort(key=key, reverse=down)
    return [row.code for row in (*there, *(row for row in rows if key(row) is None))]


@pytest.mark.once
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MADE, SORTS, st.integers(1, 7))
def test_pages_of_a_sorted_list_are_the_plain_sort_cut(made: list[Any], sort: str, size: int) -> None:
    Member.objects.all().delete()
    rows = [Member(code=code, name=f"C{code}", name_da=word, joined_date=on) for code, word, on in made]
    Member.objects.bulk_create(rows)
    seen: list[list[str]] = []
    parameters = {"sort": sort}
    while True:
        page = paginate(Member.objects.all(), ORDER, parameters, size)
        seen.append([row.code for row in page.rows])
        assert bool(page.previous) == (len(seen) > 1)
        assert page.sort == sort
        if not page.next:
            break
        parameters = {"sort": sort, "after": page.next}
    assert [code for codes in seen for code in codes] == plainly(rows, sort)
    back = [seen[-1]]
    while page.previous:
        page = paginate(Member.objects.all(), ORDER, {"sort": sort, "before": page.previous}, size)
        back.insert(0, [row.code for row in page.rows])
        assert page.next
    assert back == seen


@given(
    st.text(max_size=12) | st.sampled_from(["--code", "-", "by_code", "id", "code__gt", "code,name", "organisation"])
)
def test_a_sort_that_there_is_not_is_the_order_of_the_list(sort: str) -> None:
    if sort.removeprefix("-") in ORDER.by:
        return
    assert ORDER.asked({"sort": sort}) == ""
    assert paginate(Member.objects.all(), ORDER, {"sort": sort}).sort == ""


def test_a_cursor_of_one_sort_is_none_of_another() -> None:
    Member.objects.create(code="AA", name="C", name_da="a")
    found, keys = ORDER.over(Member.objects.all(), "joined")
    cursor = write_cursor(found.get(), keys)
    assert read_cursor(found, keys, cursor) == [None, "C", "AA"], "what is empty is a key where rows may be empty"
    for other in ("-joined", "age", "code", ""):
        rows, theirs = ORDER.over(Member.objects.all(), other)
        assert read_cursor(rows, theirs, cursor) == []


def test_a_list_that_is_taken_out_whole_comes_in_larger_pages() -> None:
    Member.objects.bulk_create([Member(code=code, name=f"C{code}", name_da="a") for code in CODES])
    assert len(paginate(Member.objects.all(), ORDER, Whole({"sort": "code"}), 3).rows) == len(CODES)
    assert Whole.size > len(CODES)
