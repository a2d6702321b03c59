"""Fetching from StopNCII: sets and pages, keys where they belong, feedback up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.client.serving import Asked, Said, serving
from tests.formats.values import value_of

from vaern.client.http import ClientError
from vaern.client.stopncii import Checkpoint, StopNcii
from vaern.formats import stopncii_write as documents
from vaern.records import Entry, Signal


def entry(number: int, **fields: Any) -> Entry:
    return Entry(f"x{number}", (Signal("pdq", value_of(number, 32)),), updated="2026-11-01T00:00:00Z", **fields)


def test_all_pages_of_a_set_come_and_the_next_set_begins_where_the_service_says() -> None:
    pages = {
        "": documents.fetch_hashes([entry(1), entry(2)], next_token="t/1 +", next_timestamp=100),
        "t/1 +": documents.fetch_hashes([entry(3, recalled=True)], next_token=None, next_timestamp=100),
    }

    def answer(asked: Asked) -> Said | bytes:
        if asked.query["startTimestamp"] != "0":
            return documents.fetch_hashes([], next_token=None, next_timestamp=200)
        return pages[asked.query.get("nextPageToken", "")]

    with serving(answer) as server:
        service = StopNcii("subscription", "fetch", base=server.base)
        fetch = service.fetch()
        found = list(fetch)
        assert all(isinstance(one, Entry) for one in found)
        assert [(one.signals[0].value, one.recalled) for one in found if isinstance(one, Entry)] == [
            (value_of(1, 32), False),
            (value_of(2, 32), False),
            (value_of(3, 32), True),
        ]
        assert (fetch.whole, fetch.checkpoint, fetch.pages) == (True, Checkpoint(100), 2)
        again = service.fetch(fetch.checkpoint)
        assert list(again) == []
        assert (again.whole, again.checkpoint) == (False, Checkpoint(200))
        first = server.asked[0]
        assert (first.path, first.query) == ("/FetchHashes", {"startTimestamp": "0", "pageSize": "800"})
        assert first.headers["x-functions-key"] == "fetch"
        assert first.headers["ocp-apim-subscription-key"] == "subscription"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"{}", "no page of hashes"),
        (b"<html>", "no JSON"),
        (b'{"hashRecords": [], "hasMoreRecords": true}', "not where"),
        (b'{"hashRecords": [], "hasMoreRecords": true, "nextPageToken": "t"}', "not where"),
    ],
)
def test_a_set_that_is_not_read_to_its_end_moves_no_checkpoint(body: bytes, says: str) -> None:
    with serving(lambda _: body) as server:
        fetch = StopNcii("s", "f", base=server.base).fetch(Checkpoint(50))
        with pytest.raises(ClientError, match=says):
            list(fetch)
    assert fetch.checkpoint == Checkpoint(50)


def test_feedback_goes_up_with_its_own_key() -> None:
    with serving(lambda _: b"{}") as server:
        service = StopNcii("s", "f", feedback_key="up", base=server.base)
        said = documents.Feedback("ab" * 32, "positive", "Blocked", ("t",))
        service.feedback([said])
        (asked,) = server.asked
    assert (asked.method, asked.path, asked.headers["x-functions-key"]) == ("POST", "/SubmitFeedback", "up")
    assert documents.read_feedback(asked.body) == (said,)
    assert json.loads(asked.body)["count"] == 1
