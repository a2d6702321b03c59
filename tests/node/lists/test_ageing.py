"""How old lists are: who is told, from when on, by the stated policy; and that nobody is told of what is fresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.lists.factories import curator, entry_of, make_list
from tests.node.lists.test_sources import setting

from vaern.matching import Freshness, Shelf, publish, refresh
from vaern.matching.current import BEFORE
from vaern.node.base.scope import viewing
from vaern.node.lists.models import ListSource
from vaern.node.lists.rules.sources import LATE_AFTER, Outcome, SourceKind, late_since
from vaern.node.lists.sources import items
from vaern.node.organisations.rules import Permission, Role
from vaern.node.reports.intake import lists as loaded

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.items import Item

pytestmark = pytest.mark.django_db
DAYS = st.integers(0, 40)
ADDRESS = "https://source.example/v2"


def load(name: str, freshness: Freshness | None, folder: Path) -> None:
    """Put a list of one entry where this process looks for loaded lists, and have it looked at now."""
    publish(folder / name, [entry_of(f"entry of {name}")], name=name, release="1")
    refresh(folder / name, freshness)
    loaded._shelves[folder] = Shelf(folder)


def aged(checked: int, warn: int | None, stop: int | None) -> Freshness:
    """As if a list was compared so many days ago, by a policy of so many days; half an hour away from every bound."""
    at = datetime.now(UTC) - timedelta(days=checked, minutes=30)
    late = [(at + timedelta(days=days)).isoformat() if days is not None else "" for days in (warn, stop)]
    return Freshness(at.isoformat(), *late)


def told(viewer: Viewer) -> list[Item]:
    with viewing(viewer.organisation.id):
        return [*items.old_items(viewer), *items.late_items(viewer)]


@given(checked=DAYS, warn=st.none() | DAYS, stop=st.none() | DAYS)
def test_there_is_an_alarm_before_a_list_stops_whatever_the_policy_leaves_out(
    checked: int, warn: int | None, stop: int | None
) -> None:
    fresh = aged(checked, warn, stop)
    if warn is None and stop is None:
        assert fresh.alarm_at == ""
        return
    alarm = datetime.fromisoformat(fresh.alarm_at)
    begin = datetime.fromisoformat(fresh.checked_at)
    if stop is not None:
        end = datetime.fromisoformat(fresh.stop_at)
        assert alarm < end or stop == 0 or (warn is not None and warn == 0)
        assert alarm <= end
        assert alarm >= min(begin, end)
        assert alarm <= end - min(BEFORE, (end - begin) / 2) + timedelta(seconds=1)
    if warn is not None:
        assert alarm <= datetime.fromisoformat(fresh.expires_at)
    now = datetime.now(UTC)
    assert fresh.is_ageing(now) == (now >= alarm) == bool(fresh.warning("known", now))
    assert not fresh.is_stopped(now) or fresh.is_ageing(now), "who stopped was warned of"


@pytest.mark.once
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ages=st.lists(st.none() | st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), max_size=4))
def test_every_desk_is_told_of_just_the_loaded_lists_that_age_and_in_which_way(ages: list[Any], tmp_path: Path) -> None:
    from django.conf import settings

    settings.LISTS = folder = tmp_path / f"lists-{timezone.now().timestamp()}"
    folder.mkdir()
    loaded._shelves[folder] = Shelf(folder)
    wanted = {}
    for number, age in enumerate(ages):
        fresh = aged(*age) if age else None
        load(f"list-{number}", fresh, folder)
        if fresh and fresh.is_ageing():
            wanted[f"list-{number}"] = "bad" if fresh.is_stopped() else "warning"
    analyst = viewer_for(make_person(Role.ANALYST, make_organisation("hotline")))
    assert {str(one.name): one.tone for one in told(analyst)} == wanted
    assert {one.name for one in loaded.ageing() if one.stopped} == {
        name for name, tone in wanted.items() if tone == "bad"
    }
    usable = loaded.usable()
    assert {one.name for one in usable} == {f"list-{number}" for number in range(len(ages))} - {
        name for name, tone in wanted.items() if tone == "bad"
    }
    stops = [one.freshness.stop_at for one in usable if one.freshness]
    assert not any(stops), "one that stops while it is asked has answered"
    nobody = viewer_for(make_person(Role.OVERSIGHT, make_organisation("hotline")))
    assert not nobody.may(Permission.HASHLIST_VIEW)
    assert told(nobody) == []


def test_many_lists_are_one_line_and_a_list_that_one_may_see_leads_to_its_page(tmp_path: Path, settings: Any) -> None:
    viewer = curator()
    hash_list = make_list(viewer, "own", title="What we keep")
    load("own", aged(4, 3, 14), settings.LISTS)
    (item,) = told(viewer)
    assert (item.name, item.due_at is not None, item.button.url.count(str(hash_list.pk))) == ("What we keep", True, 1)
    other = viewer_for(make_person(Role.ANALYST, make_organisation("hotline")))
    (item,) = told(other)
    assert (item.name, item.about) == ("own", "loaded_list/own")
    assert str(hash_list.pk) not in item.button.url
    for number in range(9):
        load(f"more-{number}", aged(20, 3, 14), settings.LISTS)
    piles = {one.tone: one.count for one in told(other)}
    assert piles == {"bad": 9, "warning": 1}


def with_source(viewer: Viewer, name: str, **fields: Any) -> HashList:
    hash_list = make_list(viewer, name)
    given = setting(ADDRESS)
    ListSource(list=hash_list, kind=SourceKind.NCMEC.value, address=given.address, **fields).save()
    return hash_list


@hypothesis_settings(max_examples=40, deadline=None)
@given(
    hours=st.integers(0, 400),
    every=st.integers(1, 168),
    fetched=st.booleans(),
    outcome=st.sampled_from(list(Outcome)),
)
def test_only_curators_of_the_list_are_told_that_its_source_is_late(
    hours: int, every: int, fetched: bool, outcome: Outcome
) -> None:
    viewer, now = curator(), timezone.now()
    since = now - timedelta(hours=hours, minutes=30)
    name = f"late-{viewer.organisation.id}"
    when = {"fetched_at": since, "set_at": since - timedelta(days=90)} if fetched else {"set_at": since}
    with_source(viewer, name, every=every, outcome=outcome.value, why="it is down", **when)
    late = hours + 0.5 >= every + LATE_AFTER.total_seconds() / 3600 and outcome is not Outcome.WAITS
    assert (late_since(since, every) <= now) == (hours + 0.5 >= every + 72)
    found = told(viewer)
    assert [one.since for one in found] == ([since] if late else [])
    assert all("it is down" in str(one.what) for one in found)
    assert told(curator()) == []
    assert told(viewer_for(make_person(Role.ANALYST, viewer.person.organisation))) == []
