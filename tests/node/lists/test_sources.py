"""Sources: after any changes, faults, crashes and waits a list is what its source has, and keys stay where they are."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.client.serving import serving
from tests.client.test_ncmec import Service
from tests.client.test_tables import Place, md5, table
from tests.formats.values import value_of
from tests.lookup import lists as upstream
from tests.lookup.service import running
from tests.node.factories import sign_in
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list

from vaern.formats.csv_mappings import CsvMapping
from vaern.formats.moments import moment_of
from vaern.losing import Bounds, too_many
from vaern.matching import publish
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.models import Note
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import reading, taking
from vaern.node.lists.models import EntryRecall, HashList, IntakeFault, ListEntry, ListIntake, ListSource, StagedEntry
from vaern.node.lists.rules.sources import FIRST_PAUSE, SourceKind, may_take, next_attempt
from vaern.node.lists.sources import actions, fetching, services
from vaern.node.lists.sources.actions import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

pytestmark = pytest.mark.django_db(transaction=True)
REASON = {"why": "list_quality", "words": "made up for a test"}
KEY = "a-key-that-nobody-reads"
LIVE = ("live", "disputed")


@pytest.fixture
def exchange() -> Service:
    return Service()


@pytest.fixture
def address(exchange: Service) -> Iterator[str]:
    with serving(exchange) as server:
        yield server.base


def setting(address: str, **change: Any) -> Setting:
    usual = Setting(SourceKind.NCMEC, address, "user", {"key": KEY}, every=24, takes=True, most=1_000)
    return replace(usual, **change)


def fetched_from(viewer: Viewer, given: Setting, name: str = "known", **terms: Any) -> HashList:
    """A list with a source."""
    hash_list = make_list(viewer, name, **terms)
    with viewing(viewer.organisation.id):
        actions.set_source(viewer, QUALITY, hash_list, given)
    return hash_list


def clock_of(exchange: Service) -> Callable[[], datetime]:
    return lambda: exchange.now


def matched(hash_list: HashList) -> dict[str, bytes]:
    """What a list matches: ids with the MD5 of each."""
    rows = ListEntry.everywhere.filter(list=hash_list, state__in=LIVE)
    return {row.ident: next(one.value for one in row.record.signals if one.kind == "md5") for row in rows}


def there(exchange: Service) -> dict[str, bytes]:
    """What the exchange has."""
    return {one.id: one.signals[0].value for one in exchange.entries if not one.recalled}


# The law --------------------------------------------------------------------------------------------------------------

_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.integers(0, 7), st.integers(6, 3_000)),
        st.tuples(st.just("withdraw"), st.integers(0, 7), st.integers(6, 3_000)),
        st.tuples(st.just("wait"), st.integers(1, 20), st.just(0)),
        st.tuples(st.just("fetch"), st.just(0), st.just(0)),
        st.tuples(st.just("torn"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("crash while reading"), st.integers(0, 4), st.just(0)),
        st.tuples(st.just("crash before taking"), st.just(0), st.just(0)),
        st.tuples(st.just("take"), st.just(0), st.just(0)),
        st.tuples(st.just("reject"), st.just(0), st.just(0)),
    ),
    max_size=9,
)


def _crash_while_reading(hash_list: HashList, clock: Callable[[], datetime], rows: int) -> None:
    """A process that dies when it has read so many rows: what it committed stays, and nothing comes after."""
    begun = fetching._begin(hash_list.pk, partial(services.fetch_of, clock=clock))
    if begun is None:
        return
    stage = reading.Stage(begun.intake, named=True)
    for number, row in zip(range(rows), begun.fetched, strict=False):
        stage.put(row, number)
    stage.finish()


def _crash_before_taking(hash_list: HashList, clock: Callable[[], datetime]) -> None:
    """A process that dies when it was decided that an intake is taken."""
    fetching._finish(hash_list.pk)
    begun = fetching._begin(hash_list.pk, partial(services.fetch_of, clock=clock))
    if begun is None:
        return
    stage = reading.Stage(begun.intake, named=True)
    for number, row in enumerate(begun.fetched, start=1):
        stage.put(row, number)
    stage.finish()
    fetching._end(begun, stage, "")


def _decide(viewer: Viewer, hash_list: HashList, decision: Callable[..., Any]) -> None:
    """What a person decides on what waits, if anything does."""
    for intake in ListIntake.everywhere.filter(list=hash_list, state="ready"):
        with viewing(viewer.organisation.id):
            decision(viewer, QUALITY, intake)
        taking.take(intake.pk)


_DECISIONS = {"take": intakes.take, "reject": intakes.reject}


def _change(exchange: Service, one: int, ago: int, version: int, *, recalled: bool) -> None:
    """Another version of an entry, never before its last."""
    earlier = [moment_of(known.updated) for known in exchange.entries if known.id == f"7/e{one}"]
    since = min([timedelta(seconds=ago), *(exchange.now - at for at in earlier if at)])
    exchange.add(one, since, signals=(services_md5(version),), recalled=recalled)


def _withdrawn(exchange: Service) -> set[str]:
    return {one.id for one in exchange.entries if one.recalled}


@pytest.mark.once
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS, kept=st.sets(st.integers(0, 7)), takes=st.booleans())
def test_whatever_happens_the_list_becomes_what_its_source_has(
    steps: Sequence[tuple[str, int, int]], kept: set[int], takes: bool
) -> None:
    """Also where a person decides, late or with a no: and what the source withdrew is never matched after a fetch."""
    exchange, viewer = Service(), curator()
    for number in sorted(kept):
        exchange.add(number, timedelta(hours=5))
    with serving(exchange) as server:
        hash_list = fetched_from(viewer, setting(server.base, takes=takes), f"known-{HashList.everywhere.count()}")
        HashList.everywhere.filter(pk=hash_list.pk).update(lost_percent=100)  # no second person is asked
        clock = clock_of(exchange)
        version = 100
        for what, one, ago in steps:
            if what in {"change", "withdraw"}:
                version += 1
                _change(exchange, one, ago, version, recalled=what == "withdraw")
            elif what == "wait":
                exchange.now += timedelta(minutes=one)
            elif what == "torn":
                exchange.damage = lambda page, body, at=exchange.pages + one: body[:40] if page == at else body
                fetching.fetch(hash_list.pk, clock=clock)
                exchange.damage = lambda _page, body: body
            elif what == "crash while reading":
                _crash_while_reading(hash_list, clock, one)
            elif what == "crash before taking":
                _crash_before_taking(hash_list, clock)
            elif what in _DECISIONS:
                _decide(viewer, hash_list, _DECISIONS[what])
            else:
                fetching.fetch(hash_list.pk, clock=clock)
                assert not _withdrawn(exchange) & matched(hash_list).keys()
        exchange.now += timedelta(hours=1)
        _decide(viewer, hash_list, intakes.take)
        with viewing(viewer.organisation.id):
            actions.fetch_now(viewer, QUALITY, hash_list)
        for _ in range(2):
            fetching.fetch(hash_list.pk, clock=clock)
            _decide(viewer, hash_list, intakes.take)
    assert matched(hash_list) == there(exchange)
    current = HashList.everywhere.get(pk=hash_list.pk)
    assert current.matched == len(there(exchange))
    assert not StagedEntry.everywhere.filter(intake__list=hash_list).exists()


def services_md5(number: int) -> Any:
    from vaern.records import Signal

    return Signal("md5", value_of(number, 16))


@pytest.mark.once
@pytest.mark.parametrize("place", ["UTC", "Europe/Copenhagen", "Asia/Tokyo", "America/Los_Angeles"])
def test_every_new_entry_is_seen_wherever_the_node_stands(
    place: str, exchange: Service, address: str, settings: Any
) -> None:
    settings.TIME_ZONE = place  # and with it that of the process: Django sets both
    hash_list = fetched_from(curator(), setting(address))
    for number in range(12):
        exchange.now += timedelta(minutes=30)
        exchange.add(number, timedelta(minutes=1))
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        assert matched(hash_list) == there(exchange)


# A person decides -----------------------------------------------------------------------------------------------------


def test_what_is_beyond_the_bound_waits_and_the_checkpoint_moves_when_it_is_taken(
    exchange: Service, address: str
) -> None:
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address, most=2))
    for number in range(3):
        exchange.add(number, timedelta(hours=1))
    clock = clock_of(exchange)
    fetching.fetch(hash_list.pk, clock=clock)
    source = ListSource.everywhere.get()
    assert (source.outcome, source.checkpoint, matched(hash_list)) == ("waits", None, {})
    fetching.fetch(hash_list.pk, clock=clock)  # and goes on waiting, without another
    intake = ListIntake.everywhere.get()
    with viewing(viewer.organisation.id):
        intakes.take(viewer, QUALITY, intake)
    taking.take(intake.pk)
    assert ListSource.everywhere.get().checkpoint == ListIntake.everywhere.get().checkpoint != None  # noqa: E711
    assert matched(hash_list) == there(exchange)
    assert LedgerEntry.objects.filter(act="lists.intake.taken").count() == 1
    exchange.now += timedelta(hours=1)
    exchange.add(7, timedelta(minutes=2))
    fetching.fetch(hash_list.pk, clock=clock)
    assert matched(hash_list) == there(exchange)
    assert LedgerEntry.objects.filter(act="lists.intake.taken_by_rule").count() == 1


def test_what_is_rejected_is_not_asked_again_until_somebody_says_so(exchange: Service, address: str) -> None:
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address, takes=False))
    exchange.add(1, timedelta(hours=1))
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    with viewing(viewer.organisation.id):
        intakes.reject(viewer, QUALITY, ListIntake.everywhere.get())
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    source = ListSource.everywhere.get()
    assert (source.outcome, source.checkpoint, ListIntake.everywhere.count()) == ("rejected", None, 1)
    with viewing(viewer.organisation.id):
        actions.fetch_now(viewer, QUALITY, hash_list)
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    assert ListIntake.everywhere.filter(state="ready").count() == 1


def test_a_source_that_withdraws_most_of_its_list_waits_for_a_person(exchange: Service, address: str) -> None:
    hash_list = fetched_from(curator(), setting(address))
    for number in range(30):
        exchange.add(number, timedelta(hours=3))
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    exchange.now += timedelta(hours=1)
    for number in range(25):
        exchange.add(number, timedelta(minutes=1), recalled=True)
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    assert (ListSource.everywhere.get().outcome, len(matched(hash_list))) == ("waits", 30)


def test_a_source_that_replaces_most_hashes_waits_for_a_person(exchange: Service, address: str) -> None:
    hash_list = fetched_from(curator(), setting(address))
    for number in range(30):
        exchange.add(number, timedelta(hours=3))
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    before = matched(hash_list)
    exchange.now += timedelta(hours=1)
    for number in range(25):
        exchange.add(number, timedelta(minutes=1), signals=(services_md5(100 + number),))
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    assert (ListSource.everywhere.get().outcome, matched(hash_list)) == ("waits", before)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.booleans(), st.integers(0, 40))
def test_nothing_is_taken_that_nobody_allowed(added: int, withdrawn: int, live: int, takes: bool, most: int) -> None:
    second, changes = too_many(withdrawn, live, 0, Bounds()), added + withdrawn
    if may_take(changes, withdrawn, second=second, takes=takes, most=most):
        assert added == 0 or (takes and changes <= most)
        assert withdrawn <= max(10, 0.05 * live)


def test_what_is_withdrawn_does_not_wait_for_who_decides_on_the_rest(exchange: Service, address: str) -> None:
    """Nor while something waits, nor after a no; and what waits does not bring back what was withdrawn meanwhile."""
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address, takes=False))
    clock = clock_of(exchange)
    for number in range(4):
        exchange.add(number, timedelta(hours=3))
    fetching.fetch(hash_list.pk, clock=clock)
    _decide(viewer, hash_list, intakes.take)
    exchange.now += timedelta(hours=1)
    exchange.add(0, timedelta(minutes=9), recalled=True)
    exchange.add(1, timedelta(minutes=9), signals=(services_md5(1),))
    exchange.add(5, timedelta(minutes=9))
    fetching.fetch(hash_list.pk, clock=clock)
    waiting = ListIntake.everywhere.get(state="ready")
    assert (waiting.added, waiting.changed, waiting.withdrawn) == (1, 1, 0)
    assert matched(hash_list).keys() == {"7/e1", "7/e2", "7/e3"}
    assert EntryRecall.everywhere.get(ended_at=None).by_source
    assert LedgerEntry.objects.filter(act="lists.intake.withdrawn").count() == 1
    exchange.now += timedelta(hours=1)
    exchange.add(1, timedelta(minutes=9), recalled=True)
    exchange.add(5, timedelta(minutes=9), recalled=True)
    fetching.fetch(hash_list.pk, clock=clock)
    assert matched(hash_list).keys() == {"7/e2", "7/e3"}
    waiting.refresh_from_db()
    assert (waiting.state, waiting.added, waiting.changed) == ("ready", 0, 0)
    _decide(viewer, hash_list, intakes.reject)
    exchange.now += timedelta(hours=1)
    exchange.add(2, timedelta(minutes=9), recalled=True)
    exchange.add(6, timedelta(minutes=9))
    fetching.fetch(hash_list.pk, clock=clock)
    assert matched(hash_list).keys() == {"7/e3"}
    assert (ListSource.everywhere.get().outcome, ListIntake.everywhere.filter(state="ready").count()) == ("rejected", 0)


def test_many_withdrawals_wait_and_further_ones_do_not(exchange: Service, address: str) -> None:
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address, takes=False))
    HashList.everywhere.update(lost_count=3, lost_percent=100)
    clock = clock_of(exchange)
    for number in range(8):
        exchange.add(number, timedelta(hours=3))
    fetching.fetch(hash_list.pk, clock=clock)
    _decide(viewer, hash_list, intakes.take)
    exchange.now += timedelta(hours=1)
    for number in range(4):
        exchange.add(number, timedelta(minutes=9), recalled=True)
    fetching.fetch(hash_list.pk, clock=clock)
    assert len(matched(hash_list)) == 8
    exchange.now += timedelta(hours=2)  # beyond what two windows share
    exchange.add(7, timedelta(minutes=9), recalled=True)
    fetching.fetch(hash_list.pk, clock=clock)
    assert matched(hash_list).keys() == {f"7/e{number}" for number in range(7)}


def test_a_table_withdraws_at_once_too_and_a_file_that_a_person_sent_stays_theirs() -> None:
    place = Place(table(range(6)))
    for viewer, hash_list in a_table(place):
        ListSource.everywhere.update(takes=False)
        fetching.fetch(hash_list.pk)
        place.body = table([0, 1, 2, 3, 4, 6])
        fetching.fetch(hash_list.pk)  # of what waits the source has 5 no more
        _decide(viewer, hash_list, intakes.take)
        assert {value.hex() for value in matched(hash_list).values()} == {md5(number) for number in range(5)}
        with viewing(viewer.organisation.id):
            hash_list.refresh_from_db()
            intake = intakes.begin(viewer, QUALITY, hash_list, 10, whole=False)
        place.body = table([0, 1, 2, 8])
        fetching.fetch(hash_list.pk)
        assert {value.hex() for value in matched(hash_list).values()} == {md5(number) for number in range(3)}
        intake.refresh_from_db()
        assert (intake.state, ListSource.everywhere.get().outcome) == ("receiving", "waits")


# Faults ---------------------------------------------------------------------------------------------------------------


def test_what_fails_says_what_to_do_and_is_asked_again_later_each_time(exchange: Service, address: str) -> None:
    hash_list = fetched_from(curator(), setting(address))
    exchange.add(1, timedelta(hours=1))
    exchange.damage = lambda _page, _body: b"<html>sign in</html>"
    waits = []
    for _ in range(3):
        before = timezone.now()
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        source = ListSource.everywhere.get()
        assert (source.outcome, source.checkpoint) == ("failed", None)
        assert "Check the base address" in source.why
        assert KEY not in source.why
        waits.append(source.next_at - before)
    assert waits[0] < waits[1] < waits[2]
    assert not ListIntake.everywhere.exists()
    exchange.damage = lambda _page, body: body
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    source = ListSource.everywhere.get()
    assert (source.outcome, source.failures, matched(hash_list)) == ("taken", 0, there(exchange))


@given(st.integers(1, 168), st.integers(0, 60))
def test_a_failing_source_is_asked_less_and_less_and_never_less_than_usual(every: int, failures: int) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    waits = next_attempt(now, every, failures) - now
    assert FIRST_PAUSE <= waits <= timedelta(hours=every)
    assert waits <= next_attempt(now, every, failures + 1) - now or failures == 0


def test_a_fault_of_a_page_says_of_which_one(exchange: Service, address: str) -> None:
    hash_list = fetched_from(curator(), setting(address))
    for number in range(4):
        exchange.add(number, timedelta(hours=1))
    bad = value_of(2, 16).hex().encode()
    exchange.damage = lambda _page, body: body.replace(bad, b"no hash")
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    found = list(IntakeFault.everywhere.values_list("reason", flat=True))
    assert [one.partition(": ")[0] for one in found] == ["page 2", "page 2"], "seen once, and again by what overlaps"
    assert set(matched(hash_list)) == {"7/e0", "7/e1", "7/e3"}


# Tables ---------------------------------------------------------------------------------------------------------------


def a_table(place: Place) -> Iterator[tuple[Viewer, HashList]]:
    """A list that is fetched from a table."""
    with serving(place) as server:
        viewer = curator()
        yield viewer, fetched_from(viewer, setting(f"{server.base}/x.csv", kind=SourceKind.TABLE, account="", keys={}))


_TABLES = st.lists(st.lists(st.integers(0, 9), max_size=6, unique=True), min_size=1, max_size=6)


@pytest.mark.once
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(versions=_TABLES, tags=st.booleans())
def test_a_list_is_what_its_table_last_was_and_an_empty_one_takes_nothing_away(
    versions: list[list[int]],
    tags: bool,
) -> None:
    place, expected = Place(), set[str]()
    place.tags = tags
    with serving(place) as server:
        given = setting(f"{server.base}/x.csv", kind=SourceKind.TABLE, account="", keys={})
        hash_list = fetched_from(curator(), given, f"known-{HashList.everywhere.count()}")
        HashList.everywhere.filter(pk=hash_list.pk).update(lost_percent=100)  # nobody is asked, however much goes
        for names in versions:
            place.body = table(names)
            fetching.fetch(hash_list.pk)
            assert (ListSource.everywhere.get(list=hash_list).outcome == "failed") == (not names)
            expected = {md5(name) for name in names} or expected
            assert {value.hex() for value in matched(hash_list).values()} == expected


def test_another_mapping_reads_a_table_again_that_has_not_changed() -> None:
    place = Place(f"hash,level\n{md5(1)},A\n".encode())
    for viewer, hash_list in a_table(place):
        fetching.fetch(hash_list.pk)
        assert ListEntry.everywhere.get().classification == ""
        ListSource.everywhere.update(takes=False)
        place.body = f"hash,level\n{md5(1)},A\n{md5(2)},A\n".encode()
        fetching.fetch(hash_list.pk)  # and waits, as it was read before
        mapping = CsvMapping({"hash": "md5", "level": "classification:SCHEME"})
        with viewing(viewer.organisation.id):
            intakes.save_mapping(viewer, QUALITY, hash_list, mapping)
        _decide(viewer, hash_list, intakes.take)
        ListSource.everywhere.update(takes=True)
        fetching.fetch(hash_list.pk)
        assert {one.classification for one in ListEntry.everywhere.all()} == {"A"}


def test_a_table_that_loses_most_rows_waits_and_its_faults_name_their_lines() -> None:
    place = Place(table(range(40)))
    for _viewer, hash_list in a_table(place):
        fetching.fetch(hash_list.pk)
        place.body = table(range(3)) + b"\nno hash"
        fetching.fetch(hash_list.pk)
        assert (ListSource.everywhere.get().outcome, len(matched(hash_list))) == ("waits", 40)
        assert {(one.line, one.reason.startswith("page")) for one in IntakeFault.everywhere.all()} == {(5, False)}


def test_the_key_of_a_table_stays_with_its_address() -> None:
    place = Place(table([1]))
    with serving(place) as server:
        viewer = curator()
        given = setting(f"{server.base}/x.csv", kind=SourceKind.TABLE, account="", keys={"key": KEY})
        hash_list = fetched_from(viewer, given)
        with viewing(viewer.organisation.id):
            actions.set_source(viewer, QUALITY, hash_list, replace(given, address=f"{server.base}/y.csv", keys={}))
        fetching.fetch(hash_list.pk)
        assert "authorization" not in server.asked[-1].headers


# Keys -----------------------------------------------------------------------------------------------------------------


def browser(person: object) -> Client:
    client = Client()
    sign_in(client, person)  # type: ignore[arg-type]
    return client


def test_a_key_is_shown_to_nobody_and_given_to_no_other_service(exchange: Service, address: str) -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    client, page = browser(viewer.person), reverse("lists:set-source", args=[hash_list.pk])
    fields = {"kind": "ncmec", "address": address, "account": "user", "every": 6, "most": 10, **REASON}
    refused = client.post(page, fields)
    assert refused.status_code == 422
    assert "without it the source is not asked" in refused.content.decode()
    assert client.post(page, {**fields, "key": KEY}).status_code == 302
    source = ListSource.everywhere.get()
    assert (source.every, source.takes) == (6, False)
    shown = [client.get(page).content.decode(), client.post(page, {**fields, "every": 0, "key": KEY}).content.decode()]
    rows = [str(vars(row)) for row in (source, *LedgerEntry.objects.all(), *Note.objects.all())]
    assert not [text for text in (*shown, *rows) if KEY in text]
    assert client.post(page, {**fields, "every": 7}).status_code == 302  # the key stays
    exchange.add(1, timedelta(hours=1))
    assert next(services.fetch_of(ListSource.everywhere.get(), clock=clock_of(exchange)))
    other = client.post(page, {**fields, "address": "https://another.example"})
    assert other.status_code == 422
    assert "give its key too" in other.content.decode()


def test_another_source_is_fetched_from_its_beginning(exchange: Service, address: str) -> None:
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address))
    exchange.add(1, timedelta(hours=1))
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    assert ListSource.everywhere.get().checkpoint
    with viewing(viewer.organisation.id):
        actions.set_source(viewer, QUALITY, hash_list, setting(address, account="another"))
    assert ListSource.everywhere.get().checkpoint is None


@pytest.mark.once
@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("then", ["take", "reject", "expire", "be taken already", "be asked still"])
def test_a_new_source_begins_at_its_beginning_whatever_there_is_of_the_old_one(
    then: str, ended: bool, exchange: Service, address: str
) -> None:
    exchange.add(7, timedelta(hours=1))
    for viewer, hash_list in a_table(Place(table(range(3)))):
        ListSource.everywhere.update(takes=False)
        begun = fetching._begin(hash_list.pk, services.fetch_of) if then == "be asked still" else None
        if begun is None:
            fetching.fetch(hash_list.pk)
        old = ListIntake.everywhere.get()
        with viewing(viewer.organisation.id):
            if then == "be taken already":
                intakes.take(viewer, QUALITY, old)
            if ended:
                actions.drop(viewer, QUALITY, hash_list)
            actions.set_source(viewer, QUALITY, hash_list, setting(address))
        if begun is not None:
            stage = reading.Stage(begun.intake, named=True)
            stage.put(next(iter(begun.fetched)), 1)
            stage.finish()
            assert fetching._end(begun, stage, "") is False
        else:
            fetching.fetch(hash_list.pk, clock=clock_of(exchange))  # its new entries wait behind what there is
            if then == "expire":
                with transaction.atomic():
                    intakes.erase_old(old.pk)
            elif then in _DECISIONS:
                assert StagedEntry.everywhere.filter(intake=old).count() == 3, "as a person saw it"
                _decide(viewer, hash_list, _DECISIONS[then])
        source = ListSource.everywhere.get()
        assert (source.ahead, source.failures) == (None, 0)
        assert source.checkpoint is None or then == "be taken already"
        assert source.outcome == {"be asked still": "never", "be taken already": "taken"}.get(then, "waits")
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        assert matched(hash_list) == there(exchange)
        assert ListSource.everywhere.get().checkpoint


def test_the_node_asks_no_service_of_its_own_machine(settings: Any) -> None:
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    viewer = curator()
    for address in ("http://127.0.0.1:5432", "https://localhost", "https://[::1]/x", "https://169.254.169.254", "x"):
        with pytest.raises(Refusal):
            fetched_from(viewer, setting(address), f"known-{HashList.everywhere.count()}")
    assert not ListSource.everywhere.exists()


def test_a_name_that_leads_to_the_node_is_not_asked(exchange: Service, address: str, settings: Any) -> None:
    hash_list = fetched_from(curator(), setting(address.replace("127.0.0.1", "localhost")))
    exchange.add(1, timedelta(hours=1))
    settings.CONFIGURATION = replace(settings.CONFIGURATION, synthetic=False)
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    source = ListSource.everywhere.get()
    assert (source.outcome, exchange.pages, matched(hash_list)) == ("failed", 0, {})
    assert "leads to this machine itself" in source.why


def test_only_who_keeps_a_list_sets_its_source_and_never_that_of_a_list_of_wishes(address: str) -> None:
    viewer = curator()
    hash_list = make_list(viewer)
    with viewing(viewer.organisation.id):
        with pytest.raises(Refusal):
            actions.set_source(replace(viewer, person=None), QUALITY, hash_list, setting(address))
        with pytest.raises(Conflict):
            actions.drop(viewer, QUALITY, hash_list)
        HashList.everywhere.update(wishes="own", purpose="survivors")
        with pytest.raises(Conflict):
            actions.set_source(viewer, QUALITY, hash_list, setting(address))


def test_what_is_asked_for_again_while_a_job_waits_is_kept(address: str) -> None:
    """A job that is there already is refused by the database, and that undoes nothing of the act."""
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address))
    with viewing(viewer.organisation.id):
        for _ in range(2):
            actions.fetch_now(viewer, QUALITY, hash_list)
    assert LedgerEntry.objects.filter(act="lists.source.asked").count() == 2


def test_the_page_of_a_list_tries_fetches_and_ends_its_source(exchange: Service, address: str) -> None:
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address))
    client = browser(viewer.person)

    def pressed(name: str, **given: str) -> str:
        return client.post(reverse(f"lists:{name}", args=[hash_list.pk]), given, follow=True).content.decode()

    assert "The source answers, and nothing has changed" in pressed("try-source")
    exchange.damage = lambda _page, _body: b"nothing of the kind"
    assert "the answer is no page of entries" in pressed("try-source")
    assert "The list is being fetched" in pressed("fetch-now")
    assert not ListIntake.everywhere.exists()
    pressed("drop-source", **REASON)
    assert not ListSource.everywhere.exists()
    assert [entry.act for entry in LedgerEntry.objects.filter(act__startswith="lists.source").order_by("id")] == [
        *("lists.source.set", "lists.source.tried", "lists.source.tried", "lists.source.asked", "lists.source.dropped")
    ]


# Against the look-up service of the tree ------------------------------------------------------------------------------


def _later() -> datetime:
    """A window ends five seconds ago: so that this need not wait for that, the client's clock runs ahead."""
    return datetime.now(UTC) + timedelta(seconds=30)


