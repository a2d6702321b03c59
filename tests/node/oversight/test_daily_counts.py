"""The counts a day equal counting all entries anew, in however many steps they were brought up to date."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.factories import viewer_for
from tests.node.oversight.worlds import fill, make_world

from vaern.node.ledger import folds
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Verb
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.oversight import daily_counts, queries
from vaern.node.oversight.models import DailyCount
from vaern.node.oversight.sight import Sight

pytestmark = pytest.mark.django_db


def test_counts_equal_a_recount(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "STEP", 13)
    world = make_world()
    for part in range(3):
        fill(world, 40, seed=part)
        sequence_once()
        assert daily_counts.count_new() == 40
        assert daily_counts.count_new() == 0
    today = timezone.localdate()
    everything = list(Entry.objects.all())
    for person in (world.overseer, *world.overseers):
        sight = Sight.of(viewer_for(person))
        expected = Counter(
            entry.verb
            for entry in everything
            if sight.whole_node or person.organisation_id in {entry.organisation, entry.owner}
        )
        days = queries.daily_counts(sight, today)
        assert [day for day, _ in days] == [today - timedelta(days=n) for n in range(29, -1, -1)]
        assert days[-1][1] == {verb: expected[verb.value] for verb in Verb}


def test_what_has_no_position_yet_is_counted_later() -> None:
    world = make_world()
    fill(world, 3)
    assert daily_counts.count_new() == 0
    sequence_once()
    assert daily_counts.count_new() == 3


def test_nobody_but_oversight_gets_the_counts() -> None:
    world = make_world()
    fill(world, 10)
    sequence_once()
    daily_counts.count_new()
    days = queries.daily_counts(Sight.of(viewer_for(world.people[0])), timezone.localdate())
    assert not any(any(counts.values()) for _day, counts in days)


def test_no_count_is_kept_by_person() -> None:
    assert {field.name for field in DailyCount._meta.get_fields()} == {"id", "day", "verb", "organisation", "count"}
