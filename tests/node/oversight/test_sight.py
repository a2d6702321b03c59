"""What a viewer sees of the ledger equals a plain filter over all of it, on every page, in both directions."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from tests.node.factories import viewer_for
from tests.node.oversight.worlds import fill, make_world

from vaern.node.ledger.models import Entry
from vaern.node.oversight import sight as sight_module
from vaern.node.oversight.rules import Filters
from vaern.node.oversight.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.node.oversight.worlds import World

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db
NAMES = ("person", "organisation", "owner", "recipient", "subject", "kind", "verb", "act")


def oracle(person: Person, entries: list[Entry], world: World) -> Callable[[Entry], bool]:
    """Say in one line each what the three kinds of viewers see."""
    if person == world.overseer:
        return lambda _entry: True
    if person in world.overseers:
        return lambda entry: person.organisation_id in {entry.organisation, entry.owner}
    return lambda entry: entry.person == person.id


@pytest.mark.once
def test_a_page_is_what_a_plain_filter_finds() -> None:
    world = make_world()
    fill(world, 200)
    everything = list(Entry.objects.order_by("-id"))
    draw = random.Random(2)
    viewers = [world.overseer, *world.overseers, *world.people]
    found_something = 0
    for _ in range(120):
        person, sample = draw.choice(viewers), draw.choice(everything)
        wanted = {name: getattr(sample, name) for name in draw.sample(NAMES, draw.randint(0, 3))}
        wanted = {name: value for name, value in wanted.items() if value is not None}
        sees = oracle(person, everything, world)
        expected = [e for e in everything if sees(e) and all(getattr(e, n) == v for n, v in wanted.items())]
        found = Sight.of(viewer_for(person)).entries(Filters(**wanted), limit=1_000)
        assert [e.id for e in found] == [e.id for e in expected]
        found_something += bool(expected)
    assert found_something > 60


def test_pages_follow_each_other_without_gap_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sight_module, "PAGE", 7)
    world = make_world()
    fill(world, 60)
    for person in (world.overseer, world.overseers[0], world.people[1]):
        sight = Sight.of(viewer_for(person))
        expected = [e.id for e in sight.entries(Filters(), limit=1_000)]
        seen, page = [], sight.page(Filters())
        assert page.previous == ""
        pages = [page]
        while page.next:
            page = sight.page(Filters(after=int(page.next)))
            pages.append(page)
        seen = [e.id for page in pages for e in page.rows]
        assert seen == expected
        for earlier, later in itertools.pairwise(pages):
            back = sight.page(Filters(before=int(later.previous)))
            assert [e.id for e in back.rows] == [e.id for e in earlier.rows]
        assert pages[0].previous == ""


def test_days_bound_what_is_found() -> None:
    world = make_world()
    fill(world, 5)
    sight, today = Sight.of(viewer_for(world.overseer)), timezone.localdate()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    assert len(sight.entries(Filters(since=today, until=today))) == 5
    assert len(sight.entries(Filters(since=yesterday))) == 5
    assert sight.entries(Filters(until=yesterday)) == []
    assert sight.entries(Filters(since=tomorrow)) == []


@pytest.mark.once
def test_one_entry_is_there_or_is_not_like_one_that_never_was() -> None:
    world = make_world()
    fill(world, 80)
    for person in (world.overseer, *world.overseers, *world.people):
        sees, sight = oracle(person, [], world), Sight.of(viewer_for(person))
        for entry in Entry.objects.all():
            assert (sight.entry(entry.id) is not None) == sees(entry)
        assert sight.entry(10**9) is None


def test_words_are_shown_to_the_node_s_oversight_and_where_they_were_written() -> None:
    world = make_world()
    fill(world, 60)
    everything = list(Entry.objects.exclude(note=None))
    for person in (world.overseer, world.overseers[0], world.people[0]):
        readable = Sight.of(viewer_for(person)).notes(everything)
        for entry in everything:
            expected = person == world.overseer or (
                entry.organisation == person.organisation_id
                and (person in world.overseers or entry.person == person.id)
            )
            assert (entry.id in readable) == expected
