"""Fetching from NCMEC: nothing is missed, nothing comes twice, and no checkpoint moves before its time."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.client.serving import Asked, Said, Server, serving
from tests.conftest import ROOT
from tests.formats.values import value_of

from vaern.client.http import ClientError
from vaern.client.ncmec import MARGIN, Checkpoint, Ncmec
from vaern.formats import ncmec_hashes_write as documents
from vaern.formats.moments import moment_of, written
from vaern.formats.ncmec_hashes_write import Feedback, Member, Reason
from vaern.records import Entry, Problem, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

US = Member("7", "Example")
PAGE = "<queryResult><paging><next>{}</next></paging></queryResult>"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


class Service:
    """A simulated exchange: entries with a time, pages of two, a clock.

    Attributes:
        now: what time it is.
        entries: what it holds.
        damage: what is done to each page before it goes out.
    """

    def __init__(self) -> None:
        self.now = NOON
        self.entries: list[Entry] = []
        self.damage: Callable[[int, bytes], bytes] = lambda _, page: page
        self.pages = 0

    def add(self, number: int, ago: timedelta, **fields: object) -> None:
        """An entry that changed so long ago; of one number the earlier version goes."""
        self.entries = [one for one in self.entries if one.id != f"7/e{number}"]
        at = written(self.now - ago)
        said = {"id": f"7/e{number}", "signals": (Signal("md5", value_of(number, 16)),), "updated": at, **fields}
        self.entries.append(Entry(source="Example", **said))  # type: ignore[arg-type]

    def __call__(self, asked: Asked) -> Said:
        first, last = moment_of(asked.query["from"]), moment_of(asked.query["to"])
        assert first
        assert last
        found = [one for one in self.entries if first <= datetime.fromisoformat(one.updated) <= last]
        at = int(asked.query.get("start", 0))
        link = ""
        if at + 2 < len(found):
            link = f"/v2/entries?from={asked.query['from']}&to={asked.query['to']}&start={at + 2}&size=2&max=9"
        self.pages += 1
        return Said(self.damage(self.pages, documents.query_result(found[at : at + 2], member=US, following=link)))

    def client(self, server: Server) -> Ncmec:
        return Ncmec(server.base + "/base", "user", "password", clock=lambda: self.now)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def server(service: Service) -> Iterator[Server]:
    with serving(service) as running:
        yield running


def ids(rows: Iterator[Entry | Problem] | list[Entry | Problem]) -> list[str]:
    found = list(rows)
    assert [one for one in found if isinstance(one, Problem)] == []
    return [one.id for one in found if isinstance(one, Entry)]


def test_all_pages_of_all_time_come_at_first_and_then_what_is_new(service: Service, server: Server) -> None:
    for number in range(5):
        service.add(number, timedelta(days=100 * number + 1))
    client = service.client(server)
    first = client.fetch()
    assert first.whole
    assert ids(first) == [f"7/e{number}" for number in range(5)]
    assert (first.pages, first.entries) == (4, 5), "pages of two overlap by one"
    assert [asked.path for asked in server.asked] == ["/base/v2/entries"] * 4
    assert server.asked[0].query["to"] == "2026-11-01T11:59:55Z"
    service.now += timedelta(hours=1)
    service.add(9, timedelta(minutes=5), recalled=True)
    second = client.fetch(first.checkpoint)
    assert not second.whole
    (entry,) = second
    assert isinstance(entry, Entry)
    assert (entry.id, entry.recalled) == ("7/e9", True)
    assert ids(client.fetch(second.checkpoint)) == []


def test_what_was_entered_late_is_seen_and_what_was_given_is_not_given_again(service: Service, server: Server) -> None:
    service.add(1, timedelta(minutes=30))
    client = service.client(server)
    fetch = client.fetch(since=NOON - timedelta(hours=3))
    assert ids(fetch) == ["7/e1"]
    service.now += timedelta(minutes=10)
    service.add(2, timedelta(minutes=50))  # of before the last window's end
    fetch = client.fetch(fetch.checkpoint)
    assert ids(fetch) == ["7/e2"]
    service.add(1, timedelta(minutes=40), classification="A1", scheme="NCMEC")  # changed without a new time
    fetch = client.fetch(fetch.checkpoint)
    assert ids(fetch) == ["7/e1"]
    assert ids(client.fetch(fetch.checkpoint)) == []


def test_a_checkpoint_is_a_plain_value(service: Service, server: Server) -> None:
    service.add(1, timedelta(minutes=30))
    service.add(2, timedelta(minutes=20))
    service.add(3, timedelta(minutes=10))
    fetch = service.client(server).fetch()
    next(fetch)
    next(fetch)
    next(fetch)
    for checkpoint in (fetch.checkpoint, Checkpoint("2026-01-01T00:00:00Z")):
        assert msgspec.json.decode(msgspec.json.encode(checkpoint), type=Checkpoint) == checkpoint


@pytest.mark.parametrize("hours", [1, 13])
def test_a_fetch_that_stopped_goes_on_at_its_page_for_twelve_hours(
    service: Service, server: Server, hours: int
) -> None:
    for number in range(6):
        service.add(number, timedelta(minutes=60 - number))
    client = service.client(server)
    stopped = client.fetch()
    given = [next(stopped) for _ in range(3)]  # the third is of the second page
    kept = stopped.checkpoint
    assert kept.window
    assert kept.until < written(NOON - timedelta(days=365))  # it has not moved
    service.now += timedelta(hours=hours)
    service.add(9, timedelta(minutes=9))  # since it stopped: it does not wait for the fetch after this one
    asked = len(server.asked)
    again = client.fetch(kept)
    rest = ids(again)
    assert (server.asked[asked].query.get("start") == "1") is (hours == 1)
    before = {one.id for one in given if isinstance(one, Entry)}
    assert before | set(rest) == {f"7/e{number}" for number in (*range(6), 9)}
    assert again.checkpoint.window is None
    assert again.checkpoint.until == written(service.now - timedelta(seconds=5))


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_damaged_page_moves_no_checkpoint_and_the_rest_comes_next_time(
    service: Service, server: Server, page: int
) -> None:
    for number in range(6):
        service.add(number, timedelta(minutes=60 - number))
    service.damage = lambda number, body: body[: len(body) // 2] if number == page else body
    client = service.client(server)
    fetch = client.fetch()
    given = []
    with pytest.raises(ClientError, match="page is damaged"):
        given.extend(one.id for one in fetch)
    assert (fetch.checkpoint.window is None) is (page == 1)
    assert fetch.checkpoint.until == "2000-01-01T00:00:00Z"
    again = client.fetch(fetch.checkpoint)
    assert sorted((*given, *ids(again))) == [f"7/e{number}" for number in range(6)]
    assert again.checkpoint.until == "2026-11-01T11:59:55Z"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<html><body>Sign in</body></html>", "no page of entries"),
        (b"", "no page of entries"),
        (
            b"<queryResult><paging><next>https://other.example/v2/entries?x</next></paging></queryResult>",
            "next page is",
        ),
        (b"<queryResult><paging><next>/v2/members</next></paging></queryResult>", "next page is"),
    ],
)
def test_what_is_no_page_is_no_empty_page(service: Service, server: Server, body: bytes, says: str) -> None:
    service.damage = lambda _, __: body
    fetch = service.client(server).fetch()
    with pytest.raises(ClientError, match=says):
        list(fetch)
    assert fetch.checkpoint == Checkpoint("2000-01-01T00:00:00Z")


def test_a_page_that_names_itself_as_the_next_ends(service: Service, server: Server) -> None:
    link = "/v2/entries?from=2026-01-01T00:00:00Z&amp;to=2026-01-02T00:00:00Z"
    service.damage = lambda _, __: PAGE.format(link).encode()
    with pytest.raises(ClientError, match="next page is"):
        list(service.client(server).fetch())
    assert len(server.asked) == 2


def test_a_clock_that_went_back_loses_nothing(service: Service, server: Server) -> None:
    service.add(1, timedelta(minutes=30))
    client = service.client(server)
    fetch = client.fetch()
    assert ids(fetch) == ["7/e1"]
    service.now -= timedelta(hours=5)
    back = client.fetch(fetch.checkpoint)
    assert ids(back) == []
    assert back.checkpoint.until == fetch.checkpoint.until
    service.now = NOON + timedelta(minutes=10)
    service.add(2, timedelta(minutes=9))
    assert ids(client.fetch(back.checkpoint)) == ["7/e2"]


@pytest.mark.once
@given(st.lists(st.tuples(st.integers(0, 110), st.integers(0, 115)), min_size=1, max_size=12), st.integers(5, 60))
def test_every_entry_comes_once_however_late_it_was_entered(late: list[tuple[int, int]], step: int) -> None:
    """Of each: in which minute it happened, and how many minutes later the exchange shows it."""
    service = Service()
    seen: list[str] = []
    with serving(service) as server:
        client = service.client(server)
        checkpoint = None
        for minute in range(0, 240, step):
            service.now = NOON + timedelta(minutes=minute)
            for number, (happened, delay) in enumerate(late):
                if happened + delay <= minute and f"7/e{number}" not in {one.id for one in service.entries}:
                    service.add(number, service.now - (NOON + timedelta(minutes=happened)))
            fetch = client.fetch(checkpoint, since=NOON - timedelta(minutes=1))
            seen += ids(fetch)
            checkpoint = fetch.checkpoint
    last = service.now - timedelta(seconds=5)
    assert sorted(seen) == sorted(one.id for one in service.entries if datetime.fromisoformat(one.updated) <= last)
    assert timedelta(minutes=115) < MARGIN  # what is entered later than that is not asked for again


@pytest.mark.once
@settings(max_examples=20)
@given(
    st.integers(1, 8),
    st.dictionaries(st.integers(1, 8), st.lists(st.tuples(st.integers(0, 7), st.integers(0, 6_500)), max_size=5)),
    st.sets(st.integers(1, 8), max_size=2),
)
def test_nothing_is_passed_over_however_entries_change_while_pages_are_read(
    there: int, changes: dict[int, list[tuple[int, int]]], torn: set[int]
) -> None:
    """Before which page which entries change, and so many seconds ago; and which pages are torn."""
    service = Service()
    for number in range(there):
        service.add(number, timedelta(days=1 + number))
    version = 100

    def damage(page: int, body: bytes) -> bytes:
        nonlocal version
        for number, ago in changes.get(page, ()):
            version += 1
            service.add(number, timedelta(seconds=ago), signals=(Signal("md5", value_of(version, 16)),))
        return body[:40] if page in torn else body

    service.damage = damage
    seen: dict[str, Entry] = {}
    with serving(service) as server:
        client, checkpoint = service.client(server), None
        for turn in range(6):
            if turn == 4:
                service.damage = lambda _, page: page
            fetch = client.fetch(checkpoint)
            with suppress(ClientError):
                for one in fetch:
                    assert isinstance(one, Entry)
                    seen[one.id] = one
            checkpoint = fetch.checkpoint
            service.now += timedelta(minutes=1)
    assert {id_: one.signals for id_, one in seen.items()} == {one.id: one.signals for one in service.entries}


def test_an_exchange_that_has_no_order_is_read_to_its_end(service: Service, server: Server) -> None:
    for number in range(12):
        service.add(number, timedelta(days=1))

    def damage(_page: int, body: bytes) -> bytes:
        service.entries = [service.entries[-1], *service.entries[:-1]][::-1]
        for number, one in enumerate(service.entries):
            service.entries[number] = msgspec.structs.replace(one, extra={"again": service.pages})
        return body

    service.damage = damage
    fetch = service.client(server).fetch()
    assert [one for one in fetch if isinstance(one, Problem)] == []
    assert fetch.checkpoint.window is None
    assert fetch.checkpoint.until == "2026-11-01T11:59:55Z"


def test_who_we_are_and_who_the_members_are(service: Service) -> None:
    reasons = (Reason("g1", "Not that"), Reason("g2", "Other"))
    answers = {
        "/v2/status": documents.status(US, "user", "127.0.0.1"),
        "/v2/members": documents.members([US, Member("8", "Önother & Co")]),
        "/v2/feedback/PDQ/reasons": documents.feedback_reasons(
            "PDQ", [Reason("g1", "Not that"), Reason("g2", "Other")]
        ),
    }
    with serving(lambda asked: answers.get(asked.path, Said(b"<x/>"))) as server:
        client = Ncmec(server.base, "user", "password")
        assert client.status() == US
        assert client.members() == (US, Member("8", "Önother & Co"))
        assert client.reasons("PDQ") == reasons
        with pytest.raises(ClientError, match="was expected"):
            client.reasons("MD5")
        with pytest.raises(ValueError, match="no type"):
            client.reasons("../x")


def test_feedback_goes_up_with_its_reasons() -> None:
    with serving(lambda _: documents.submission_result()) as server:
        client = Ncmec(server.base, "user", "password")
        client.feedback("7/a b/c", "PDQ", Feedback(affirmative=False, reasons=("g1", "g2")))
        client.feedback("7/x", "MD5", Feedback(affirmative=True))
        with pytest.raises(ValueError, match="says why"):
            client.feedback("7/x", "MD5", Feedback(affirmative=False))
        with pytest.raises(ValueError, match="no id"):
            client.feedback("x", "MD5", Feedback(affirmative=True))
        first, second = server.asked
    assert (first.method, first.path) == ("PUT", "/v2/entries/7/a%20b%2Fc/PDQ/feedback")
    assert documents.read_feedback(first.body) == Feedback(affirmative=False, reasons=("g1", "g2"))
    assert documents.read_feedback(second.body) == Feedback(affirmative=True)


def test_a_fingerprint_by_its_address_is_fetched_from_the_service_alone() -> None:
    with serving(lambda _: b"value") as server:
        client = Ncmec(server.base + "/base", "user", "password")
        assert client.fingerprint("/v2/entries/1/fingerprints/TMK_PDQF") == b"value"
        assert server.asked[0].path == "/base/v2/entries/1/fingerprints/TMK_PDQF"
        with pytest.raises(ValueError, match="no address"):
            client.fingerprint("https://other.example/v2/x")


ZONES = ["UTC", "Europe/Copenhagen", "Asia/Tokyo", "America/Anchorage"]


@pytest.mark.once
@pytest.mark.parametrize("zone", ZONES)
def test_all_of_six_hours_is_seen_in_every_time_zone(zone: str) -> None:
    environment = {**os.environ, "TZ": zone, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, "-m", "tests.client.polling"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "36"), done.stderr
