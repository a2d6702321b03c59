"""How many entries a subset has: of a large list as it was counted last, and when; of a small one as it is."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.subsets import make_subset

from vaern.node.base.scope import viewing
from vaern.node.lists.models import HashList, ListStands, ListSubset
from vaern.node.lists.rules.subsets import SMALL, Selection, Weighed
from vaern.node.lists.subsets import actions, counting, presenters, queries

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = SMALL + 1


def told(subset: ListSubset, *, size: int) -> queries.Counted:
    """What the page tells of a list of so many entries; this test counts no ten million."""
    HashList.everywhere.filter(pk=subset.list_id).update(live=size)
    fresh = ListSubset.everywhere.select_related("list").get(pk=subset.pk)
    return queries.as_counted(fresh)


def drawn(draw: Random, owner: Viewer, made: HashList, many: int, before: int = 0) -> list[tuple[str, str]]:
    """Add entries under some terms; return which."""
    said = [(draw.choice(["", "open", "closed"]), draw.choice(["", "DK", "SE"])) for _ in range(many)]
    rows = (
        entry_of(f"{before + number}", licence=licence, jurisdiction=country)
        for number, (licence, country) in enumerate(said)
    )
    add(owner, made, *rows)
    return said


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_a_large_list_is_told_as_it_was_counted_last_and_a_small_one_as_it_is(seed: int) -> None:
    draw, owner = Random(seed), curator()
    made = make_list(owner, licence="open", jurisdiction="DK")
    said = drawn(draw, owner, made, 12)
    asked = Selection(frozenset({"open"}), frozenset(), frozenset({"DK"}))
    subset = make_subset(owner, made, selection=asked)

    def by_hand(rows: list[tuple[str, str]]) -> int:
        return sum((licence or "open") == "open" and (country or "DK") == "DK" for licence, country in rows)

    with viewing(owner.organisation.id):
        for size in (12, LARGE):  # made a moment ago: both are as of now
            found = told(subset, size=size)
            assert (found.weighed.goes, found.at) == (by_hand(said), None)
        before, more = timezone.now(), said + drawn(draw, owner, made, 9, before=12)
        assert told(subset, size=21) == queries.Counted(found_weighed(subset), None)
        assert told(subset, size=21).weighed.goes == by_hand(more)
        old = told(subset, size=LARGE)
        assert old.weighed.goes == by_hand(said)
        assert old.at is not None
        assert old.at < before
        assert presenters.goes_in_words(old.weighed) in presenters.counted_in_words(old)
        with CaptureQueriesContext(connection) as asked_for:
            queries.as_counted(ListSubset.everywhere.select_related("list").get(pk=subset.pk))
        assert not any("lists_listentry" in one["sql"] for one in asked_for)
        assert counting.count_all() == 1
        assert counting.count_all() == 0  # nothing changed since
        now = told(subset, size=LARGE)
        assert (now.weighed.goes, now.at) == (by_hand(more), None)
    rows = ListStands.everywhere.filter(list=made)
    assert sum(rows.values_list("entries", flat=True)) == 21


def found_weighed(subset: ListSubset) -> Weighed:
    return queries.weighed(ListSubset.everywhere.select_related("list").get(pk=subset.pk))


def sized(made: HashList, size: int) -> HashList:
    """Let a list say that it has so many entries."""
    HashList.everywhere.filter(pk=made.pk).update(live=size, disputed=0)
    fresh: HashList = HashList.everywhere.get(pk=made.pk)
    return fresh


def asks_for_entries(asked: CaptureQueriesContext) -> bool:
    return any("lists_listentry" in one["sql"] for one in asked)


def test_the_forms_of_a_large_list_count_nothing_and_say_when_it_was_counted(client: Client) -> None:
    owner = curator()
    made = make_list(owner)
    add(owner, made, entry_of("a", licence="open"), entry_of("b", licence="closed"))
    subset = make_subset(owner, made)
    sign_in(client, owner.person)
    pages = [reverse("lists:new-subset", args=[made.pk]), reverse("lists:change-subset", args=[subset.pk])]
    for page in pages:
        assert "open: 1 entry" in client.get(page).content.decode()
    add(owner, made, entry_of("c", licence="open"))
    for page in pages:  # of a small list as it is
        answer = client.get(page).content.decode()
        assert "open: 2 entries" in answer
        assert "has changed since" not in answer
    sized(made, LARGE)
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page).content.decode()
        assert "open: 1 entry" in answer
        assert "has changed since" in answer
        assert not asks_for_entries(asked)


def test_a_subset_of_a_large_list_is_made_without_counting_it_and_what_was_counted_stays_so() -> None:
    owner = curator()
    made = make_list(owner)
    add(owner, made, entry_of("a", licence="open"), entry_of("b"))
    with viewing(owner.organisation.id):
        large = sized(made, LARGE)
        first = make_subset(owner, large)  # never counted before: it is, once that is committed
        large.refresh_from_db()
        assert large.stands_change == large.change
        assert told(first, size=LARGE).weighed.goes == 1
        with CaptureQueriesContext(connection) as asked:
            second = make_subset(owner, large, "other", Selection(frozenset({""})))
            actions.change(owner, QUALITY, second, "other", Selection(frozenset({"", "open"})))
        assert not any("GROUP BY" in one["sql"] and "lists_listentry" in one["sql"] for one in asked)
        assert told(second, size=LARGE) == queries.Counted(Weighed(2, {}), None)
        add(owner, large, entry_of("c"))
        sized(made, LARGE)
        make_subset(owner, large, "third", Selection(frozenset({""})))
        assert told(second, size=LARGE).at is not None  # that it changed is not forgotten
        assert told(second, size=LARGE).weighed.goes == 2


def test_a_large_list_is_counted_at_night_before_anybody_makes_a_subset_of_it() -> None:
    owner = curator()
    made, small = make_list(owner), make_list(owner, "small")
    add(owner, made, entry_of("a", licence="open"))
    add(owner, small, entry_of("a"))
    sized(made, LARGE)
    assert (counting.count_all(), counting.count_all()) == (1, 0)
    with viewing(owner.organisation.id):
        large = HashList.everywhere.get(pk=made.pk)
        assert queries.terms_of(large) == queries.Terms(queries.counted(large), None)


def test_what_was_never_counted_is_counted_and_lists_without_subsets_are_left_alone() -> None:
    owner = curator()
    made, other = make_list(owner), make_list(owner, "other")
    add(owner, made, entry_of("a", licence="open"), entry_of("b"))
    add(owner, other, entry_of("a"))
    with viewing(owner.organisation.id):
        subset = make_subset(owner, made)
        ListStands.everywhere.all().delete()
        HashList.everywhere.update(stands_change=None, stands_at=None)  # as after an older backup
        assert told(subset, size=LARGE) == queries.Counted(found_weighed(subset), None)
    assert counting.count_all() == 1
    assert not ListStands.everywhere.filter(list=other).exists()
