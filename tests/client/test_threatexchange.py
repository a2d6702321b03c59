"""Fetching from ThreatExchange: windows that overlap, tombstones, and a key that no error repeats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.client.serving import Asked, Said, serving
from tests.formats.values import value_of

from vaern.client.http import ClientError
from vaern.client.threatexchange import Checkpoint, ThreatExchange
from vaern.formats import threatexchange_write as documents
from vaern.formats.moments import written
from vaern.records import Entry, Signal, Vote

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
VOTE = (Vote("A", "positive"),)


def entry(number: int, at: datetime, **fields: Any) -> Entry:
    signals = (Signal("pdq", value_of(number, 32)),)
    return Entry(str(number), signals, updated=written(at), **{"votes": VOTE, **fields})


class Group:
    """A simulated privacy group: pages of one."""

    def __init__(self) -> None:
        self.now = NOON
        self.entries: list[Entry] = []
        self.base = ""

    def __call__(self, asked: Asked) -> Said | bytes:
        first, last = int(asked.query["start_time"]), int(asked.query["stop_time"])
        found = [one for one in self.entries if first <= datetime.fromisoformat(one.updated).timestamp() <= last]
        at = int(asked.query.get("after", 0))
        query = f"access_token=APP|SECRET&start_time={first}&stop_time={last}&after={at + 1}"
        following = f"{self.base}/1/threat_updates/?{query}" if at + 1 < len(found) else ""
        return documents.threat_updates(found[at : at + 1], following=following)


def test_what_changed_comes_once_with_tombstones() -> None:
    group = Group()
    group.entries = [entry(1, NOON - timedelta(days=9)), entry(2, NOON - timedelta(minutes=9))]
    with serving(group) as server:
        group.base = server.base
        service = ThreatExchange("1", "APP|SECRET", base=server.base, clock=lambda: group.now)
        first = service.fetch()
        assert [one.id for one in first if isinstance(one, Entry)] == ["1", "2"]
        assert (first.whole, first.pages) == (True, 2)
        assert server.asked[0].query["access_token"] == "APP|SECRET"
        group.now += timedelta(minutes=10)
        group.entries[0] = entry(1, group.now - timedelta(minutes=15), recalled=True, votes=())  # shown late
        second = service.fetch(first.checkpoint)
        assert [(one.id, one.recalled) for one in second if isinstance(one, Entry)] == [("1", True)]
        assert not second.whole
        assert list(service.fetch(second.checkpoint)) == []


def test_after_85_days_all_is_read_again_because_tombstones_are_gone() -> None:
    group = Group()
    with serving(group) as server:
        service = ThreatExchange("1", "t", base=server.base, clock=lambda: group.now)
        old = Checkpoint(int((NOON - timedelta(days=86)).timestamp()))
        fetch = service.fetch(old)
        list(fetch)
        assert (fetch.whole, server.asked[0].query["start_time"]) == (True, "0")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{}", "no page of updates"),
        (b'{"data": [], "paging": {"next": 7}}', "not where"),
        (b'{"data": [], "paging": {"next": "https://other.example/?access_token=APP|SECRET"}}', "is not at"),
    ],
)
def test_an_error_moves_no_checkpoint_and_never_repeats_the_key(body: bytes, says: str) -> None:
    with serving(lambda _: body) as server:
        before = Checkpoint(int(NOON.timestamp()))
        fetch = ThreatExchange("1", "APP|SECRET", base=server.base, clock=lambda: NOON).fetch(before)
        with pytest.raises(ClientError, match=says) as caught:
            list(fetch)
    assert fetch.checkpoint == before
    assert "SECRET" not in str(caught.value)


def test_a_group_is_a_number() -> None:
    with pytest.raises(ValueError, match="no number"):
        ThreatExchange("../me", "t")