def _values(hash_list: HashList) -> set[bytes]:
    """The MD5s and PDQ values that a list matches: StopNCII has an entry for each."""
    rows = [row.record for row in ListEntry.everywhere.filter(list=hash_list, state__in=LIVE)]
    return {one.value for row in rows for one in row.signals if one.kind in {"md5", "pdq"}}


def _upstream(names: str) -> set[bytes]:
    return {value for name in names for value in (upstream.sha256(name)[:16], upstream.pdq(name))}


@pytest.mark.parametrize("kind", [SourceKind.NCMEC, SourceKind.STOPNCII])
def test_a_list_of_a_look_up_service_is_fetched_with_its_changes(kind: SourceKind, tmp_path: Any) -> None:
    folder = tmp_path / "served"

    def put(*entries: Entry, release: str, whole: bool) -> None:
        publish(folder / "known", iter(entries), name="known", release=release, whole=whole)

    put(*(upstream.entry(name) for name in "abc"), release="1", whole=True)
    with running(folder) as service:
        base = f"{service.address}/{'ncmec' if kind is SourceKind.NCMEC else 'stopncii'}/known"
        keys = {"key": service.keys["holder"], "password": service.keys["holder"]}
        hash_list = fetched_from(curator(), setting(base, kind=kind, keys=keys, account="user"))
        fetching.fetch(hash_list.pk, clock=_later)
        source = ListSource.everywhere.get()
        assert (source.outcome, source.why) == ("taken", "")
        assert _values(hash_list) == _upstream("abc")
        gone = msgspec.structs.replace(upstream.entry("b"), recalled=True)
        put(gone, upstream.entry("d"), release="2", whole=False)
        _until(hash_list, "acd")


