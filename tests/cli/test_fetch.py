"""`vaern lists fetch`: a list in step with its source, from a real server on this machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.client.serving import Asked, Said, Server, serving
from tests.formats.values import value_of

from vaern.formats import ncmec_hashes_write, stopncii_write, threatexchange_write
from vaern.formats.moments import moment_of, written
from vaern.formats.ncmec_hashes_write import Member
from vaern.losing import FEW, WITHIN
from vaern.matching import List
from vaern.records import Entry, Signal, Vote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

    Vaern = Callable[..., Result]


class Service:
    """A simulated exchange of NCMEC."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.broken, self.page, self.base = 0, 2, ""

    def add(self, number: int, **fields: Any) -> None:
        at = written(datetime.now(UTC) - timedelta(minutes=5, seconds=-(number % 60)))
        signals = () if fields.get("recalled") else (Signal("md5", value_of(number, 16)),)
        self.entries[f"7/e{number}"] = Entry(f"7/e{number}", signals, source="Example", updated=at, **fields)

    def __call__(self, asked: Asked) -> Said | bytes:
        if self.broken and "start" in asked.query:
            return Said(b"closed", 403)
        first, last = moment_of(asked.query["from"]), moment_of(asked.query["to"])
        assert first
        assert last
        found = [e for e in self.entries.values() if first <= datetime.fromisoformat(e.updated) <= last]
        at = int(asked.query.get("start", 0))
        query = f"from={asked.query['from']}&to={asked.query['to']}&start={at + self.page}&size=2&max=9"
        link = f"/v2/entries?{query}" if at + self.page < len(found) else ""
        return ncmec_hashes_write.query_result(
            found[at : at + self.page], member=Member("7", "Example"), following=link
        )


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def server(service: Service) -> Iterator[Server]:
    with serving(service) as running:
        service.base = running.base
        yield running


@pytest.fixture
def fetch(vaern: Vaern, tmp_path: Path, server: Server) -> Vaern:
    (tmp_path / "password").write_text("secret\n")

    def call(*words: object, user: str = "me") -> Result:
        told = ("--address", server.base, "--user", user, "--password-file", tmp_path / "password")
        return vaern("lists", "fetch", "ncmec", tmp_path / "LIST", *told, *words)

    return call


def live(folder: Path, numbers: range) -> set[int]:
    opened = List.open(folder)
    return {number for number in numbers if opened.by_id(f"7/e{number}")}


def test_a_list_comes_and_stays_in_step(service: Service, fetch: Vaern, tmp_path: Path) -> None:
    for number in range(5):
        service.add(number)
    done = fetch("--name", "An exchange", "--stop-days", "7")
    assert done.exit_code == 0, done.output
    assert "An exchange: 5 changes in 4 pages; 5 entries now." in done.output
    assert live(tmp_path / "LIST", range(9)) == {0, 1, 2, 3, 4}
    service.add(1, recalled=True)
    service.add(7)
    done = fetch()
    assert "2 changes" in done.output
    assert live(tmp_path / "LIST", range(9)) == {0, 2, 3, 4, 7}
    before = List.open(tmp_path / "LIST")
    assert "0 changes" in fetch().output
    after = List.open(tmp_path / "LIST")
    assert after.entries == before.entries
    assert after.freshness
    assert after.checked >= before.checked != ""


def test_where_a_fetch_stops_what_came_is_kept_and_the_next_goes_on(
    service: Service, fetch: Vaern, tmp_path: Path, server: Server
) -> None:
    for number in range(5):
        service.add(number)
    service.broken = 1
    done = fetch()
    assert done.exit_code == 2
    assert "403" in done.output
    assert "run the same command again" in done.output
    assert "secret" not in done.output
    assert live(tmp_path / "LIST", range(5)) == {0, 1}
    assert List.open(tmp_path / "LIST").checked == ""  # it was not compared as a whole
    service.broken = 0
    done = fetch()
    assert done.exit_code == 0, done.output
    assert server.asked[-2].query["start"] == "2"
    assert live(tmp_path / "LIST", range(5)) == {0, 1, 2, 3, 4}


def test_one_folder_is_fetched_from_one_place(service: Service, fetch: Vaern, vaern: Vaern, tmp_path: Path) -> None:
    service.add(1)
    assert fetch().exit_code == 0
    done = fetch(user="another")
    assert done.exit_code == 2
    assert "into a folder of its own" in done.output
    (tmp_path / "LIST" / "fetch.json").unlink()
    assert "not fetched" in fetch().output
    (tmp_path / "LIST" / "fetch.json").write_text("{")
    assert "is damaged" in fetch().output


