"""The moved clock: both clocks move together and onward, in a synthetic node alone, and leave nothing behind."""

from __future__ import annotations

import random
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from tests.node.factories import make_person
from tests.node.reports.law.test_data import configured

from vaern.node.demo.clock import FUNCTIONS, SCHEMA, ClockError, moved
from vaern.node.demo.sign_in import NotSynthetic
from vaern.node.demo.stories import Beside, Story, at_once, by_day, in_hours, tell
from vaern.node.ledger.models import Checkpoint, Entry
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations import acts
from vaern.node.organisations.account_actions import note_own
from vaern.node.organisations.rules import Role
from vaern.node.reports.models import Report

pytestmark = pytest.mark.django_db

NODE = Path(__file__).parents[2] / "src/vaern/node"
BACK = timedelta(days=548)
NEAR = timedelta(minutes=1)


def of_database() -> dict[str, datetime]:
    """Return what each function of PostgreSQL says that the time is."""
    found = {}
    with connection.cursor() as cursor:
        for name in FUNCTIONS:
            cursor.execute(f"SELECT {name}()")
            (found[name],) = cursor.fetchone()
    return found


def has_schema() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [SCHEMA])
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_every_clock_tells_the_moved_time_and_then_the_real_one() -> None:
    real = timezone.now()
    to = real - BACK
    with moved(to) as clock:
        for at in (to, to + timedelta(days=30), to + timedelta(days=200)):
            clock.move_to(at)
            said = [
                timezone.now(),
                datetime.now(UTC),
                datetime.fromtimestamp(time.time(), UTC),
                *of_database().values(),
            ]
            assert all(at <= one < at + NEAR for one in said), said
    assert all(real <= one < real + NEAR for one in (timezone.now(), *of_database().values()))
    assert not has_schema()


def test_a_default_that_was_kept_is_moved_too() -> None:
    kept = Report._meta.get_field("created_at").default
    with moved(timezone.now() - BACK) as clock:
        assert abs(kept() - (clock.real - BACK)) < NEAR


def test_it_never_goes_back_nor_beyond_the_real_time() -> None:
    real = timezone.now()
    with moved(real - BACK) as clock:
        clock.move_to(real - timedelta(days=5))
        clock.move_to(real - BACK)
        assert clock.now() >= real - timedelta(days=5)
        with pytest.raises(ClockError):
            clock.move_to(real + timedelta(hours=1))
    with pytest.raises(ClockError), moved(timezone.now() + timedelta(hours=1)):
        pass


def test_an_error_within_leaves_no_moved_clock_behind() -> None:
    with pytest.raises(ZeroDivisionError), moved(timezone.now() - BACK):
        raise ZeroDivisionError
    assert not has_schema()
    assert timezone.now() - of_database()["now"] < NEAR


def test_a_node_that_is_not_synthetic_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    configured(monkeypatch, synthetic=False)
    with pytest.raises(NotSynthetic), moved(timezone.now() - BACK):
        pass
    assert not has_schema()


def test_entries_and_checkpoints_of_the_ledger_rise_with_it() -> None:
    person = make_person(Role.ANALYST)
    with moved(timezone.now() - BACK) as clock:
        for _ in range(4):
            clock.move_to(clock.now() + timedelta(days=60))
            note_own(person, acts.SIGNED_IN)
            sequence_once()
    entries = list(Entry.objects.order_by("pk").values_list("at", flat=True))
    checkpoints = list(Checkpoint.objects.order_by("size").values_list("at", flat=True))
    assert len(checkpoints) >= 4
    assert entries == sorted(entries)
    assert checkpoints == sorted(checkpoints)
    assert timedelta(days=170) < checkpoints[-1] - checkpoints[0] < timedelta(days=190)


def test_no_statement_asks_for_the_time_by_a_word_that_cannot_be_moved() -> None:
    words = re.compile(r"\b(CURRENT_(?:TIMESTAMP|TIME|DATE)|LOCALTIME(?:STAMP)?)\b")
    found = [
        path
        for path in NODE.rglob("*.py")
        if path.name != "clock.py" and path.parent.name != "demo" and words.search(path.read_text("utf-8"))
    ]
    assert found == []


class Hand:
    """A clock that is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move_to(self, at: datetime) -> None:
        assert at >= self.at
        self.at = at


def test_stories_are_told_in_the_order_of_time_and_end_now() -> None:
    begins = datetime(2025, 3, 3, 9, tzinfo=UTC)
    told: list[tuple[str, datetime]] = []
    clock = Hand(begins)

    def story(name: str, *waits: timedelta):  # type: ignore[no-untyped-def]
        told.append((name, clock.now()))
        for wait in waits:
            yield wait
            told.append((name, clock.now()))

    def parent():  # type: ignore[no-untyped-def]
        yield timedelta(hours=1)
        yield Beside([story("child", timedelta(days=3))])
        told.append(("parent", clock.now()))

    day = timedelta(days=1)
    slow = story("slow", 2 * day, 2 * day, 90 * day)
    tell(
        clock,
        [(begins, slow), (begins + day, story("quick", day, day)), (begins, parent())],
        begins + 30 * day,
        lambda: None,
    )
    assert [at for _name, at in told] == sorted(at for _name, at in told)
    assert [name for name, _at in told].count("slow") == 3
    assert told[-1][1] <= begins + 30 * day
    assert ("child", begins + timedelta(hours=1)) in told
    told.clear()
    at_once(parent())
    assert [name for name, _at in told] == ["child", "child", "parent"]


@pytest.mark.parametrize("day", range(1, 15))
@pytest.mark.parametrize("hour", [0, 7, 8, 12, 16, 17, 23])
def test_a_desk_works_in_its_hours_and_soon(day: int, hour: int) -> None:
    from vaern.node.demo.history.world import chance

    asked = datetime(2026, 6, day, hour, 20, tzinfo=UTC)
    found = timezone.localtime(in_hours(asked, chance(day, hour)))
    assert asked <= found < asked + timedelta(days=4)
    assert found.weekday() < 5
    assert 8 <= found.hour < 17


@pytest.mark.parametrize("weekday", range(7))
def test_a_story_by_day_keeps_its_own_time_and_sleeps_at_night(weekday: int) -> None:
    """Each wait ends in the hours of a desk, never before it was meant, and no wait adds to the one before."""
    begins = datetime(2026, 11, 2 + weekday, 2, 30, tzinfo=UTC)
    named = begins + timedelta(days=9, hours=1)

    def waits() -> Story:
        for _ in range(30):
            yield timedelta(hours=7)
        yield named
        yield Beside([iter([timedelta(hours=12)])])

    with moved(begins):
        *told, moment, beside = by_day(waits(), random.Random(1))
        meant = [timezone.now() + number * timedelta(hours=7) for number in range(1, 31)]
        assert isinstance(beside, Beside)
        (later,) = beside.stories[0]
    for at, wanted in zip([*told, later], [*meant, begins + timedelta(hours=12)], strict=True):
        assert isinstance(at, datetime)
        local = timezone.localtime(at)
        assert local.weekday() < 5
        assert 8 <= local.hour < 17
        assert timedelta(seconds=-5) <= at - wanted < timedelta(days=3)
    assert moment == named, "a moment that it names is kept"
