"""What waits: grouped by its clock, each record once, each provider by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.ledger.rules import Why
from vaern.node.web import items
from vaern.node.web.components import TONES
from vaern.node.web.items import FEW, MINE, NOBODY, Button, Group, Item, Rows, group_of, items_of, lines_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TONIGHT = NOW.replace(hour=23, minute=59)
OPEN = Button("Open", "/")

moments = st.none() | st.integers(-400, 400).map(lambda hours: NOW + timedelta(hours=hours))
made = st.builds(
    Item,
    name=st.text(max_size=5),
    what=st.sampled_from(["one", "two", "three"]),
    button=st.just(OPEN),
    about=st.sampled_from(["", "report/1", "report/2", "case/1"]),
    tone=st.sampled_from(TONES),
    due_at=moments,
    since=moments,
    whose=st.sampled_from(["", MINE, NOBODY, "Freja"]),
    urgent=st.booleans(),
    news=st.sampled_from(["", "", "a", "b"]),
)
given_items = st.lists(st.tuples(st.sampled_from(["reports", "cases"]), made), max_size=12)


@given(made)
def test_every_item_has_a_group_and_what_is_overdue_or_urgent_is_now(item: Item) -> None:
    group = group_of(item, NOW, TONIGHT)
    assert group in Group
    assert (group is Group.NEWS) == bool(item.news)
    if item.news:
        return
    if item.urgent or (item.due_at and item.due_at <= NOW):
        assert group is Group.NOW
    elif item.due_at:
        days = (item.due_at - TONIGHT) / timedelta(days=1)
        assert group is (Group.TODAY if days <= 0 else Group.WEEK if days <= 7 else Group.LATER)
    else:
        assert group is not Group.LATER, "without a clock nothing is folded away"


@given(made, st.integers(1, 300))
def test_what_has_a_deadline_never_becomes_less_pressing_as_time_passes(item: Item, hours: int) -> None:
    groups = [Group.LATER, Group.WEEK, Group.TODAY, Group.NOW, Group.NEWS]
    later = timedelta(hours=hours)
    first, then = (group_of(item, NOW + by, TONIGHT + by) for by in (timedelta(0), later))
    assert groups.index(then) >= groups.index(first)


@given(given_items)
def test_every_record_stands_once_and_everything_about_it_is_said(found: list[tuple[str, Item]]) -> None:
    lines = [(group, line) for group, there in lines_of(found, NOW, TONIGHT).items() for line in there]
    records = [line.item.about for _group, line in lines if line.item.about]
    assert sorted(records) == sorted({item.about for _kind, item in found if item.about})
    assert len(lines) - len(records) == sum(not item.about for _kind, item in found)
    for group, line in lines:
        about = [(kind, item) for kind, item in found if item.about and item.about == line.item.about]
        if not about:
            assert (line.also, group) == ((), group_of(line.item, NOW, TONIGHT))
            continue
        order = list(Group)
        assert group is min((group_of(item, NOW, TONIGHT) for _kind, item in about), key=order.index)
        times = Counter(str(item.what) for _kind, item in about)
        said = [str(one.what) for one in (line.item, *line.also)]
        assert sorted(said) == sorted(what if n == 1 else f"{what} ×{n}" for what, n in times.items())
        assert set(line.kinds) == {kind for kind, _item in about}
        assert sorted(line.news) == sorted(item.news for _kind, item in about if item.news)


@given(given_items, st.randoms())
def test_the_order_is_by_clock_and_does_not_hang_on_who_came_first(found: list[tuple[str, Item]], random: Any) -> None:
    there = lines_of(found, NOW, TONIGHT)
    for group, lines in there.items():
        if group is Group.NEWS:
            continue
        urgent = [line.item.urgent for line in lines]
        assert urgent == sorted(urgent, reverse=True), "a child in danger stands first"
        for some in (True, False):
            due = [line.item.due_at or datetime.max.replace(tzinfo=UTC) for line in lines if line.item.urgent is some]
            assert due == sorted(due)
    other = list(found)
    random.shuffle(other)
    again = lines_of(other, NOW, TONIGHT)
    for group, lines in there.items():
        assert len(again[group]) == len(lines)
        keys = [
            [(one.item.urgent, one.item.due_at, one.item.tone, one.item.since) for one in it]
            for it in (lines, again[group])
        ]
        if group is not Group.NEWS:
            assert keys[0] == keys[1]


def by_clock(item: Item) -> tuple[Any, ...]:
    return item.urgent, item.due_at, item.tone, item.since


@given(st.integers(0, 3 * FEW), st.booleans())
def test_many_of_a_kind_are_one_line_that_leads_to_their_list(count: int, news: bool) -> None:
    def each(number: int) -> Item:
        return Item(f"R{number}", "waits", OPEN, about=f"report/{number}", news=f"n{number}" if news else "")

    found = items_of(Rows(range(min(count, FEW)), count), each, "Reports", "/reports/?whose=nobody")
    if count <= FEW:
        assert [item.name for item in found] == [f"R{number}" for number in range(count)]
        return
    (pile,) = found
    assert (pile.count, pile.button.url, pile.about) == (count, "/reports/?whose=nobody", "")
    assert "R0" in str(pile.what)
    assert bool(pile.news) == news
    (more,) = items_of(Rows(range(FEW), count + 1), each, "Reports", "/reports/?whose=nobody")
    assert (more.news != pile.news) == news, "a further one is news to whoever set the pile aside"


def test_an_item_has_a_tone_that_there_is() -> None:
    with pytest.raises(ValueError, match="a tone is one of"):
        replace(Item("x", "y", OPEN), tone="purple")


def test_a_provider_that_fails_is_logged_and_takes_no_other_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_viewer: Any) -> list[Item]:
        raise ValueError("of somebody")

    monkeypatch.setattr(items, "_PROVIDERS", [])
    items.register("reports", "Reports", broken, why=Why.ASSESSMENT)
    for _twice in range(2):
        items.register("cases", "Cases", kept)
    with structlog.testing.capture_logs() as said:
        found = items.found_for(None)
    assert [(kind, item.name) for kind, item in found.items] == [("cases", "Kept")]
    assert (found.failed, set(found.kinds)) == (1, {"cases"})
    (line,) = said
    assert (line["event"], line["task"], line["error"]) == ("error", "items", "ValueError")
    assert "of somebody" not in str(line)


def kept(_viewer: Any) -> list[Item]:
    return [Item("Kept", "waits", OPEN)]
