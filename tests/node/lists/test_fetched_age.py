"""How old a list is that a node fetches: as of the last fetch of which all came and was taken, of whatever source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.client.serving import serving
from tests.client.test_ncmec import Service
from tests.client.test_tables import Place, table
from tests.formats.values import value_of
from tests.node.factories import make_person, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of
from tests.node.lists.test_ageing import told
from tests.node.lists.test_api_reading import Program
from tests.node.lists.test_sources import REASON, a_table, browser, clock_of, fetched_from, matched, setting, there

from vaern.arrivals import File
from vaern.matching import Freshness, List, Shelf
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.lists.base import disk
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import taking
from vaern.node.lists.models import HashList, ListIntake, ListSource
from vaern.node.lists.rules.sources import LONGEST_AGE, LONGEST_EVERY, WARN_DAYS, SourceKind, fault_of_age
from vaern.node.lists.sources import actions, fetching
from vaern.node.organisations.rules import Role
from vaern.node.reports.intake import lists as loaded
from vaern.records import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
DAYS = st.none() | st.integers(1, 30)
DAY = timedelta(days=1)


@pytest.fixture
def exchange() -> Service:
    return Service()


def said_of(hash_list: HashList) -> Freshness | None:
    """What a list on disk says of its age, after the job of the minute."""
    disk.follow_all()
    return List.open(disk.folder_of(hash_list.name)).freshness


def as_if_fetched(hash_list: HashList, days: float) -> None:
    """Let so many days have passed since the last fetch of a list."""
    ListSource.everywhere.filter(list=hash_list).update(fetched_at=timezone.now() - timedelta(days=days))


# The law --------------------------------------------------------------------------------------------------------------


class Fetched:
    """What a list that was fetched has to say of its age, kept beside what the node does.

    Attributes:
        since: between which moments the last fetch began of which all came and was taken; None before there was one.
        waits: the same of the fetch of which something waits for a person; None where not all of it came.
        held: a person said no: nothing is taken until they say otherwise.
    """

    def __init__(self, exchange: Service, viewer: Viewer, hash_list: HashList) -> None:
        self.exchange, self.viewer, self.list = exchange, viewer, hash_list
        self.since: tuple[datetime, datetime] | None = None
        self.waits: tuple[datetime, datetime] | None = None
        self.had: dict[str, bytes] = {}
        self.held = False

    def waiting(self) -> ListIntake | None:
        return ListIntake.everywhere.filter(list=self.list, state="ready").first()

    def fetch(self) -> None:
        blocked, before = self.held or self.waiting() is not None, timezone.now()
        fetching.fetch(self.list.pk, clock=clock_of(self.exchange))
        during = before, timezone.now()
        if blocked:
            return
        whole = ListSource.everywhere.get(list=self.list).outcome != "failed"
        if self.waiting() is not None:
            self.waits, self.had = during if whole else None, there(self.exchange)
        elif whole:
            self.since = during
            assert matched(self.list) == there(self.exchange), "what is called whole is all that the source has"

    def decide(self, *, take: bool) -> None:
        intake = self.waiting()
        if intake is None:
            return
        with viewing(self.viewer.organisation.id):
            (intakes.take if take else intakes.reject)(self.viewer, QUALITY, intake)
        taking.take(intake.pk)
        if not take:
            self.held = True
        elif self.waits is not None:
            self.since = self.waits
            gone = {one.id for one in self.exchange.entries if one.recalled}
            assert not self.had.keys() - gone - matched(self.list).keys()

    def ask_again(self) -> None:
        with viewing(self.viewer.organisation.id):
            actions.fetch_now(self.viewer, QUALITY, self.list)
        self.held = self.held and self.waiting() is not None

    def check(self, warn: int | None, stop: int | None) -> None:
        fresh = said_of(self.list)
        if self.since is None:
            assert fresh is None, "nobody ever compared it whole"
            return
        assert fresh is not None
        at, (first, last) = datetime.fromisoformat(fresh.checked_at), self.since
        assert first.replace(microsecond=0) <= at <= last
        assert fresh.expires_at == ((at + warn * DAY).isoformat() if warn else "")
        assert fresh.stop_at == ((at + stop * DAY).isoformat() if stop else "")


_STEPS = st.lists(
    st.sampled_from(["add", "change", "withdraw", "fetch", "fetch", "torn", "take", "reject", "ask again"]), max_size=10
)


@pytest.mark.once
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS, takes=st.booleans(), warn=st.none() | st.integers(2, 9), stop=st.none() | st.integers(10, 20))
def test_a_list_is_as_old_as_the_last_fetch_of_which_all_came_and_was_taken(
    steps: Sequence[str], takes: bool, warn: int | None, stop: int | None
) -> None:
    exchange, viewer = Service(), curator()
    for number in range(5):
        exchange.add(number, timedelta(hours=5))
    with serving(exchange) as server:
        given = setting(server.base, takes=takes, warn_days=warn, stop_days=stop)
        hash_list = fetched_from(viewer, given, f"known-{HashList.everywhere.count()}")
        HashList.everywhere.filter(pk=hash_list.pk).update(lost_percent=100)  # no second person is asked
        has = Fetched(exchange, viewer, hash_list)
        for number, step in enumerate([*steps, "fetch", "take", "fetch"], start=100):
            exchange.now += timedelta(minutes=20)
            if step in {"add", "change", "withdraw"}:
                known = number if step == "add" else number % 5
                signals = (Signal("md5", value_of(number, 16)),)
                exchange.add(known, timedelta(seconds=9), signals=signals, recalled=step == "withdraw")
            elif step == "torn":
                pages = exchange.pages
                exchange.damage = lambda page, body, at=pages + 2: body[:40] if page >= at else body
                has.fetch()
                exchange.damage = lambda _page, body: body
            elif step == "fetch":
                has.fetch()
            elif step == "ask again":
                has.ask_again()
            else:
                has.decide(take=step == "take")
            has.check(warn, stop)


def test_a_table_that_has_not_changed_was_compared_all_the_same() -> None:
    place = Place(table(range(3)))
    for _viewer, hash_list in a_table(place):
        fetching.fetch(hash_list.pk)
        as_if_fetched(hash_list, 5)
        old = said_of(hash_list)
        assert old
        fetching.fetch(hash_list.pk)
        assert (ListSource.everywhere.get().outcome, ListIntake.everywhere.count()) == ("nothing", 1)
        fresh = List.open(disk.folder_of(hash_list.name)).freshness  # at once, without the job of the minute
        assert fresh
        assert datetime.fromisoformat(fresh.checked_at) - datetime.fromisoformat(old.checked_at) > 4 * DAY


# What it leads to -----------------------------------------------------------------------------------------------------


def test_desks_are_warned_and_a_hard_stop_stops_until_it_is_fetched_again(exchange: Service) -> None:
    exchange.add(1, timedelta(hours=1))
    desk = viewer_for(make_person(Role.ANALYST))
    with serving(exchange) as server:
        viewer = curator()
        given = setting(server.base, warn_days=3, stop_days=10)
        hash_list = fetched_from(viewer, given)
        fetch = partial(fetching.fetch, hash_list.pk, clock=clock_of(exchange))

        def seen(days: float) -> tuple[list[str], list[str]]:
            """What a desk is told, and which lists its files are compared with, so many days after the last fetch."""
            as_if_fetched(hash_list, days)
            fresh = said_of(hash_list)
            assert fresh
            loaded.shelf().snapshot(at_once=True)
            (kept,) = loaded.known([File(signals=(Signal("md5", value_of(1, 16)),))])
            assert {one.checked for one in kept.matches} <= {fresh.checked_at}, "its age is on each verdict"
            return [item.tone for item in told(desk)], [one.list for one in kept.matches]

        fetch()
        assert seen(2.9) == ([], ["known"])
        assert seen(3.1) == (["warning"], ["known"])
        assert seen(10.1) == (["bad"], [])
        with viewing(viewer.organisation.id):
            actions.set_source(viewer, QUALITY, hash_list, replace(given, warn_days=20, stop_days=None))
        assert seen(10.1) == ([], ["known"]), "other days count from then on"
        with viewing(viewer.organisation.id):
            actions.set_source(viewer, QUALITY, hash_list, given)
        assert seen(10.1) == (["bad"], [])
        fetch()  # nothing has changed
        loaded.shelf().snapshot(at_once=True)
        assert (told(desk), [one.name for one in loaded.usable()]) == ([], ["known"])


def test_a_fetch_that_brings_nothing_new_opens_no_part_again_and_is_no_other_state(exchange: Service) -> None:
    exchange.add(1, timedelta(hours=1))
    with serving(exchange) as server:
        hash_list = fetched_from(curator(), setting(server.base))
        fetch = partial(fetching.fetch, hash_list.pk, clock=clock_of(exchange))
        fetch()
        as_if_fetched(hash_list, 2)
        disk.follow_all()
        shelf = Shelf(disk.folder_of(hash_list.name).parent)
        (before,) = shelf.snapshot()
        fetch()
        (after,) = shelf.snapshot(at_once=True)
    assert before.checked < after.checked
    assert [part.package for part in before.parts] == [part.package for part in after.parts]
    assert all(one.package is other.package for one, other in zip(before.parts, after.parts, strict=True))
    assert (before.release, before.sequence, before.created) == (after.release, after.sequence, after.created)
    written = disk.folder_of(hash_list.name) / "current.json"
    inode = written.stat().st_ino
    disk.follow_all()
    assert written.stat().st_ino == inode, "it is written when something was compared, and not each minute"


# Another source, and none ---------------------------------------------------------------------------------------------


def test_what_is_fetched_no_longer_goes_on_growing_old_until_it_is_kept_by_hand(exchange: Service) -> None:
    exchange.add(1, timedelta(hours=1))
    with serving(exchange) as server:
        viewer = curator()
        given = setting(server.base, stop_days=14)
        hash_list = fetched_from(viewer, given)
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        as_if_fetched(hash_list, 20)
        old = said_of(hash_list)
        assert old
        assert old.is_stopped()
        with viewing(viewer.organisation.id):
            with pytest.raises(Conflict):
                actions.keep_by_hand(viewer, QUALITY, hash_list)  # it is fetched
            actions.drop(viewer, QUALITY, hash_list)
        assert said_of(hash_list) == old
        add(viewer, hash_list, entry_of("by hand"))
        assert said_of(hash_list) == old, "an entry by hand makes the others no younger"
        with viewing(viewer.organisation.id):
            actions.set_source(viewer, QUALITY, hash_list, replace(given, account="another", stop_days=30))
        assert said_of(hash_list) == Freshness.aged(datetime.fromisoformat(old.checked_at), WARN_DAYS, 30)
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        younger = said_of(hash_list)
        assert younger
        assert not younger.is_ageing()
        with viewing(viewer.organisation.id):
            actions.set_source(viewer, QUALITY, hash_list, replace(given, account="a third", stop_days=30))
            assert said_of(hash_list) == younger
            actions.drop(viewer, QUALITY, hash_list)
            assert said_of(hash_list) == younger
            actions.keep_by_hand(viewer, QUALITY, hash_list)
            with pytest.raises(Conflict):
                actions.keep_by_hand(viewer, QUALITY, hash_list)
    assert said_of(hash_list) is None


def test_a_list_that_was_never_fetched_whole_has_no_age(exchange: Service) -> None:
    exchange.damage = lambda _page, _body: b"<html>sign in</html>"
    with serving(exchange) as server:
        viewer = curator()
        hash_list = fetched_from(viewer, setting(server.base))
        add(viewer, hash_list, entry_of("by hand"))
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        assert said_of(hash_list) is None
        with viewing(viewer.organisation.id):
            actions.drop(viewer, QUALITY, hash_list)
    assert said_of(hash_list) is None


# The days -------------------------------------------------------------------------------------------------------------


@given(every=st.integers(1, LONGEST_EVERY), warn=DAYS, stop=DAYS)
def test_days_are_taken_if_nobody_is_warned_of_what_is_fetched_in_time(
    every: int, warn: int | None, stop: int | None
) -> None:
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    fresh = Freshness.aged(begin, warn, stop)
    asked = range(every + 1)
    alarmed = [hour for hour in asked if fresh.is_ageing(begin + timedelta(hours=hour))]
    disorder = warn is not None and stop is not None and stop <= warn
    assert (fault_of_age(every, warn, stop) is not None) == (bool(alarmed) or disorder)


def test_what_is_proposed_may_be_set_for_every_usual_interval() -> None:
    assert all(fault_of_age(every, WARN_DAYS, None) is None for every in range(1, 24 * WARN_DAYS))


@pytest.mark.parametrize(
    ("every", "warn", "stop", "field"),
    [(24, 7, 7, "stop_days"), (24, 7, 3, "stop_days"), (24, 1, None, "warn_days"), (24, None, 2, "stop_days")],
)
def test_days_that_do_not_fit_are_refused_at_their_field(every: int, warn: Any, stop: Any, field: str) -> None:
    given = setting("https://source.example/v2", every=every, warn_days=warn, stop_days=stop)
    with pytest.raises(Refusal) as refused:
        fetched_from(curator(), given)
    assert refused.value.field == field
    assert not ListSource.everywhere.exists()


def test_the_form_proposes_days_and_the_page_of_the_list_says_them(exchange: Service) -> None:
    with serving(exchange) as server:
        viewer = curator()
        hash_list = fetched_from(viewer, setting(server.base))
        at = {"args": [hash_list.pk]}
        client, form = browser(viewer.person), reverse("lists:set-source", **at)
        session = client.session
        session[IN_SESSION] = {f"list:{hash_list.pk}": ["list_quality", ""]}
        session.save()

        def page() -> str:
            return " ".join(client.get(reverse("lists:list", **at)).content.decode().split())

        assert 'name="warn_days" value="7"' in client.get(form).content.decode()
        typed = {"kind": "ncmec", "address": server.base, "account": "user", "every": 24, "most": 10, **REASON}
        for wrong in ({"stop_days": 5}, {"stop_days": LONGEST_AGE + 1}, {"warn_days": 0}):
            refused = client.post(form, {**typed, "warn_days": 9, **wrong})
            assert refused.status_code == 422
            assert f'value="{typed["address"]}"' in refused.content.decode(), "nothing that was typed is lost"
        assert client.post(form, {**typed, "warn_days": 9, "stop_days": 21}).status_code == 302
        assert "9 days after it was last fetched whole" in page()
        assert "21 days after it was last fetched whole" in page()
        assert client.post(form, typed).status_code == 302  # both empty: never
        source = ListSource.everywhere.get()
        assert (source.warn_days, source.stop_days) == (None, None)
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        assert "Last compared with its source" in page()
        assert client.post(reverse("lists:drop-source", **at), REASON).status_code == 302
        assert "goes on growing old" in page()
        assert client.post(reverse("lists:keep-by-hand", **at), REASON).status_code == 302
        assert "Last compared with its source" not in page()


def test_a_program_reads_how_old_its_list_is() -> None:
    program = Program()
    assert program.read()["age"] is None
    at = datetime(2026, 11, 1, tzinfo=UTC)
    ListSource.everywhere.create(
        list=program.list, kind=SourceKind.NCMEC.value, address="https://ncmec.example/v2", fetched_at=at, stop_days=14
    )
    said = {name: datetime.fromisoformat(text) for name, text in program.read()["age"].items()}
    assert said == {"checked_at": at, "warned_at": at + WARN_DAYS * DAY, "stops_at": at + 14 * DAY}