@pytest.mark.parametrize("kind", [SourceKind.NCMEC, SourceKind.STOPNCII])
def test_a_recall_reaches_whoever_fetches_the_list_in_the_words_of_their_protocol(
    kind: SourceKind, settings: Any
) -> None:
    """StopNCII has no ids: a withdrawal without the hash itself would say nothing."""
    from vaern.node.lists.curation import actions as curation
    from vaern.node.lists.rules.effects import RecallReason

    ours, theirs = curator(), curator()
    served = make_list(ours, "known")
    names = {name: add(ours, served, upstream.entry(name))[0] for name in "ab"}
    copy = make_list(theirs, "copy")
    with running(settings.LISTS) as service:  # which writes the callers anew: no list is made from here on
        base = f"{service.address}/{'ncmec' if kind is SourceKind.NCMEC else 'stopncii'}/known"
        keys = {"key": service.keys["holder"], "password": service.keys["holder"]}
        with viewing(theirs.organisation.id):
            actions.set_source(theirs, QUALITY, copy, setting(base, kind=kind, keys=keys))
        _until(copy, "ab")
        with viewing(ours.organisation.id):
            curation.recall(ours, QUALITY, names["a"], RecallReason.WRONG_HASH)
        _until(copy, "b")
        with viewing(ours.organisation.id):
            curation.reinstate(ours, QUALITY, ListEntry.everywhere.get(pk=names["a"].pk))
        _until(copy, "ab")


