"""Lists: whatever stands in an address, a page asks for one of its choices or for none; and the page around a table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpRequest, QueryDict
from django.utils.html import escape
from hypothesis import example, given
from hypothesis import strategies as st

from vaern.node.web import lists
from vaern.node.web.lists import Button, Choice, Filters, Words, list_page, number, one_of
from vaern.node.web.tables import Bulk, Column, Filter, Row, Table

STATES = ("open", "closed")
ANYTHING = st.one_of(st.text(), st.sampled_from([*STATES, "yes", "\0", " open", "OPEN", "open\n", "1", "٣"]))


class CodeFilters(Filters):
    q = Words(longest=9, upper=True)
    state = Choice(STATES)
    new = Choice(["yes"])


@example({"q": "00000000 0"})
@given(st.dictionaries(st.sampled_from(["q", "state", "new", "after", "else"]), ANYTHING))
def test_an_address_asks_for_what_there_is_or_for_nothing(given: dict[str, str]) -> None:
    asked = CodeFilters(given).values
    assert asked.keys() == {"text", "state", "new"}
    for name, among in (("state", STATES), ("new", ("yes",))):
        said = given.get(name, "")
        assert asked[name] == (said if said in among else ""), "exactly as it is written, or not at all"
    text = asked["text"]
    assert text.isprintable()
    assert len(text) <= len("".join(sign for sign in given.get("q", "") if sign.isprintable())[:9].upper())
    assert text == text.strip()


@given(ANYTHING, ANYTHING)
def test_of_a_name_that_stands_there_twice_the_last_counts(first: str, last: str) -> None:
    given = QueryDict(mutable=True)
    given.setlist("state", [first, last])
    assert CodeFilters(given).values["state"] == one_of(given, "state", STATES) == (last if last in STATES else "")


@given(st.one_of(ANYTHING, st.integers().map(str), st.none()))
def test_a_number_of_an_address_is_within_its_bounds(given: str | None) -> None:
    found = number(given, 7, most=1_000)
    assert 0 <= found <= 1_000
    if given is not None and given.isascii() and given.isdigit():
        assert found == (int(given) if int(given) <= 1_000 else 7)


@pytest.mark.parametrize("given", ["", None, "-1", "1.5", "1e3", "one", "\0", "9" * 400])
def test_what_is_no_number_is_the_other(given: str | None) -> None:
    assert number(given, 7) == 7


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr(lists, "render", lambda _request, template, context: kept.update(context, template=template))
    return kept


TABLE = Table("Made up", [Column("Name")], [Row(["one"])])


def test_the_title_is_the_heading_unless_another_is_given(shown: dict[str, Any]) -> None:
    list_page(HttpRequest(), title="Scans", table=TABLE)
    assert (shown["title"], shown["heading"], shown["template"]) == ("Scans", "Scans", "web/list.html")
    list_page(HttpRequest(), title="Scans", heading="All of them", table=TABLE, extra={"more": 1})
    assert (shown["heading"], shown["more"]) == ("All of them", 1)


@pytest.mark.django_db
def test_a_list_shows_the_way_to_it_what_it_is_and_what_can_be_done(rf: Any) -> None:
    request = rf.get("/")
    answer = list_page(
        request,
        title="Hosts & co",
        crumbs=[("Still up", "/up/")],
        lead="Whom to notify.",
        note="Each look is recorded.",
        buttons=[Button("Add", "/add/", primary=True)],
        table=TABLE,
    )
    text = answer.content.decode()
    for part in ('href="/up/"', escape("Hosts & co"), "Whom to notify.", "Each look is recorded.", "Made up"):
        assert part in text
    assert '<a class="button primary" href="/add/">Add</a>' in text
    plain = list_page(request, title="Hosts", table=TABLE).content.decode()
    assert "breadcrumbs" not in plain.split("<main")[1], "no way is shown where there is none"


CHOSEN = Bulk("the-form", "record", [("claim", "Claim <all>"), ("keep", "Keep")])


@given(st.lists(st.uuids().map(str), unique=True, max_size=5), st.booleans())
def test_each_row_can_be_chosen_where_something_can_be_done_with_many(ids: list[str], bulk: bool) -> None:
    table = Table(
        "Records", [Column("Code"), Column("State")], [Row([one[:4], "new"], url="/x", id=one) for one in ids]
    )
    html = str(replace(table, bulk=CHOSEN if bulk else None))
    boxes = re.findall(r'<input type="checkbox" form="the-form" name="record" value="([^"]+)" id="s-([^"]+)"', html)
    assert boxes == ([(one, one) for one in ids] if bulk else [])
    assert re.findall(r'<a href="/x" id="r-([^"]+)">', html) == ids
    buttons = re.findall(r'<button form="the-form" name="do" value="(\w+)">([^<]+)</button>', html)
    assert buttons == ([("claim", "Claim &lt;all&gt;"), ("keep", "Keep")] if bulk else [])
    assert len(re.findall("<th scope=.col", html)) == (2 + bulk if ids else 0)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=5))
def test_a_filter_that_is_in_use_is_never_hidden(chosen: list[tuple[bool, bool]]) -> None:
    filters = [
        Filter(f"f{at}", f"F{at}", [("a", "A")], "a" * used, more=more) for at, (more, used) in enumerate(chosen)
    ]
    table = Table("Records", [Column("Code")], [], filters=filters)
    html = str(table)
    assert table.more_open == any(more and used for more, used in chosen)
    assert ('<details class="more"' in html) == any(more for more, _used in chosen)
    assert ('<details class="filters-fold" open>' in html) == any(used for _more, used in chosen)
    assert ('<details class="more" open>' in html) == table.more_open
    assert re.findall('<select id="table-(f[0-9])"', html) == [
        f"f{at}" for more in (False, True) for at, one in enumerate(chosen) if one[0] == more
    ]