@pytest.mark.parametrize("text", ["", "two\nlines\n"])
def test_a_key_is_one_line(fetch: Vaern, tmp_path: Path, text: str) -> None:
    (tmp_path / "password").write_text(text)
    done = fetch()
    assert done.exit_code == 2
    assert "does not hold a key" in done.output


def test_an_address_without_tls_is_refused_before_anything(vaern: Vaern, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    told = ("--address", "http://exchange.example", "--user", "me", "--password-file", tmp_path / "password")
    done = vaern("lists", "fetch", "ncmec", tmp_path / "LIST", *told)
    assert done.exit_code == 2
    assert "Use https." in done.output
    assert not (tmp_path / "LIST").exists()


@pytest.mark.parametrize("name", ["stopncii", "threatexchange"])
def test_the_others_come_too(vaern: Vaern, tmp_path: Path, name: str) -> None:
    (tmp_path / "key").write_text("1|SECRET")
    entry = Entry(
        "1", (Signal("pdq", value_of(1, 32)),), votes=(Vote("A", "positive"),), updated="2026-11-01T00:00:00Z"
    )
    pages = {
        "stopncii": stopncii_write.fetch_hashes([entry], next_token=None, next_timestamp=7),
        "threatexchange": threatexchange_write.threat_updates([entry]),
    }
    words = {
        "stopncii": ("--subscription-file", tmp_path / "key", "--key-file", tmp_path / "key"),
        "threatexchange": ("--group", "5", "--token-file", tmp_path / "key"),
    }
    with serving(lambda _: pages[name]) as server:
        for _ in range(2):
            done = vaern("lists", "fetch", name, tmp_path / "LIST", "--address", server.base, *words[name])
            assert done.exit_code == 0, done.output
    assert "SECRET" not in done.output
    assert List.open(tmp_path / "LIST").entries == 1


def state(folder: Path) -> dict[str, bytes]:
    """All that says what the list is, and how far it was fetched."""
    return {name: (folder / name).read_bytes() for name in ("current.json", "fetch.json")}


@pytest.mark.once
def test_ten_thousand_recalls_at_once_change_nothing_until_somebody_says_so(
    service: Service, fetch: Vaern, tmp_path: Path
) -> None:
    service.page, folder = 5_000, tmp_path / "LIST"
    for number in range(10_000):
        service.add(number)
    assert "10,000 entries now" in fetch().output
    before, every = state(folder), range(10_000)
    for number in every:
        service.add(number, recalled=True)
    for words in ((), ("--accept-withdrawals", "9999")):
        done = fetch(*words)
        assert done.exit_code == 2, done.output
        assert "LIST stays as it was" in done.output
        assert f"ncmec {service.base} me would take away 10,000 of its 10,000 entries" in done.output
        assert "--accept-withdrawals 10000" in done.output
        assert state(folder) == before
        assert len(live(folder, every)) == 10_000
    done = fetch("--accept-withdrawals", "10000")
    assert done.exit_code == 0, done.output
    assert live(folder, every) == set()


@pytest.mark.parametrize("accepted", [False, True])
def test_what_a_source_takes_a_little_at_a_time_is_added_up_over_a_day(
    service: Service, fetch: Vaern, tmp_path: Path, accepted: bool
) -> None:
    service.page, folder = 100, tmp_path / "LIST"
    for number in range(40):
        service.add(number)
    assert fetch().exit_code == 0
    for gone in range(FEW):  # so many are few on any list
        service.add(gone, recalled=True)
        done = fetch(*(("--accept-withdrawals", "1") if accepted else ()))
        assert done.exit_code == 0, done.output
    assert len(live(folder, range(40))) == 40 - FEW
    service.add(FEW, recalled=True)
    done = fetch()
    assert (done.exit_code, "after 10 since yesterday" in done.output) == ((0, False) if accepted else (2, True))
    if not accepted:
        known = json.loads((folder / "fetch.json").read_text())
        earlier = datetime.now(UTC) - WITHIN - timedelta(minutes=1)
        known["losses"] = [[earlier.isoformat(), lost] for _, lost in known["losses"]]
        (folder / "fetch.json").write_text(json.dumps(known))
        assert fetch().exit_code == 0
    assert len(live(folder, range(40))) == 39 - FEW


def test_entries_whose_hashes_become_others_are_taken_away_too(service: Service, fetch: Vaern, tmp_path: Path) -> None:
    service.page, folder = 100, tmp_path / "LIST"
    for number in range(20):
        service.add(number)
    assert fetch().exit_code == 0
    before = state(folder)
    for number in range(20):
        service.add(number)
        entry = service.entries[f"7/e{number}"]
        service.entries[entry.id] = msgspec.structs.replace(entry, signals=(Signal("md5", value_of(99, 16)),))
    done = fetch()
    assert done.exit_code == 2
    assert "20 of its 20 entries" in done.output
    assert state(folder) == before