def _until(hash_list: HashList, names: str) -> None:
    """Fetch until a list has these entries of the service, which sees a change within a second."""
    ends = time.monotonic() + 60
    while _values(hash_list) != _upstream(names):
        assert time.monotonic() < ends, ListSource.everywhere.get().why
        fetching.fetch(hash_list.pk, clock=_later)


def test_a_file_that_waits_stops_no_list_and_is_stopped_by_none(exchange: Service, address: str) -> None:
    viewer = curator()
    hash_list = fetched_from(viewer, setting(address))
    exchange.add(1, timedelta(hours=1))
    with viewing(viewer.organisation.id):
        hash_list.refresh_from_db()
        intake = intakes.begin(viewer, QUALITY, hash_list, 10, whole=False)
        fetching.fetch(hash_list.pk, clock=clock_of(exchange))
        assert (ListSource.everywhere.get().outcome, matched(hash_list)) == ("waits", {})
        intakes.reject(viewer, QUALITY, intake)
    assert ListSource.everywhere.get().next_at is not None  # only what was fetched pauses its source
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    assert matched(hash_list) == there(exchange)


def test_what_a_person_recalled_here_stays_recalled(exchange: Service, address: str) -> None:
    from vaern.node.lists.curation import actions as curation
    from vaern.node.lists.rules.effects import RecallReason

    viewer = curator()
    hash_list = fetched_from(viewer, setting(address))
    add(viewer, hash_list, entry_of("by hand"))
    exchange.add(1, timedelta(hours=1))
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    row = ListEntry.everywhere.get(ident="7/e1")
    with viewing(viewer.organisation.id):
        curation.recall(viewer, QUALITY, row, RecallReason.NOT_CSAM)
    exchange.now += timedelta(hours=1)
    exchange.add(1, timedelta(minutes=1), classification="A1", scheme="NCMEC")
    fetching.fetch(hash_list.pk, clock=clock_of(exchange))
    assert ListEntry.everywhere.get(ident="7/e1").state == "recalled"
