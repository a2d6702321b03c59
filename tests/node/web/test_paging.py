"""Paging by keys walks through every row once, in both directions, whatever the order; a forged cursor is harmless."""

from __future__ import annotations

import base64
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaern.node.organisations.models import Member
from vaern.node.web.paging import SEAL_BYTES, OfProgram, paginate, read_cursor, write_cursor
from vaern.node.web.problems import Problem

pytestmark = pytest.mark.django_db
CODES = ["".join(pair) for pair in itertools.product("ABCDEFG", repeat=2)]
ORDERS = [
    ("code",),
    ("-code",),
    ("name_da", "code"),
    ("-name_da", "code"),
    ("name_da", "-code"),
    ("-joined_date", "name_da", "code"),
]
within_one_transaction = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def sorted_by(rows: list[Member], order: tuple[str, ...]) -> list[str]:
    """The codes in an order, by Python's own sort."""
    rows = sorted(rows, key=lambda row: row.code)
    for name in reversed(order):
        rows.sort(key=lambda row: getattr(row, name.lstrip("-")), reverse=name.startswith("-"))
    return [row.code for row in rows]


@pytest.mark.once
@within_one_transaction
@given(
    st.lists(
        st.tuples(st.sampled_from(CODES), st.sampled_from("aab"), st.dates()), unique_by=lambda m: m[0], max_size=20
    ),
    st.sampled_from(ORDERS),
    st.integers(1, 7),
)
def test_pages_are_the_sorted_rows_cut(made: list[tuple[str, str, object]], order: tuple[str, ...], size: int) -> None:
    Member.objects.all().delete()
    rows = [Member(code=c, name=f"Country {c}", name_da=n, joined_date=d) for c, n, d in made]
    Member.objects.bulk_create(rows)
    wanted = sorted_by(rows, order)

    seen, parameters, pages = [], {}, []
    while True:
        page = paginate(Member.objects.all(), order, parameters, size)
        pages.append([row.code for row in page.rows])
        seen += pages[-1]
        assert bool(page.previous) == (len(pages) > 1)
        if not page.next:
            break
        parameters = {"after": page.next}
    assert seen == wanted
    assert all(len(codes) == size for codes in pages[:-1])

    back = [pages[-1]]
    while page.previous:
        page = paginate(Member.objects.all(), order, {"before": page.previous}, size)
        back.insert(0, [row.code for row in page.rows])
        assert page.next
    assert back == pages


@pytest.mark.once
@within_one_transaction
@given(st.text(max_size=60))
def test_a_forged_cursor_is_the_first_page(cursor: str) -> None:
    Member.objects.all().delete()
    Member.objects.create(code="AA", name="Country AA", name_da="a")
    for name in ("after", "before"):
        page = paginate(Member.objects.all(), ("name_da", "code"), {name: cursor})
        assert [row.code for row in page.rows] == ["AA"]


@pytest.mark.parametrize(
    "values",
    [["a", "AA"], ["\ud800", "AA"], ["a\0", "AA"], [float("inf"), "AA"], [float("nan"), {}], [2**70, 1], [[], None]],
)
def test_a_cursor_that_nobody_gave_out_never_reaches_the_database(values: list[object]) -> None:
    text = json.dumps(values).encode()
    row = Member(code="AA", name="Country AA", name_da="a")
    true = write_cursor(row, ("name_da", "code"))
    for forged in (text, b"0" * SEAL_BYTES + text, base64.urlsafe_b64decode(true + "==")[:SEAL_BYTES] + text):
        cursor = base64.urlsafe_b64encode(forged).decode().rstrip("=")
        if cursor != true:
            assert read_cursor(Member.objects.all(), ("name_da", "code"), cursor) == []


def test_a_cursor_that_is_not_ours_is_refused_to_a_program_and_is_page_one_to_a_person() -> None:
    """A client with a cursor of an older secret read the first page for ever."""
    everybody = Member.objects.all()
    assert paginate(everybody, ("code",), {"after": "AAAA"}).rows == list(everybody.order_by("code")[:50])
    assert paginate(everybody, ("code",), {"after": OfProgram("")}).rows == list(everybody.order_by("code")[:50])
    with pytest.raises(Problem) as refused:
        paginate(everybody, ("code",), {"after": OfProgram("AAAA")})
    assert (refused.value.status, refused.value.faults[0].where) == (422, "query.after")


def test_a_cursor_of_another_order_is_not_taken() -> None:
    row = Member(code="AA", name="Country AA", name_da="a")
    everybody = Member.objects.all()
    assert read_cursor(everybody, ("name_da", "code"), write_cursor(row, ("name_da", "code"))) == ["a", "AA"]
    assert read_cursor(everybody, ("code",), write_cursor(row, ("name_da", "code"))) == []
    assert read_cursor(everybody, ("id",), write_cursor(row, ("code",))) == []
    assert read_cursor(everybody, ("joined_date",), write_cursor(row, ("joined_date",))) == []  # None is no key
